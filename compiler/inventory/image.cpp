#include "compiler/inventory/image.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "compiler/inventory/digest_text.h"
#include "compiler/inventory/partition_types.h"
#include "compiler/inventory/texts.h"
#include "compiler/inventory/trouble.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::inventory {
namespace {

// A signature partition has 16 KiB.
constexpr std::size_t kMostSignature = std::size_t{1} << 20;

struct Part {
  const Partition* partition;
  Region region;
};

// The partitions of one row of the table of types.
struct Group {
  const PartitionType* row;
  std::vector<Part> parts[3];
  std::vector<Claim> signatures;

  std::vector<Part>& Of(PartitionPart part) { return parts[support::IndexOf(part)]; }
};

// By convention, the PARTUUIDs of data and hash tree joined.
Bytes JoinedGuids(const Partition& data, const Partition& hashes) {
  Bytes joined(data.id.begin(), data.id.end());
  joined.insert(joined.end(), hashes.id.begin(), hashes.id.end());
  return joined;
}

bool AreRandom(const Partition& data, const Partition& hashes) {
  return IsRandomGuid(data.id) && IsRandomGuid(hashes.id);
}

// `usr-x86-64-verity` and `usr-x86-64`, or with `_`.
bool IsLabelOf(llvm::StringRef hashes, llvm::StringRef data) {
  return !data.empty() && (hashes.consume_back("-verity") || hashes.consume_back("_verity")) &&
         hashes == data;
}

class ImageReader {
 public:
  ImageReader(const Region& image, const Claim& whole) : image_(image), whole_(whole) {}

  llvm::Expected<ImageContents> Read(const PartitionTable& table) {
    contents_.notes = table.notes;
    for (const Partition& partition : table.partitions) Sort(partition);
    for (Group& group : groups_) {
      if (llvm::Error error = ReadSignatures(group)) return error;
      for (const Part& hashes : group.Of(PartitionPart::Hashes)) {
        if (llvm::Error error = ReadHashes(group, hashes)) return error;
      }
      if (llvm::Error error = CheckSignatures(group)) return error;
    }
    return std::move(contents_);
  }

 private:
  void Sort(const Partition& partition) {
    const std::optional<PartitionKind> kind = FindPartitionType(partition.type);
    if (!kind) return;
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const Group& one) { return one.row == kind->row; });
    if (group == groups_.end()) group = groups_.insert(group, {kind->row, {}, {}});
    const std::string place = image_.place() + ", partition " + std::to_string(partition.number);
    group->Of(kind->part)
        .push_back({&partition, image_.Part(partition.offset, partition.size, place)});
  }

  llvm::Error ReadSignatures(Group& group) {
    for (const Part& part : group.Of(PartitionPart::Signature)) {
      llvm::Expected<Bytes> bytes = part.region.Beginning(0, kMostSignature);
      if (!bytes) return bytes.takeError();
      std::string text(bytes->begin(), std::find(bytes->begin(), bytes->end(), 0));
      if (text.empty()) continue;  // an empty slot
      llvm::Expected<Claim> claim = ReadVeritySignature(std::move(text), part.region.place());
      if (!claim) return claim.takeError();
      group.signatures.push_back(std::move(*claim));
    }
    return llvm::Error::success();
  }

  llvm::Error ReadHashes(Group& group, const Part& hashes) {
    llvm::Expected<Bytes> magic = hashes.region.Beginning(0, kSuperblockSize);
    if (!magic) return magic.takeError();
    if (!HasVerityMagic(*magic)) return ReadWithoutSuperblock(group, hashes);
    llvm::Expected<VerityTree> tree = VerityTree::Read(hashes.region, 0);
    if (!tree) return tree.takeError();
    const Part* data = FindData(group, hashes, {});
    llvm::Expected<Bytes> root = tree->RootHash(data == nullptr ? nullptr : &data->region);
    if (!root) return root.takeError();
    data = FindData(group, hashes, *root);
    Claim claim = ClaimOf(group, hashes.region.place());
    claim.algorithm = tree->superblock().algorithm;
    claim.hex = ToHex(*root);
    claim.blocks = tree->superblock().blocks;
    claim.checked = Checked::Top;
    if (data != nullptr) {
      if (llvm::Error error = CheckGuids(*data, hashes, *root)) return error;
    }
    std::optional<Region> region;
    if (data != nullptr) region = data->region;
    contents_.trees.push_back({std::move(*tree), region, std::move(claim)});
    return llvm::Error::success();
  }

  // Only the PARTUUIDs have the root hash then, unless they are random.
  llvm::Error ReadWithoutSuperblock(Group& group, const Part& hashes) {
    const Part* const data = FindData(group, hashes, {});
    if (data == nullptr || AreRandom(*data->partition, *hashes.partition)) {
      contents_.notes.push_back(hashes.region.place() + " has no dm-verity superblock");
      return llvm::Error::success();
    }
    Claim claim = ClaimOf(group, hashes.region.place());
    claim.algorithm = "sha256";
    claim.hex = ToHex(JoinedGuids(*data->partition, *hashes.partition));
    contents_.notes.push_back(hashes.region.place() +
                              " has no dm-verity superblock: the root hash is that of the "
                              "PARTUUIDs");
    contents_.claims.push_back(std::move(claim));
    return llvm::Error::success();
  }

  llvm::Error CheckGuids(const Part& data, const Part& hashes, const Bytes& root) const {
    const Bytes joined = JoinedGuids(*data.partition, *hashes.partition);
    if (root.size() != joined.size() || root == joined) return llvm::Error::success();
    if (AreRandom(*data.partition, *hashes.partition)) return llvm::Error::success();
    return Contradiction("the PARTUUIDs of partitions " + std::to_string(data.partition->number) +
                         " and " + std::to_string(hashes.partition->number) + " of " +
                         image_.place() + " are the root hash " + ToHex(joined) +
                         ", but the top of the hash tree has the root hash " + ToHex(root));
  }

  // The data of a hash tree: by its PARTUUIDs, else by label, else the only one. Null: unknown.
  static const Part* FindData(Group& group, const Part& hashes, const Bytes& root) {
    std::vector<Part>& all = group.Of(PartitionPart::Data);
    for (const Part& data : all) {
      if (JoinedGuids(*data.partition, *hashes.partition) == root) return &data;
    }
    for (const Part& data : all) {
      if (IsLabelOf(hashes.partition->label, data.partition->label)) return &data;
    }
    const bool is_only_one = all.size() == 1 && group.Of(PartitionPart::Hashes).size() == 1;
    return is_only_one ? &all.front() : nullptr;
  }

  Claim ClaimOf(Group& group, const std::string& place) const {
    Claim claim = whole_;
    claim.place = place;
    claim.role = group.row->role;
    claim.name = claim.role == Role::Root ? "root" : "usr";
    const auto has_same_role = [&](const Group& other) {
      return other.row != group.row && other.row->role == claim.role &&
             !other.parts[support::IndexOf(PartitionPart::Hashes)].empty();
    };
    if (std::any_of(groups_.begin(), groups_.end(), has_same_role)) {
      claim.name.append("-").append(group.row->architecture);
    }
    // Known by the signatures of the group.
    claim.is_complete = true;
    return claim;
  }

  // Every signature must be of one of the volumes.
  llvm::Error CheckSignatures(Group& group) {
    for (const Claim& signature : group.signatures) {
      Claim* first = nullptr;
      bool is_used = false;
      const auto use = [&](Claim& claim) {
        if (claim.role != group.row->role) return;
        if (first == nullptr) first = &claim;
        if (claim.hex != signature.hex) return;
        is_used = true;
        claim.is_signed = true;
        claim.certificate_sha256 = signature.certificate_sha256;
      };
      for (FoundTree& tree : contents_.trees) use(tree.claim);
      for (Claim& claim : contents_.claims) use(claim);
      if (is_used) continue;
      if (first == nullptr) {
        contents_.notes.push_back(signature.place + " is the signature of the root hash " +
                                  signature.hex + ", which no partition has");
        continue;
      }
      return Contradiction(signature.place + " is the signature of the root hash " + signature.hex +
                           ", but " + first->place + " has the root hash " + first->hex);
    }
    return llvm::Error::success();
  }

  const Region& image_;
  const Claim& whole_;
  std::vector<Group> groups_;
  ImageContents contents_;
};

}  // namespace

llvm::Expected<ImageContents> ReadImage(const Region& image, const PartitionTable& table,
                                        const Claim& whole) {
  return ImageReader(image, whole).Read(table);
}

llvm::Expected<std::optional<std::uint64_t>> FindAppendedTree(const Region& file) {
  // The data ends where the superblock begins, and the tree ends with the file. So for every pair
  // of block sizes there is at most one place.
  std::set<std::uint64_t> places;
  for (std::uint64_t data = 512; data <= 65536; data *= 2) {
    for (std::uint32_t hash = 512; hash <= 65536; hash *= 2) {
      for (const std::size_t digest : {16, 32, 64}) {
        const auto end = [&](std::uint64_t blocks) {
          if (blocks == 1) return data + kSuperblockSize;  // no tree
          const std::uint64_t begin = (blocks * data + kSuperblockSize + hash - 1) / hash * hash;
          return begin + VerityTree::SizeFor(blocks, hash, digest).value_or(0);
        };
        std::uint64_t least = 1;
        std::uint64_t most = file.size() / data + 1;
        while (least < most) {
          const std::uint64_t middle = least + (most - least) / 2;
          if (end(middle) < file.size()) {
            least = middle + 1;
          } else {
            most = middle;
          }
        }
        if (end(least) == file.size()) places.insert(least * data);
      }
    }
  }
  for (const std::uint64_t place : places) {
    llvm::Expected<Bytes> bytes = file.Beginning(place, kSuperblockSize);
    if (!bytes) return bytes.takeError();
    if (HasVerityMagic(*bytes)) return place;
  }
  return std::nullopt;
}

}  // namespace ipec::inventory
