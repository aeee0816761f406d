// `ipec scan`: the volumes and files in an image, with their digests.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/commands.h"
#include "compiler/driver/volume_table.h"
#include "compiler/inventory/inventory_json.h"
#include "compiler/inventory/scan.h"
#include "compiler/inventory/texts.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/support/workers.h"

namespace ipec::driver {
namespace {

using namespace command;
using inventory::Inventory;
using inventory::Trouble;
using support::Printable;
using support::Quoted;

struct ScanCommandOptions : CommonOptions {
  bool verify = false;
  std::vector<std::string> fsverity;  // block sizes
  std::optional<std::string_view> hash;
  bool json = false;
  std::optional<std::string> output;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};
constexpr Choice<std::string_view> kHashes[] = {{"sha256", "sha256"}, {"sha512", "sha512"}};

constexpr auto kOptions = Table<ScanCommandOptions>(
    Flag<&ScanCommandOptions::verify>("--verify", "compare all data with the hash trees"),
    OptionalValue<&ScanCommandOptions::fsverity>(
        "--fsverity", "BLOCKSIZE", "compute fs-verity digests of files and directories"),
    OneOf<&ScanCommandOptions::hash, kHashes>("--fsverity-hash", "HASH",
                                              "of these digests: sha256 (the default) or sha512"),
    OneOf<&ScanCommandOptions::json, kFormats>("--format", "FORMAT",
                                               "text (the default) or json, an inventory"),
    Value<&ScanCommandOptions::output>("-o", "INVENTORY", "also write the inventory to a file"));

// How much is done, on one line of a terminal that is rewritten a few times in a second.
class ProgressLine {
 public:
  explicit ProgressLine(llvm::raw_ostream& out) : out_(out) {}
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const std::string& place, std::uint64_t done, std::uint64_t all) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(200) || all == 0) return;
    shown_ = now;
    Clear();
    const std::uint64_t percent = all > 100 ? done / (all / 100) : 100 * done / all;
    out_ << fmt::format("{}: {} %", Printable(place), std::min<std::uint64_t>(percent, 100));
    is_shown_ = true;
  }

  void Clear() {
    if (is_shown_) out_ << "\r\x1b[K";
    is_shown_ = false;
  }

 private:
  llvm::raw_ostream& out_;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
  bool is_shown_ = false;
};

void PrintText(const Inventory& inventory, llvm::raw_ostream& out) {
  PrintVolumes(inventory, out);
  for (const inventory::File& file : inventory.files) {
    out << file.digest << ' ' << Printable(file.path) << '\n';
  }
  if (inventory.command_line) {
    out << "command line: " << Printable(*inventory.command_line) << '\n';
  }
}

// The parameters of fs-verity, if digests are wanted; false after an error.
bool ReadFsVerity(const ScanCommandOptions& options, Environment& env,
                  std::optional<inventory::FsVerity>& fsverity) {
  if (options.fsverity.empty()) {
    if (!options.hash) return true;
    Report(env, ExitStatus::Usage, "`--fsverity-hash` needs `--fsverity`");
    return false;
  }
  fsverity.emplace();
  fsverity->algorithm = options.hash.value_or("sha256");
  for (const std::string& size : options.fsverity) {
    if (size != options.fsverity.front()) {
      Report(env, ExitStatus::Usage, "`--fsverity` is given twice with different block sizes");
      return false;
    }
    if (size.empty()) continue;
    const char* const end = size.data() + size.size();
    const auto read = std::from_chars(size.data(), end, fsverity->block);
    if (read.ec == std::errc() && read.ptr == end && inventory::IsFsVerityBlock(fsverity->block)) {
      continue;
    }
    Report(env, ExitStatus::Usage,
           "`--fsverity`: " + Quoted(support::Abbreviated(size)) +
               " is not a block size: a power of two from 1024 to 65536");
    return false;
  }
  return true;
}

// Whether the inventory would replace one of the inputs.
bool CheckOutput(const ScanCommandOptions& options, Environment& env) {
  if (!options.output || *options.output == "-") return true;
  for (const std::string& operand : options.operands) {
    if (operand == "-" || !env.files.SameFile(operand, *options.output)) continue;
    Report(env, ExitStatus::Usage,
           "the output " + Quoted(support::Abbreviated(*options.output)) + " is an input");
    return false;
  }
  return true;
}

std::string Written(const Inventory& inventory) {
  std::string text;
  support::JsonWriter json(text);
  inventory::WriteInventory(inventory, json);
  return text + '\n';
}

ExitStatus StatusOf(Trouble trouble) {
  switch (trouble) {
    case Trouble::Contradiction:
      return ExitStatus::Findings;
    case Trouble::Malformed:
      return ExitStatus::Usage;
    case Trouble::Unreadable:
      break;
  }
  return ExitStatus::Failure;
}

ExitStatus RunScan(const ScanCommandOptions& options, Environment& env) {
  inventory::ScanOptions how;
  how.verifies = options.verify;
  how.threads = support::DefaultThreads();
  if (!ReadFsVerity(options, env, how.fsverity) || !CheckOutput(options, env)) {
    return ExitStatus::Usage;
  }
  std::vector<inventory::ScanInput> inputs;
  inputs.reserve(options.operands.size());
  for (const std::string& operand : options.operands) {
    inputs.push_back({operand, std::nullopt});
    if (operand != "-") continue;
    llvm::Expected<std::string> text = support::ReadAll(env.in, "<stdin>", inventory::kLongestText);
    if (!text) return Report(env, text.takeError());
    inputs.back() = {"<stdin>", std::move(*text)};
  }
  ProgressLine progress(env.err);
  if (env.err_is_terminal) {
    how.progress = [&](const std::string& place, std::uint64_t done, std::uint64_t all) {
      progress.Show(place, done, all);
    };
  }
  const inventory::ScanResult result = inventory::Scan(env.files, inputs, how);
  progress.Clear();
  for (const std::string& note : result.notes) env.err << "ipec: note: " << note << '\n';
  ExitStatus status = ExitStatus::Ok;
  for (const inventory::ScanProblem& problem : result.problems) {
    status = Worse(status, Report(env, StatusOf(problem.trouble), problem.words));
  }
  if (status != ExitStatus::Ok) return status;
  if (options.output && *options.output != "-") {
    if (llvm::Error error = env.files.Write(*options.output, Written(result.inventory))) {
      return Report(env, std::move(error));
    }
  }
  if (options.json || options.output == "-") {
    env.out << Written(result.inventory);
  } else {
    PrintText(result.inventory, env.out);
  }
  return ExitStatus::Ok;
}

}  // namespace

const Command kScanCommand{
    .operands = "INPUT…",
    .description =
        "Prints the dm-verity volumes and the files of an image as far as a policy can\n"
        "name them: root hashes, whether they are signed, and fs-verity digests. INPUT is\n"
        "distinguished by content: a disk image (GPT) or block device, a dm-verity hash\n"
        "device, alone or behind its data, X.roothash, X.usrhash and X.roothash.p7s, the\n"
        "rows of `systemd-repart --json`, the JSON of a dm-verity signature, a unified\n"
        "kernel image, output of `dmsetup table`, `fsverity digest` or `fsverity measure`,\n"
        "or an inventory. `-` is standard input. With --fsverity also files and\n"
        "directories.\n"
        "\n"
        "A root hash is computed from the top block of its hash tree; --verify compares\n"
        "the whole tree with the data. Signatures are not verified. The inventory is for\n"
        "--with of other commands.\n"
        "Exit status 1: inputs contradict each other, or data does not match its tree.\n"
        "Then nothing is written.",
    .example =
        "  $ : > empty\n"
        "  $ ipec scan --fsverity empty\n"
        "  sha256:3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95 empty",
    .least_operands = 1,
    .runner = Runs<RunScan>(kOptions),
};

}  // namespace ipec::driver
