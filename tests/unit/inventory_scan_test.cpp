// Parts of `ipec scan` that no tool can judge: which statements are about one volume, threads, and
// files that are read at any place.

#include "compiler/inventory/scan.h"

#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <string>

#include "compiler/inventory/claim.h"
#include "compiler/inventory/pe.h"
#include "compiler/inventory/texts.h"
#include "compiler/support/streams.h"
#include "compiler/support/workers.h"

namespace ipec::inventory {
namespace {

const std::string kOne(64, '1');
const std::string kTwo(64, '2');

bool Fails(llvm::Error error) {
  const bool fails = static_cast<bool>(error);
  llvm::consumeError(std::move(error));
  return fails;
}

Claim Slot(const std::string& hex, std::size_t image) {
  Claim claim;
  claim.place = "`" + std::to_string(image) + ".raw`";
  claim.name = "usr";
  claim.role = Role::Usr;
  claim.algorithm = "sha256";
  claim.hex = hex;
  claim.image = image;
  claim.stem = std::to_string(image);
  return claim;
}

Claim CommandLine(const std::string& hex) {
  std::vector<Claim> statements;
  REQUIRE_FALSE(Fails(AddCommandLine("usrhash=" + hex, "linux.efi", "`linux.efi`", statements)));
  return statements.at(0);
}

std::vector<std::string> NamesOf(Claims& claims) {
  Inventory inventory;
  std::vector<std::string> notes;
  REQUIRE_FALSE(Fails(claims.Finish(inventory, notes)));
  std::vector<std::string> names;
  names.reserve(inventory.volumes.size());
  for (const Volume& volume : inventory.volumes) names.push_back(volume.name);
  return names;
}

TEST_CASE("slots of one image have numbers, and a command line must be of one of them") {
  Claims claims;
  REQUIRE_FALSE(Fails(claims.AddVolume(Slot(kOne, 1))));
  REQUIRE_FALSE(Fails(claims.AddVolume(Slot(kTwo, 1))));
  CHECK_FALSE(Fails(claims.AddStatement(CommandLine(kOne))));
  CHECK_FALSE(Fails(claims.AddStatement(CommandLine(kTwo))));
  CHECK(Fails(claims.AddStatement(CommandLine(std::string(64, '3')))));
  CHECK(NamesOf(claims) == std::vector<std::string>{"usr", "usr.2"});
}

TEST_CASE("volumes of several images have the names of the images") {
  Claims claims;
  REQUIRE_FALSE(Fails(claims.AddVolume(Slot(kOne, 1))));
  REQUIRE_FALSE(Fails(claims.AddVolume(Slot(kTwo, 2))));
  CHECK(NamesOf(claims) == std::vector<std::string>{"1/usr", "2/usr"});
}

TEST_CASE("algorithms and signatures are compared, too") {
  Claims claims;
  REQUIRE_FALSE(Fails(claims.AddVolume(Slot(kOne, 0))));
  Claim other = Slot(kOne, 0);
  other.algorithm = "sm3";
  CHECK(Fails(claims.AddVolume(other)));
  other = Slot(kOne, 0);
  other.is_signed = true;
  other.certificate_sha256 = kOne;
  REQUIRE_FALSE(Fails(claims.AddVolume(other)));
  other.is_signed = false;
  CHECK(Fails(claims.AddVolume(other)));
  other.is_signed.reset();
  other.certificate_sha256 = kTwo;
  CHECK(Fails(claims.AddVolume(other)));
}

TEST_CASE("a root hash of odd length is not one of an algorithm that can be assumed") {
  Claims claims;
  Claim claim = Slot(std::string(56, '1'), 0);
  claim.algorithm.clear();
  REQUIRE_FALSE(Fails(claims.AddVolume(claim)));
  Inventory inventory;
  std::vector<std::string> notes;
  CHECK(Fails(claims.Finish(inventory, notes)));
}

TEST_CASE("the last parameter counts, and quotes keep whitespace") {
  CHECK(FindParameter("a=1 usrhash=2 usrhash=3", "usrhash") == "3");
  CHECK(FindParameter("x=\"y usrhash=2\" usrhash=\"3\"", "usrhash") == "3");
  CHECK(FindParameter("xusrhash=2 usrhash", "usrhash") == std::nullopt);
  CHECK(FindParameter("usrhash=", "usrhash") == "");
}

TEST_CASE("names of files lose the extensions of images and sidecars") {
  CHECK(StemOf("a/b/usr.verity") == "usr");
  CHECK(StemOf("image.raw") == "image");
  CHECK(StemOf("image.usrhash") == "image");
  CHECK(StemOf("image.roothash.p7s") == "image");
  CHECK(StemOf(".raw") == ".raw");
  CHECK(StemOf("/dev/sda") == "sda");
}

TEST_CASE("of several units that fail the lowest one is reported") {
  for (const unsigned threads : {1U, 2U, 8U}) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::atomic<std::uint64_t> done{0};
      const auto make = [&]() -> support::Work {
        return [&](std::uint64_t unit) -> llvm::Error {
          ++done;
          if (unit % 100 == 77) return support::ErrorOf(std::to_string(unit));
          return llvm::Error::success();
        };
      };
      CHECK(llvm::toString(support::RunInOrder(1000, threads, make, nullptr)) == "77");
      CHECK(done >= 78);
    }
  }
  const auto idle = []() -> support::Work {
    return [](std::uint64_t) { return llvm::Error::success(); };
  };
  CHECK_FALSE(Fails(support::RunInOrder(0, 4, idle, nullptr)));
}

TEST_CASE("only files and block devices are read at any place, and never beyond their end") {
  support::RealFileSystem files;
  const std::string path = "inventory_scan_test.bin";
  REQUIRE_FALSE(Fails(files.Write(path, "0123456789")));
  auto file = files.OpenForRandomReads(path);
  REQUIRE(static_cast<bool>(file));
  CHECK((*file)->size() == 10);
  std::uint8_t bytes[4];
  REQUIRE_FALSE(Fails((*file)->ReadAt(6, bytes)));
  CHECK(std::string(bytes, bytes + 4) == "6789");
  CHECK(Fails((*file)->ReadAt(7, bytes)));
  CHECK(Fails((*file)->ReadAt(UINT64_C(1) << 62, bytes)));
  for (const char* const other : {"/dev/null", ".", "absent"}) {
    auto opened = files.OpenForRandomReads(other);
    CHECK_FALSE(static_cast<bool>(opened));
    llvm::consumeError(opened.takeError());
  }
  // Opening a pipe without a writer does not wait for one.
  const std::string pipe = "inventory_scan_test.pipe";
  REQUIRE((::mkfifo(pipe.c_str(), 0600) == 0 || errno == EEXIST));
  CHECK(Fails(files.OpenForRandomReads(pipe).takeError()));
  const support::StringReads text("0123456789", "text");
  REQUIRE_FALSE(Fails(text.ReadAt(10, {bytes, 0})));
  CHECK(Fails(text.ReadAt(UINT64_MAX, bytes)));
}

}  // namespace
}  // namespace ipec::inventory
