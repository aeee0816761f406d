#include "compiler/inventory/scan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "compiler/inventory/digest_text.h"
#include "compiler/inventory/image.h"
#include "compiler/inventory/pe.h"
#include "compiler/inventory/texts.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/support/workers.h"

namespace ipec::inventory {
namespace {

constexpr std::string_view kKinds =
    "a disk image (GPT), a dm-verity hash device, a root hash, rows of `systemd-repart --json`, a "
    "dm-verity signature, a unified kernel image, output of `dmsetup table` or `fsverity digest`, "
    "or an inventory";

bool MayBeText(const Bytes& head) {
  const auto is_text = [](std::uint8_t byte) {
    return byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r';
  };
  // JSON in a partition is padded with NULs.
  const auto end = std::find(head.begin(), head.end(), 0);
  return end != head.begin() && std::all_of(head.begin(), end, is_text) &&
         std::all_of(end, head.end(), [](std::uint8_t byte) { return byte == 0; });
}

class Scanner {
 public:
  Scanner(support::FileSystem& files, const ScanOptions& options)
      : files_(files), options_(options) {}

  ScanResult Run(std::span<const ScanInput> inputs) {
    for (const ScanInput& input : inputs) Note(ReadInput(input));
    PairData();
    for (FoundTree& tree : images_) Note(Finish(tree));
    for (FoundTree& tree : devices_) Note(Finish(tree));
    // Volumes of images first: others may be the second slot of an A/B update.
    for (const Claim& claim : image_claims_) Note(claims_.AddVolume(claim));
    for (const Claim& claim : volumes_) Note(claims_.AddVolume(claim));
    // A signature without a root hash may be of a sidecar.
    std::stable_partition(statements_.begin(), statements_.end(),
                          [](const Claim& claim) { return !claim.hex.empty(); });
    for (const Claim& claim : statements_) Note(claims_.AddStatement(claim));
    if (result_.problems.empty()) Note(claims_.Finish(result_.inventory, result_.notes));
    HashFiles();
    return std::move(result_);
  }

 private:
  void Note(llvm::Error error) {
    llvm::handleAllErrors(
        std::move(error), [&](const ScanError& one) { AddProblem(one.trouble(), one.message()); },
        [&](const llvm::ErrorInfoBase& one) { AddProblem(Trouble::Unreadable, one.message()); });
  }

  void AddProblem(Trouble trouble, std::string words) {
    result_.problems.push_back({trouble, std::move(words)});
  }

  llvm::Expected<std::unique_ptr<support::RandomReads>> Open(const ScanInput& input) {
    if (input.text) return std::make_unique<support::StringReads>(*input.text, input.name);
    if (files_.KindOf(input.name) == support::PathKind::Special) {
      llvm::Expected<std::unique_ptr<support::RandomReads>> device =
          files_.OpenForRandomReads(input.name);
      if (device) return device;
      llvm::consumeError(device.takeError());
      // A pipe, such as the output of a program.
      llvm::Expected<std::unique_ptr<support::ByteSource>> source = files_.Open(input.name);
      if (!source) return source.takeError();
      llvm::Expected<std::string> text = support::ReadAll(**source, input.name, kLongestText);
      if (!text) return text.takeError();
      return std::make_unique<support::StringReads>(std::move(*text), input.name);
    }
    return files_.OpenForRandomReads(input.name);
  }

  llvm::Error ReadInput(const ScanInput& input) {
    if (!input.text && files_.KindOf(input.name) == support::PathKind::Directory) {
      if (options_.fsverity) return Walk(input.name);
      return Malformed(support::Quoted(support::Abbreviated(input.name)) +
                       " is a directory: `--fsverity` computes the digests of its files, and an "
                       "image is read without mounting it");
    }
    llvm::Expected<std::unique_ptr<support::RandomReads>> opened = Open(input);
    if (!opened) return opened.takeError();
    const Region region(**opened, support::Quoted(support::Abbreviated(input.name)));
    opened_.push_back(std::move(*opened));
    Claim whole;
    whole.place = region.place();
    whole.source = input.name;
    whole.stem = StemOf(input.name);
    whole.name = whole.stem;
    return ReadRegion(region, whole);
  }

  // In the order of their magic numbers.
  llvm::Error ReadRegion(const Region& region, const Claim& whole) {
    llvm::Expected<Bytes> head = region.Beginning(0, kSuperblockSize);
    if (!head) return head.takeError();
    if (HasVerityMagic(*head)) return ReadDevice(region, whole, 0);
    llvm::Expected<std::optional<PartitionTable>> table = ReadPartitionTable(region);
    if (!table) return table.takeError();
    if (*table) return ReadDisk(region, **table, whole);
    if (HasPeMagic(*head)) return ReadKernelImage(region, whole);
    if (sign::KindOf({reinterpret_cast<const char*>(head->data()), head->size()}) ==
        sign::Kind::Message) {
      Claim signature = whole;
      signature.is_signed = true;
      signature.role = RoleOf(whole.source);
      statements_.push_back(std::move(signature));
      return llvm::Error::success();
    }
    if (MayBeText(*head) && region.size() <= kLongestText) {
      llvm::Expected<bool> is_text = ReadTextInput(region, whole);
      if (!is_text) return is_text.takeError();
      if (*is_text) return llvm::Error::success();
    }
    llvm::Expected<std::optional<std::uint64_t>> appended = FindAppendedTree(region);
    if (!appended) return appended.takeError();
    if (*appended) return ReadDevice(region, whole, **appended);
    if (options_.fsverity) {
      to_hash_.push_back(whole.source);
    } else {
      data_.push_back({region, whole.stem});
    }
    return llvm::Error::success();
  }

  llvm::Error ReadDevice(const Region& region, const Claim& whole, std::uint64_t offset) {
    llvm::Expected<VerityTree> tree = VerityTree::Read(region, offset);
    if (!tree) return tree.takeError();
    std::optional<Region> data;
    if (offset > 0) data = region.Part(0, offset, region.place());
    devices_.push_back({std::move(*tree), data, whole});
    return llvm::Error::success();
  }

  llvm::Error ReadDisk(const Region& region, const PartitionTable& table, Claim whole) {
    whole.image = ++image_count_;
    llvm::Expected<ImageContents> contents = ReadImage(region, table, whole);
    if (!contents) return contents.takeError();
    if (contents->trees.empty() && contents->claims.empty()) {
      contents->notes.push_back(region.place() + " has no partitions of dm-verity volumes");
    }
    for (FoundTree& tree : contents->trees) images_.push_back(std::move(tree));
    for (Claim& claim : contents->claims) image_claims_.push_back(std::move(claim));
    for (std::string& note : contents->notes) result_.notes.push_back(std::move(note));
    return llvm::Error::success();
  }

  llvm::Error ReadKernelImage(const Region& region, const Claim& whole) {
    llvm::Expected<std::vector<std::string>> lines = ReadCommandLines(region);
    if (!lines) return lines.takeError();
    if (lines->empty()) {
      return Malformed(region.place() +
                       " is a PE file without a section `.cmdline`: it is not a unified kernel "
                       "image, or its command line comes from the boot loader");
    }
    for (const std::string& line : *lines) {
      if (llvm::Error error = AddCommandLine(line, whole.source, whole.place, statements_)) {
        return error;
      }
    }
    return TakeCommandLine(lines->front(), whole.place);
  }

  llvm::Error TakeCommandLine(const std::string& line, const std::string& place) {
    std::optional<std::string>& known = result_.inventory.command_line;
    if (known && *known != line) {
      return Contradiction(command_line_place_ + " has the command line " +
                           support::Quoted(support::Abbreviated(*known)) + ", but " + place +
                           " has " + support::Quoted(support::Abbreviated(line)));
    }
    known = line;
    command_line_place_ = place;
    return llvm::Error::success();
  }

  // Whether it is one of the texts that are known.
  llvm::Expected<bool> ReadTextInput(const Region& region, const Claim& whole) {
    llvm::Expected<Bytes> bytes = region.Beginning(0, kLongestText);
    if (!bytes) return bytes.takeError();
    TextInput input{whole.source, whole.place, whole.stem, {bytes->begin(), bytes->end()}};
    input.text.erase(input.text.find_last_not_of('\0') + 1);
    llvm::Expected<std::optional<TextClaims>> read = ReadText(input);
    if (!read) return read.takeError();
    if (!*read) return false;
    TextClaims& claims = **read;
    std::move(claims.volumes.begin(), claims.volumes.end(), std::back_inserter(volumes_));
    std::move(claims.statements.begin(), claims.statements.end(), std::back_inserter(statements_));
    for (File& file : claims.files) {
      if (llvm::Error error = AddFile(std::move(file), whole.place)) return error;
    }
    if (claims.command_line) {
      if (llvm::Error error = TakeCommandLine(*claims.command_line, whole.place)) return error;
    }
    return true;
  }

  llvm::Error AddFile(File file, const std::string& place) {
    const auto [known, is_new] =
        files_by_path_.try_emplace(file.path, result_.inventory.files.size());
    if (is_new) {
      result_.inventory.files.push_back(std::move(file));
      file_places_.push_back(place);
      return llvm::Error::success();
    }
    File& before = result_.inventory.files[known->second];
    if (before.digest != file.digest) {
      return Contradiction(support::Quoted(support::Abbreviated(file.path)) + " has the digest " +
                           before.digest + " in " + file_places_[known->second] + ", but " +
                           file.digest + " in " + place);
    }
    if (!before.is_signed) before.is_signed = file.is_signed;
    return llvm::Error::success();
  }

  // Links are not followed, and special files have no digests.
  llvm::Error Walk(const std::string& directory) {
    std::vector<std::string> pending = {directory};
    while (!pending.empty()) {
      const std::string at = std::move(pending.back());
      pending.pop_back();
      llvm::Expected<std::vector<support::DirectoryEntry>> entries = files_.List(at);
      if (!entries) return entries.takeError();
      for (const support::DirectoryEntry& entry : *entries) {
        if (entry.is_link) continue;
        std::string path = at.ends_with('/') ? at + entry.name : at + '/' + entry.name;
        if (entry.is_directory) {
          pending.push_back(std::move(path));
        } else if (files_.KindOf(path) == support::PathKind::File) {
          to_hash_.push_back(std::move(path));
        }
      }
    }
    return llvm::Error::success();
  }

  void HashFiles() {
    std::sort(to_hash_.begin(), to_hash_.end());
    to_hash_.erase(std::unique(to_hash_.begin(), to_hash_.end()), to_hash_.end());
    if (to_hash_.empty()) return;
    std::vector<std::string> digests(to_hash_.size());
    const auto make = [&]() -> support::Work {
      return [&](std::uint64_t index) -> llvm::Error {
        const std::string& path = to_hash_[index];
        llvm::Expected<std::unique_ptr<support::RandomReads>> file =
            files_.OpenForRandomReads(path);
        if (!file) return file.takeError();
        llvm::Expected<Bytes> digest = FsVerityDigest(
            {**file, support::Quoted(support::Abbreviated(path))}, *options_.fsverity);
        if (!digest) return digest.takeError();
        digests[index] = DigestText(options_.fsverity->algorithm, *digest);
        return llvm::Error::success();
      };
    };
    const auto progress = [&](std::uint64_t done) {
      options_.progress("files", done, to_hash_.size());
    };
    Note(support::RunInOrder(
        to_hash_.size(), options_.threads, make,
        options_.progress ? std::function<void(std::uint64_t)>(progress) : nullptr));
    if (!result_.problems.empty()) return;
    for (std::size_t i = 0; i < to_hash_.size(); ++i) {
      Note(AddFile({to_hash_[i], std::move(digests[i]), std::nullopt}, "the file itself"));
    }
  }

  // Files of no known kind may be the data of a hash device: by name, or if there is one of each.
  void PairData() {
    std::vector<FoundTree*> open;
    for (FoundTree& tree : devices_) {
      if (!tree.data) open.push_back(&tree);
    }
    const bool is_only_one = data_.size() == 1 && open.size() == 1;
    for (const auto& [region, stem] : data_) {
      const auto found = std::find_if(open.begin(), open.end(), [&, &stem = stem](FoundTree* tree) {
        return !tree->data && (is_only_one || tree->claim.stem == stem);
      });
      if (found != open.end()) {
        (*found)->data = region;
      } else {
        Note(Malformed(region.place() + " is not " + std::string(kKinds)));
      }
    }
  }

  llvm::Error Finish(FoundTree& found) {
    const VerityTree& tree = found.tree;
    const Region* const data = found.data ? &*found.data : nullptr;
    Claim& claim = found.claim;
    llvm::Expected<Bytes> root = tree.RootHash(data);
    if (!root) return root.takeError();
    claim.algorithm = tree.superblock().algorithm;
    claim.hex = ToHex(*root);
    claim.blocks = tree.superblock().blocks;
    claim.checked = Checked::Top;
    if (data != nullptr && data->size() < tree.data_size()) {
      return Malformed(data->place() + " is cut off: it has " + std::to_string(data->size()) +
                       " bytes of data, and its hash tree is of " +
                       std::to_string(tree.data_size()));
    }
    if (options_.verifies) {
      if (data == nullptr) {
        return Malformed(claim.place +
                         " cannot be verified without its data: name the file with the data, too");
      }
      VerityTree::Verification how;
      how.threads = options_.threads;
      if (options_.progress) {
        how.progress = [&](std::uint64_t done, std::uint64_t all) {
          options_.progress(claim.place, done, all);
        };
      }
      if (llvm::Error error = tree.Verify(*root, *data, how)) return error;
      claim.checked = Checked::Tree;
    }
    (claim.image != 0 ? image_claims_ : volumes_).push_back(claim);
    return llvm::Error::success();
  }

  struct Data {
    Region region;
    std::string stem;
  };

  support::FileSystem& files_;
  const ScanOptions& options_;
  ScanResult result_;
  std::vector<std::unique_ptr<support::RandomReads>> opened_;  // of the regions below
  std::vector<FoundTree> images_;
  std::vector<FoundTree> devices_;
  std::vector<Data> data_;
  std::size_t image_count_ = 0;
  Claims claims_;
  std::vector<Claim> image_claims_;
  std::vector<Claim> volumes_;
  std::vector<Claim> statements_;
  std::string command_line_place_;
  std::map<std::string, std::size_t> files_by_path_;
  std::vector<std::string> file_places_;  // of the files of the inventory
  std::vector<std::string> to_hash_;
};

}  // namespace

bool BeginsImage(std::string_view bytes) {
  const std::span<const std::uint8_t> head{reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                           bytes.size()};
  return HasVerityMagic(head) || HasPeMagic(head) || HasTableMagic(head);
}

ScanResult Scan(support::FileSystem& files, std::span<const ScanInput> inputs,
                const ScanOptions& options) {
  return Scanner(files, options).Run(inputs);
}

}  // namespace ipec::inventory
