#pragma once

// The contents of an image as far as a policy can name them: dm-verity volumes with their root
// hashes, and files with their fs-verity digests.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipec::inventory {

// How far a root hash was checked against the tree that it belongs to.
enum class Checked : std::uint8_t { None, Top, Tree };

struct Volume {
  std::string name;                     // `usr`, the name of a file or of a mapped device; unique
  std::string root_hash;                // `ALGORITHM:HEX`, lowercase, as a policy writes it
  std::optional<bool> is_signed;        // nothing: the sources do not contain it
  std::string certificate_sha256;       // of the signer, lowercase hex digits; empty: unknown
  std::optional<std::uint64_t> blocks;  // of data
  std::string source;                   // the input that it was read from
  Checked checked = Checked::None;

  friend bool operator==(const Volume&, const Volume&) = default;
};

struct File {
  std::string path;    // unique
  std::string digest;  // `ALGORITHM:HEX`
  std::optional<bool> is_signed;

  friend bool operator==(const File&, const File&) = default;
};

struct Inventory {
  std::vector<Volume> volumes;
  std::vector<File> files;
  std::optional<std::string> command_line;

  friend bool operator==(const Inventory&, const Inventory&) = default;
};

}  // namespace ipec::inventory
