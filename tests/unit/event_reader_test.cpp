#include "compiler/event/event_reader.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>

#include "compiler/targets/targets.h"

namespace ipec::event {
namespace {

using runtime::Hook;
using runtime::Operation;

EventReader ReaderFor(std::string_view target) {
  return EventReader(DialectOf(*targets::FindTarget(target)));
}

// The error in a line: its column and words; nothing if it is an event.
std::optional<std::pair<std::size_t, std::string>> ErrorIn(EventReader& reader,
                                                           std::string_view line) {
  std::optional<std::pair<std::size_t, std::string>> found;
  llvm::handleAllErrors(reader.Read(line), [&](const MalformedEvent& malformed) {
    found.emplace(malformed.column(), malformed.words());
  });
  return found;
}

std::string BytesOf(const runtime::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

TEST_CASE("every field reaches the event") {
  EventReader reader = ReaderFor("linux-6.12");
  const std::string line =
      R"({"op":"EXECUTE","hook":"MMAP","enforcing":false,"pid":36,"comm":"in it",
          "file":{"path":"/usr/bin/\u00e9\udcff","dev":"dm-0","ino":18446744073709551615},
          "dmverity":{"roothash":"sha256:00fF","signed":true},
          "fsverity":{"digest":":61","signed":true},"time":1653364370.067,"serial":61})";
  REQUIRE_FALSE(ErrorIn(reader, line));
  const runtime::Event& event = reader.event();
  CHECK(event.operation == Operation::Execute);
  CHECK(event.hook == Hook::Mmap);
  CHECK_FALSE(event.enforcing);
  CHECK(event.pid == 36);
  CHECK(event.comm == "in it");
  REQUIRE(event.file);
  CHECK(event.file->path == "/usr/bin/\xC3\xA9\xFF");
  CHECK(event.file->device == "dm-0");
  CHECK(event.file->inode == UINT64_MAX);
  REQUIRE(event.dmverity);
  CHECK(event.dmverity->is_signed);
  CHECK(event.dmverity->roothash->algorithm == "sha256");
  CHECK(BytesOf(*event.dmverity->roothash) == std::string("\0\xFF", 2));
  REQUIRE(event.fsverity);
  CHECK(event.fsverity->is_signed);
  CHECK(event.fsverity->digest->algorithm.empty());
  CHECK(BytesOf(*event.fsverity->digest) == "a");
  CHECK(reader.stamp().seconds == 1653364370);
  CHECK(reader.stamp().millis == 67);
  CHECK(reader.stamp().serial == 61);
}

TEST_CASE("absent values are absent, and nothing remains of the previous event") {
  EventReader reader = ReaderFor("linux-6.12");
  REQUIRE_FALSE(
      ErrorIn(reader, R"({"op":"KMODULE","hook":"KERNEL_READ","enforcing":false,"comm":"x",
                          "file":{"path":"/m"},"boot_verified":true,"time":"7.5","serial":1})"));
  CHECK(reader.event().boot_verified);
  CHECK(reader.stamp().millis == 500);
  REQUIRE_FALSE(ErrorIn(reader, R"({"hook":"KERNEL_LOAD","op":"UNKNOWN"})"));
  CHECK(reader.event().operation == Operation::Unknown);
  CHECK(reader.event().enforcing);
  CHECK(reader.event().comm.empty());
  CHECK_FALSE(reader.event().file);
  CHECK_FALSE(reader.event().boot_verified);
  CHECK_FALSE(reader.event().dmverity);
  CHECK_FALSE(reader.event().fsverity);
  CHECK(reader.stamp().seconds == 0);
  CHECK(reader.stamp().millis == 0);
  CHECK(reader.stamp().serial == 0);
}

TEST_CASE("a dialect of bare digests drops the algorithm and pins a superblock") {
  EventReader reader = ReaderFor("rfc-v7");
  REQUIRE_FALSE(
      ErrorIn(reader, R"({"op":"IMA_POLICY","hook":"KERNEL_READ","file":{},"boot_verified":true,
                          "dmverity":{"roothash":"0a"},"fsverity":{"digest":"sha1:0B"}})"));
  CHECK(reader.event().dmverity->roothash->algorithm.empty());
  CHECK(BytesOf(*reader.event().dmverity->roothash) == "\x0A");
  CHECK(reader.event().fsverity->digest->algorithm.empty());
  CHECK(BytesOf(*reader.event().fsverity->digest) == "\x0B");
}

struct Rejected {
  const char* line;
  std::size_t column;
  const char* problem;
};

TEST_CASE("errors have a column, a cause and a way out") {
  constexpr Rejected kRejected[] = {
      {"", 1, "an event must be an object, `{\"op\":…,\"hook\":…}`, found the end of the line"},
      {" [", 2, "an event must be an object, `{\"op\":…,\"hook\":…}`, found an array"},
      {"{}", 1, "the event has no `op`"},
      {R"({"op":"EXECUTE"})", 1, "the event has no `hook`"},
      {R"({"op":"EXECUTE","hok":"MMAP"})", 17, "an event has no field `hok`; did you mean `hook`?"},
      {R"({"op":"EXECUTE","path":"x"})", 17, "an event has no field `path`; it belongs in `file`"},
      {R"({"file":{"color":1}})", 10, "`file` has no field `color`; it has path, dev, ino"},
      {R"({"op":"EXECUT"})", 7, "linux-6.12 has no operation `EXECUT`; did you mean `EXECUTE`?"},
      {R"({"op":"IMA_POLICY"})", 7, "linux-6.12 has no operation `IMA_POLICY`; rfc-v7 has it"},
      {R"({"op":"X","hook":"MMAP"})", 7,
       "linux-6.12 has no operation `X`; it has EXECUTE, FIRMWARE, KMODULE, KEXEC_IMAGE, "
       "KEXEC_INITRAMFS, POLICY, X509_CERT, UNKNOWN"},
      {R"({"hook":"EXECVE"})", 9,
       "linux-6.12 has no hook `EXECVE`; it has BPRM_CHECK, MMAP, MPROTECT, KERNEL_READ, "
       "KERNEL_LOAD"},
      {R"({"hook":"MMAPP"})", 9, "linux-6.12 has no hook `MMAPP`; did you mean `MMAP`?"},
      {R"({"op":1})", 7, "`op` must be a word in quotes, found a number"},
      {R"({"pid":"1"})", 8, "`pid` must be a whole number, found a string"},
      {R"({"pid":-1})", 8, "`pid` must be a whole number from 0 to 2147483647, got `-1`"},
      {R"({"pid":2147483648})", 8,
       "`pid` must be a whole number from 0 to 2147483647, got `2147483648`"},
      {R"({"pid":1.0})", 8, "`pid` must be a whole number from 0 to 2147483647, got `1.0`"},
      {R"({"file":null})", 9, "`file` is null; omit it if the kernel has no value"},
      {R"({"enforcing":yes})", 14,
       "`enforcing` must be `true` or `false`, found something that is not JSON"},
      {R"({"op":"EXECUTE", "op":"EXECUTE"})", 18, "duplicate field `op`"},
      {R"({"comm":"a\u0000b"})", 9, "`comm` contains a NUL"},
      {R"({"comm":"a)", 9, "this string has no closing `\"`"},
      {R"({"comm":"\q"})", 10, "JSON has no such escape; write a backslash as `\\\\`"},
      {R"({"comm":"\ud800x"})", 10, "the first half of a surrogate pair without the second"},
      {R"({"comm" "x"})", 9, "expected `:`, found a string"},
      {R"({"comm":"x" "pid":1})", 13, "expected `,` or `}`, found a string"},
      {R"({"comm":"x",})", 13, "expected a field name in quotes after `,`"},
      {R"({"op":"EXECUTE","hook":"MMAP"} {)", 32,
       "unexpected text after the event; each line is one event"},
      {R"({"time":1.2345})", 9,
       "`time` must be a number of seconds with at most three decimals, such as "
       "1653364370.067, got `1.2345`"},
      {R"({"time":"now"})", 9,
       "`time` must be a number of seconds with at most three decimals, such as "
       "1653364370.067, got `now`"},
      {R"({"fsverity":{"digest":"abcd"}})", 23,
       "`digest` has no algorithm; write for example \"sha256:…\""},
      {R"({"fsverity":{"digest":"sha256:"}})", 23, "`digest` has no hex digits"},
      {R"({"fsverity":{"digest":"sha256:abc"}})", 23,
       "`digest` has an odd number of hex digits, 3"},
      {R"({"dmverity":{"roothash":"sha256:xx"}})", 25,
       "`roothash` has `x` in place of a hex digit"},
      {R"({"op":"KMODULE","hook":"MMAP"})", 24,
       "a kernel never checks `KMODULE` from `MMAP`, only from KERNEL_READ, KERNEL_LOAD"},
      {R"({"hook":"KERNEL_READ","op":"EXECUTE"})", 9,
       "a kernel never checks `EXECUTE` from `KERNEL_READ`, only from BPRM_CHECK, MMAP, MPROTECT"},
      {R"({"op":"UNKNOWN","hook":"MPROTECT"})", 24,
       "a kernel never checks `UNKNOWN` from `MPROTECT`, only from KERNEL_READ, KERNEL_LOAD"},
      {R"({"op":"KMODULE","hook":"KERNEL_LOAD","file":{}})", 38,
       "`KERNEL_LOAD` loads a buffer and has no `file`; files are read from `KERNEL_READ`"},
      {R"({"op":"EXECUTE","hook":"MMAP","fsverity":{}})", 31,
       "`fsverity` without `file`: only a file can have it"},
      {R"({"op":"EXECUTE","hook":"MMAP","boot_verified":true})", 31,
       "`boot_verified` without `file`: only a file can have it"},
      {R"({"op":"EXECUTE","hook":"MMAP","file":{},"dmverity":{},"boot_verified":true})", 55,
       "`boot_verified` together with `dmverity`: the initramfs has no block device, so its files "
       "are not on a dm-verity volume"},
  };
  EventReader reader = ReaderFor("linux-6.12");
  for (const Rejected& rejected : kRejected) {
    INFO(rejected.line);
    const auto error = ErrorIn(reader, rejected.line);
    REQUIRE(error);
    CHECK(error->second == rejected.problem);
    CHECK(error->first == rejected.column);
  }
}

TEST_CASE("errors name the targets that know a word") {
  EventReader reader = ReaderFor("rfc-v7");
  CHECK(llvm::toString(reader.Read(R"({"op":"POLICY"})")) ==
        "column 7: rfc-v7 has no operation `POLICY`; linux-6.12, linux-6.16, linux-6.19, "
        "linux-7.4 have it");
  CHECK(llvm::toString(reader.Read(R"({"hook":"BPRM_CHECK"})")) ==
        "column 9: rfc-v7 has no hook `BPRM_CHECK`; it has EXECVE, MMAP, MPROTECT, KERNEL_READ, "
        "KERNEL_LOAD");
}

TEST_CASE("nesting does not use the stack") {
  EventReader reader = ReaderFor("linux-6.12");
  CHECK(ErrorIn(reader, std::string(1 << 20, '[')));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"file":)";
  CHECK(ErrorIn(reader, objects));
}

}  // namespace
}  // namespace ipec::event
