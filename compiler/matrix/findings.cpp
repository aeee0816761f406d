#include "compiler/matrix/findings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "compiler/life/machine.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::matrix {
namespace {

using diagnostics::Severity;
using inventory::Inventory;
using policy::Operation;
using policy::Policy;
using support::Errno;
using Kind = Place::Kind;

enum class Id : std::uint8_t {
#define IPEC_MATRIX_FINDING(id, severity, name, explanation) id,
#include "compiler/matrix/matrix_findings.def"
};

constexpr FindingKind kFindings[] = {
#define IPEC_MATRIX_FINDING(id, severity, name, explanation) \
  {Severity::severity, name, explanation},
#include "compiler/matrix/matrix_findings.def"
};

// Longer lists of volumes end in a number.
constexpr std::size_t kMostNames = 8;

// "`a`, `b` and 3 more".
std::string Names(std::span<const std::string> names) {
  const std::size_t shown = std::min(names.size(), kMostNames);
  std::vector<std::string> words;
  words.reserve(shown + 1);
  for (const std::string& name : names.first(shown)) {
    words.push_back(support::Quoted(support::Abbreviated(name)));
  }
  if (shown != names.size()) words.push_back(fmt::format("{} more", names.size() - shown));
  return support::Listed(words, "and");
}

std::string NameAndVersion(const Policy& policy) {
  return fmt::format("{} {}.{}.{}", support::Quoted(support::Abbreviated(policy.name)),
                     policy.version.major, policy.version.minor, policy.version.revision);
}

bool IsDenied(const Row& row, Operation operation) {
  const std::optional<Cell>& cell = (*row.cells)[operation];
  return cell && !cell->allows;
}

// " (line 7)"; nothing where several statements deny.
std::string LineOf(const Row& row, Operation operation) {
  const Cell& cell = *(*row.cells)[operation];
  return cell.has_exceptions() ? "" : fmt::format(" (line {})", cell.answer.line);
}

// "volumes `a` and `b`", of a non-empty list.
std::string VolumeWords(const std::vector<std::string>& names) {
  return fmt::format("volume{} {}", names.size() == 1 ? "" : "s", Names(names));
}

// As many root volumes have a finding of their own.
constexpr std::size_t kMostRoots = 16;

class Verdicts {
 public:
  Verdicts(std::span<const Stage> stages, const Inventory* inventory) : stages_(stages) {
    if (inventory == nullptr) return;
    has_inventory_ = true;
    for (const std::size_t volume : RootVolumes(*inventory)) {
      roots_.push_back(volume + 1);  // the first row is the initramfs
    }
  }

  std::vector<Finding> Run() {
    for (const Stage& stage : stages_) CheckStage(stage);
    const std::vector<Handover> handovers = HandoversOf(stages_);
    for (std::size_t i = 0; i < handovers.size(); ++i) {
      CheckHandover(handovers[i], stages_[i], stages_[i + 1]);
    }
    std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
      return a.kind->severity < b.kind->severity;
    });
    return std::move(findings_);
  }

 private:
  void Report(Id id, const std::string& file, std::string message) {
    findings_.push_back({&kFindings[support::IndexOf(id)], file, std::move(message)});
  }

  void CheckStage(const Stage& stage) {
    const Matrix& matrix = *stage.matrix;
    const bool is_first = &stage == &stages_.front();
    const bool is_last = &stage == &stages_.back();
    if (IsLockout(matrix)) {
      Report(Id::Lockout, stage.file,
             "EXECUTE is denied everywhere on the machine: no program can be started that could "
             "load another policy");
    }
    const Row& initramfs = matrix.Of(Kind::Initramfs);
    if (is_first && IsDenied(initramfs, Operation::Execute)) {
      Report(Id::InitDenied, stage.file,
             fmt::format("EXECUTE is denied on the initramfs{}: `/init` does not start",
                         LineOf(initramfs, Operation::Execute)));
    }
    if (is_last) CheckLast(stage);
    CheckModules(stage, is_first, is_last);
  }

  // The policy that stays active.
  void CheckLast(const Stage& stage) {
    const Matrix& matrix = *stage.matrix;
    std::size_t denied = 0;
    for (const std::size_t root : roots_) {
      const Row& row = matrix.rows[root];
      if (!IsDenied(row, Operation::Execute) || ++denied > kMostRoots) continue;
      Report(Id::RootDenied, stage.file,
             fmt::format("EXECUTE is denied on {}{}: none of its programs start", Words(row.place),
                         LineOf(row, Operation::Execute)));
    }
    if (denied > kMostRoots) {
      Report(Id::RootDenied, stage.file,
             fmt::format("EXECUTE is denied on {}: none of their programs start",
                         support::NumberOf(denied - kMostRoots, "more root volume")));
    }
    const Row& no_file = matrix.Of(Kind::NoFile);
    if (IsDenied(no_file, Operation::Execute)) {
      Report(Id::AnonymousMemory, stage.file,
             fmt::format("EXECUTE is denied for memory without a file{}: programs that generate "
                         "code fail",
                         LineOf(no_file, Operation::Execute)));
    }
  }

  void CheckModules(const Stage& stage, bool is_first, bool is_last) {
    const Matrix& matrix = *stage.matrix;
    std::vector<std::string> places;
    const Row& initramfs = matrix.Of(Kind::Initramfs);
    if (is_first && IsDenied(initramfs, Operation::KernelModule)) {
      places.push_back(Words(initramfs.place));
    }
    std::vector<std::string> volumes;
    for (const std::size_t root : roots_) {
      const Row& row = matrix.rows[root];
      if (is_last && IsDenied(row, Operation::KernelModule)) volumes.push_back(row.place.name);
    }
    if (!volumes.empty()) places.push_back(VolumeWords(volumes));
    if (places.empty()) return;
    Report(Id::ModulesDenied, stage.file,
           fmt::format("KMODULE is denied on {}: no kernel module can be loaded from there",
                       support::Listed(places, "and")));
  }

  // Whether no file of the machine may be executed. With an inventory, the machine has no volumes
  // but those of the inventory.
  bool IsLockout(const Matrix& matrix) const {
    return std::all_of(matrix.rows.begin(), matrix.rows.end(), [&](const Row& row) {
      if (!row.place.has_file() || (has_inventory_ && row.place.is_other())) return true;
      return IsDenied(row, Operation::Execute);
    });
  }

  void CheckHandover(const Handover& handover, const Stage& from, const Stage& to) {
    const std::string before = NameAndVersion(*from.policy);
    const std::string after = NameAndVersion(*to.policy);
    if (handover.new_policy && handover.update) {
      Report(Id::HandoverRejected, to.file,
             fmt::format("{} cannot be loaded after {}: a policy of this name is loaded, so "
                         "`new_policy` answers {}, and the version is not greater, so `update` "
                         "answers {}",
                         after, before, support::Name(*handover.new_policy),
                         support::Name(*handover.update)));
    } else if (handover.activate) {
      Report(Id::HandoverRejected, to.file,
             fmt::format("{} cannot be activated after {}: its version is lower, so `active` "
                         "answers {}",
                         after, before, support::Name(*handover.activate)));
    } else if (handover.new_policy) {
      Report(Id::HandoverAsUpdate, to.file,
             fmt::format("{} has the name of a policy that is loaded: `new_policy` answers {}, "
                         "only `update` accepts it",
                         after, support::Name(*handover.new_policy)));
    }
  }

  std::span<const Stage> stages_;
  bool has_inventory_ = false;
  std::vector<std::size_t> roots_;  // rows
  std::vector<Finding> findings_;
};

std::vector<std::string> NamesThat(const Inventory& inventory, std::span<const std::size_t> which) {
  std::vector<std::string> names;
  names.reserve(which.size());
  for (const std::size_t i : which) names.push_back(inventory.volumes[i].name);
  return names;
}

void AssumeVolumes(const Inventory& inventory, std::vector<std::string>& assumed) {
  assumed.emplace_back("the machine has no dm-verity volumes but those of the inventory");
  std::vector<std::string> unknown;
  for (const inventory::Volume& volume : inventory.volumes) {
    if (!volume.is_signed) unknown.push_back(volume.name);
  }
  if (!unknown.empty()) {
    assumed.push_back(
        fmt::format("{} {} not signed: the inventory does not contain whether the root hash is",
                    VolumeWords(unknown), unknown.size() == 1 ? "is" : "are"));
  }
  const std::vector<std::string> roots = NamesThat(inventory, RootVolumes(inventory));
  assumed.push_back(roots.empty() ? "programs may start from any place: the inventory names no "
                                    "root volume, so root-denied is not judged"
                                  : "programs start from " + VolumeWords(roots));
}

}  // namespace

std::span<const FindingKind> FindingKinds() {
  return kFindings;
}

std::vector<Handover> HandoversOf(std::span<const Stage> stages) {
  std::vector<Handover> handovers;
  handovers.reserve(stages.size());
  for (std::size_t i = 1; i < stages.size(); ++i) {
    const Policy& next = *stages[i].policy;
    Handover handover{std::nullopt, Errno::kENOENT, std::nullopt};
    for (std::size_t k = 0; k < i; ++k) {
      const Policy& loaded = *stages[k].policy;
      if (loaded.name != next.name) continue;
      handover.new_policy = Errno::kEEXIST;
      handover.update = life::UpdateError(loaded, next, *stages[i].target, k + 1 == i);
    }
    handover.activate = life::ActivationError(stages[i - 1].policy->version, next.version);
    handovers.push_back(handover);
  }
  return handovers;
}

std::vector<Finding> FindingsOf(std::span<const Stage> stages, const Inventory* inventory) {
  return Verdicts(stages, inventory).Run();
}

std::vector<std::string> AssumptionsOf(std::span<const Stage> stages, const Inventory* inventory) {
  std::vector<std::string> assumed = {
      "IPE is enforcing; other security modules and missing files are not considered",
      "the initramfs is a tmpfs or ramfs, which have no fs-verity",
      "a file that is opened through an overlay is on the volume below the overlay, but never on "
      "the initramfs"};
  assumed.push_back(stages.size() == 1 ? "the policy is active from the start; `--boot` names "
                                         "those that are active before it"
                                       : fmt::format("{} is active from the start",
                                                     NameAndVersion(*stages.front().policy)));
  if (inventory == nullptr) {
    assumed.emplace_back(
        "without an inventory, the machine may have any dm-verity volume, and root-denied is not "
        "judged");
  } else {
    AssumeVolumes(*inventory, assumed);
  }
  return assumed;
}

}  // namespace ipec::matrix
