#include "compiler/driver/find_thumbprint.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/thumbprint_hash.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

using namespace command;
using sign::Hash;
using support::PathKind;

// Fewer digits match by accident.
constexpr std::size_t kFewestDigits = 4;

struct Wanted {
  Hash hash = Hash::Sha256;
  std::string digits;  // uppercase
};

std::size_t DigitsOf(Hash hash) {
  return sign::Thumbprint(hash, {}).size() * 2;
}

llvm::Expected<Wanted> ParseWanted(llvm::StringRef digest, Hash usual) {
  const auto error = [&](const std::string& words) {
    return support::ErrorOf(fmt::format("`--find={}`: {}", support::Abbreviated(digest), words));
  };
  Wanted wanted{usual, {}};
  llvm::StringRef digits = digest;
  const bool has_hash = digest.contains(':');
  if (has_hash) {
    llvm::StringRef name;
    std::tie(name, digits) = digest.split(':');
    const auto* const found = std::find_if(
        std::begin(kHashChoices), std::end(kHashChoices), [&](const Choice<Hash>& choice) {
          return name.equals_insensitive({choice.word.data(), choice.word.size()});
        });
    if (found == std::end(kHashChoices)) {
      return error(
          "no kernel records policies with this hash; expected sha1, sha256, sha384 or "
          "sha512");
    }
    wanted.hash = found->value;
  }
  if (digits.size() < kFewestDigits) {
    return error(fmt::format("expected at least {} hex digits", kFewestDigits));
  }
  if (!llvm::all_of(digits, llvm::isHexDigit)) return error("not a number in hex digits");
  for (const auto& choice : kHashChoices) {
    if (!has_hash && digits.size() == DigitsOf(choice.value)) wanted.hash = choice.value;
  }
  if (digits.size() > DigitsOf(wanted.hash)) {
    return error(fmt::format("a {} digest has {} hex digits, found {}", sign::Name(wanted.hash),
                             DigitsOf(wanted.hash), digits.size()));
  }
  wanted.digits = digits.upper();
  return wanted;
}

std::string Joined(const std::string& directory, const std::string& name) {
  return directory + (llvm::StringRef(directory).endswith("/") ? "" : "/") + name;
}

// The bytes of a file if it begins as a signed message, else nothing.
llvm::Expected<std::optional<std::string>> ReadSigned(const std::string& path, Environment& env) {
  if (env.files.KindOf(path) != PathKind::File) return std::nullopt;
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = env.files.Open(path);
  if (!source) return source.takeError();
  llvm::Expected<std::string> bytes = support::ReadAtMost(**source, sign::kLongestMessage + 1);
  if (!bytes) return bytes.takeError();
  const bool is_loadable = bytes->size() <= sign::kLongestMessage;
  if (!is_loadable || sign::KindOf(*bytes) != sign::Kind::Message) return std::nullopt;
  return std::move(*bytes);
}

class Search {
 public:
  Search(const Wanted& wanted, Environment& env) : wanted_(wanted), env_(env) {}

  // An operand: a file, whatever it is, or a directory.
  void Add(const std::string& path) {
    if (path != "-" && env_.files.KindOf(path) == PathKind::Directory) {
      status_ = Worse(status_, ForEachSignedFile(
                                   path, env_, [&](const std::string& file, llvm::StringRef bytes) {
                                     Compare(file, bytes);
                                   }));
      return;
    }
    llvm::Expected<support::SourceBuffer> bytes = ReadOperand(path, env_);
    if (!bytes) return Fail(bytes.takeError());
    Compare(bytes->name(), bytes->text());
  }

  ExitStatus Finish() const {
    if (found_.empty()) {
      const ExitStatus none =
          Report(env_, ExitStatus::Findings,
                 fmt::format("no signed file has the thumbprint {}:{}{}; compared {} files",
                             sign::Name(wanted_.hash), wanted_.digits,
                             wanted_.digits.size() < DigitsOf(wanted_.hash) ? "…" : "", compared_));
      return Worse(status_, none);
    }
    if (digests_.size() > 1) {
      const ExitStatus ambiguous =
          Report(env_, ExitStatus::Usage,
                 fmt::format("`--find={}` fits {} thumbprints; give more digits", wanted_.digits,
                             digests_.size()));
      return Worse(status_, ambiguous);
    }
    return status_;
  }

  void Print() const {
    for (const auto& [path, digest] : found_) {
      env_.out << fmt::format("{}:{}  {}\n", sign::Name(wanted_.hash), digest,
                              support::Printable(path));
    }
  }

 private:
  void Fail(llvm::Error error) { status_ = Worse(status_, Report(env_, std::move(error))); }

  void Compare(const std::string& path, llvm::StringRef bytes) {
    ++compared_;
    std::string digest = llvm::toHex(sign::Thumbprint(wanted_.hash, bytes));
    if (!llvm::StringRef(digest).startswith(wanted_.digits)) return;
    digests_.insert(digest);
    found_.emplace_back(path, std::move(digest));
  }

  const Wanted& wanted_;
  Environment& env_;
  ExitStatus status_ = ExitStatus::Ok;
  std::size_t compared_ = 0;
  std::set<std::string> digests_;
  std::vector<std::pair<std::string, std::string>> found_;  // path and digest
};

}  // namespace

ExitStatus ForEachSignedFile(
    const std::string& directory, Environment& env,
    llvm::function_ref<void(const std::string& path, llvm::StringRef bytes)> visit) {
  ExitStatus status = ExitStatus::Ok;
  const auto fail = [&](llvm::Error error) {
    status = Worse(status, Report(env, std::move(error)));
  };
  std::vector<std::string> directories = {directory};
  while (!directories.empty()) {
    const std::string current = std::move(directories.back());
    directories.pop_back();
    llvm::Expected<std::vector<support::DirectoryEntry>> entries = env.files.List(current);
    if (!entries) {
      fail(entries.takeError());
      continue;
    }
    directories.reserve(directories.size() + entries->size());
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      if (entry->is_directory) directories.push_back(Joined(current, entry->name));
    }
    for (const support::DirectoryEntry& entry : *entries) {
      if (entry.is_directory) continue;
      const std::string path = Joined(current, entry.name);
      llvm::Expected<std::optional<std::string>> bytes = ReadSigned(path, env);
      if (!bytes) {
        fail(bytes.takeError());
      } else if (*bytes) {
        visit(path, **bytes);
      }
    }
  }
  return status;
}

ExitStatus FindThumbprint(const std::string& digest, Hash usual,
                          std::span<const std::string> operands, Environment& env) {
  llvm::Expected<Wanted> wanted = ParseWanted(digest, usual);
  if (!wanted) return Report(env, ExitStatus::Usage, llvm::toString(wanted.takeError()));
  if (llvm::StringRef(llvm::toHex(sign::Thumbprint(wanted->hash, {}))).startswith(wanted->digits)) {
    env.err << "ipec: note: this is the hash of empty input, with which kernels record a policy "
               "that is built in\n";
  }
  Search search(*wanted, env);
  for (const std::string& operand : operands) search.Add(operand);
  search.Print();
  return search.Finish();
}

}  // namespace ipec::driver
