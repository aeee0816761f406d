// Every cell of a matrix, and its findings, against deciding all events of the place one by one.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "catch2/catch.hpp"
#include "compiler/matrix/findings.h"
#include "compiler/matrix/matrix.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringExtras.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using inventory::Inventory;
using matrix::Cell;
using matrix::Matrix;
using matrix::Place;
using matrix::Row;
using Kind = Place::Kind;

inventory::Volume VolumeOf(std::string name, std::size_t digest, std::optional<bool> is_signed) {
  inventory::Volume volume;
  volume.name = std::move(name);
  const runtime::Digest hash = DigestNumber(digest);
  volume.root_hash =
      std::string(hash.algorithm) + ":" +
      llvm::toHex(llvm::ArrayRef(hash.bytes.data(), hash.bytes.size()), /*LowerCase=*/true);
  volume.is_signed = is_signed;
  return volume;
}

// Named and unnamed root hashes, signed, unsigned and unknown.
std::vector<Inventory> Inventories() {
  Inventory named;
  named.volumes = {VolumeOf("usr", 0, true), VolumeOf("app", 1, std::nullopt)};
  Inventory unnamed;
  unnamed.volumes = {VolumeOf("root", 3, true), VolumeOf("usr", 2, false), VolumeOf("x", 2, true)};
  return {Inventory(), named, unnamed};
}

bool HasHash(const Semantics& semantics, const Event& event, const runtime::Digest& hash) {
  return event.dmverity && event.dmverity->roothash &&
         SameDigest(semantics, *event.dmverity->roothash, hash);
}

// Whether the event is one of the place; written without the code that it tests.
bool IsAt(const Semantics& semantics, const Inventory* inventory, const Place& place,
          const Event& event) {
  if (place.kind == Kind::NoFile) return !event.file;
  if (!event.file) return false;
  if (place.kind == Kind::Initramfs) {
    return event.boot_verified && !event.dmverity && !event.fsverity;
  }
  if (event.boot_verified) return false;
  switch (place.kind) {
    case Kind::Volume: {
      const auto volume =
          std::find_if(inventory->volumes.begin(), inventory->volumes.end(),
                       [&](const auto& candidate) { return candidate.name == place.name; });
      const auto [algorithm, hex] = llvm::StringRef(volume->root_hash).split(':');
      const std::string bytes = llvm::fromHex(hex);
      const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
      return HasHash(semantics, event, {{algorithm.data(), algorithm.size()}, copy}) &&
             event.dmverity->is_signed == volume->is_signed.value_or(false);
    }
    case Kind::OtherSigned:
    case Kind::OtherUnsigned: {
      if (!event.dmverity || event.dmverity->is_signed != (place.kind == Kind::OtherSigned)) {
        return false;
      }
      if (inventory == nullptr) return true;
      return std::none_of(
          inventory->volumes.begin(), inventory->volumes.end(), [&](const auto& volume) {
            const auto [algorithm, hex] = llvm::StringRef(volume.root_hash).split(':');
            const std::string bytes = llvm::fromHex(hex);
            const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
            return HasHash(semantics, event, {{algorithm.data(), algorithm.size()}, copy});
          });
    }
    case Kind::Plain:
      return !event.dmverity;
    default:
      return !event.dmverity && !event.fsverity;
  }
}

using Statement = std::pair<std::uint32_t, Action>;  // the rule, UINT32_MAX for DEFAULT
Statement StatementOf(const Decision& decision) {
  return {decision.rule.index, decision.action};
}
Statement StatementOf(const matrix::Answer& answer) {
  return {answer.rule.index, answer.action};
}

// Whether it is an event that the answer of a cell is about.
bool IsPlain(const Place& place, const Event& event) {
  return !event.fsverity && (!place.is_other() || !event.dmverity->roothash);
}

class Checker {
 public:
  Checker(const Policy& policy, const Inventory* inventory)
      : policy_(policy),
        inventory_(inventory),
        coverage_(policy),
        matrix_(matrix::MatrixOf(coverage_, inventory)) {}

  void Run() {
    for (const Row& row : matrix_.rows) {
      for (const Operation operation : policy_.semantics.operations) CheckCell(row, operation);
    }
    CheckFindings();
  }

 private:
  std::vector<Event> EventsAt(const Place& place, Operation operation) const {
    std::vector<Event> events = AllEvents(operation);
    Event no_file = events.front();
    no_file.file.reset();
    events.push_back(no_file);
    std::erase_if(events, [&](const Event& event) {
      return !Possible(policy_.semantics, event) ||
             !IsAt(policy_.semantics, inventory_, place, event);
    });
    return events;
  }

  [[noreturn]] void Fail(const Row& row, Operation operation, std::string_view why) const {
    FAIL(why << ": " << Name(operation) << " on " << matrix::Words(row.place) << "\n"
             << Describe(policy_));
    std::abort();
  }

  void CheckCell(const Row& row, Operation operation) const {
    const std::optional<Cell>& cell = (*row.cells)[operation];
    // The operations that occur without a file, again.
    const std::set<Operation> without_file = {Operation::Execute, Operation::Firmware,
                                              Operation::KernelModule, Operation::KexecImage};
    const bool occurs = row.place.has_file() || without_file.contains(operation);
    if (cell.has_value() != occurs) Fail(row, operation, "a cell too many or too few");
    if (!cell) return;
    std::set<Statement> deciding;
    for (const Event& event : EventsAt(row.place, operation)) {
      const Statement statement = StatementOf(Decide(policy_, event));
      deciding.insert(statement);
      if (IsPlain(row.place, event) && statement != StatementOf(cell->answer)) {
        Fail(row, operation, "the answer is wrong");
      }
    }
    const auto any = [&](Action action) {
      return std::any_of(deciding.begin(), deciding.end(),
                         [&](const Statement& statement) { return statement.second == action; });
    };
    if (cell->allows != any(Action::Allow) || cell->denies != any(Action::Deny)) {
      Fail(row, operation, "allows or denies is wrong");
    }
    std::set<Statement> claimed = {StatementOf(cell->answer)};
    for (const matrix::Exception& exception : cell->exceptions) {
      const Event event = matrix::EventOf(row.place, exception);
      if (StatementOf(Decide(policy_, event)) != StatementOf(exception.answer) ||
          !IsAt(policy_.semantics, inventory_, row.place, event)) {
        Fail(row, operation, "a witness is wrong");
      }
      if (!claimed.insert(StatementOf(exception.answer)).second) {
        Fail(row, operation, "a statement is listed twice");
      }
    }
    if (cell->more_exceptions != 0 ? cell->exceptions.size() != Cell::kMostExceptions ||
                                         deciding.size() != claimed.size() + cell->more_exceptions
                                   : deciding != claimed) {
      Fail(row, operation, "the exceptions are wrong");
    }
  }

  bool AllDenied(const Place& place, Operation operation) const {
    const std::vector<Event> events = EventsAt(place, operation);
    return std::all_of(events.begin(), events.end(), [&](const Event& event) {
      return Decide(policy_, event).action == Action::Deny;
    });
  }

  // A policy alone is the first and the last one of its machine.
  void CheckFindings() const {
    const matrix::Stage stage = {"p.pol", &policy_, &matrix_, targets::FindTarget("linux-6.12")};
    std::map<std::string_view, std::size_t> found;
    for (const matrix::Finding& finding : matrix::FindingsOf({&stage, 1}, inventory_)) {
      ++found[finding.kind->name];
    }
    std::size_t root_denied = 0;
    bool lockout = true;
    bool init_denied = false;
    bool modules_denied = false;
    bool no_memory = false;
    for (const Row& row : matrix_.rows) {
      const Place& place = row.place;
      const bool is_root = place.name == "root" || place.name == "usr" ||
                           llvm::StringRef(place.name).startswith("usr.");
      const bool denied = AllDenied(place, Operation::Execute);
      if (place.has_file() && (inventory_ == nullptr || !place.is_other())) lockout &= denied;
      init_denied |= place.kind == Kind::Initramfs && denied;
      if (is_root && denied) ++root_denied;
      no_memory |= place.kind == Kind::NoFile && denied;
      if (is_root || place.kind == Kind::Initramfs) {
        modules_denied |= AllDenied(place, Operation::KernelModule);
      }
    }
    const auto compare = [&](std::string_view name, std::size_t times) {
      if (found[name] == times) return;
      FAIL(name << " is reported " << found[name] << " times, not " << times << "\n"
                << Describe(policy_));
    };
    compare("lockout", lockout ? 1 : 0);
    compare("init-denied", init_denied ? 1 : 0);
    // One for each of 16, and one for all others.
    compare("root-denied", std::min<std::size_t>(root_denied, 17));
    compare("modules-denied", modules_denied ? 1 : 0);
    compare("anonymous-memory", no_memory ? 1 : 0);
  }

  const Policy& policy_;
  const Inventory* inventory_;
  const analysis::Coverage coverage_;
  const Matrix matrix_;
};

void Check(const Policy& policy) {
  Checker(policy, nullptr).Run();
  for (const Inventory& inventory : Inventories()) Checker(policy, &inventory).Run();
}

TEST_CASE("the matrix agrees with deciding: one rule of up to two properties") {
  for (const Semantics& semantics : AllSemantics()) {
    for (const Action fallback : {Action::Allow, Action::Deny}) {
      ForEachPolicy(semantics, WithBothActions(AllShapes(2, 2)), 1, fallback, Check);
    }
  }
}

TEST_CASE("the matrix agrees with deciding: without each set of properties") {
  for (const Semantics& semantics : SemanticsWithMissing()) {
    ForEachPolicy(semantics, RulesOfEachProperty(), 1, Action::Deny, Check);
  }
}

TEST_CASE("the matrix agrees with deciding: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    for (int round = 0; round < tests::SampledRounds(60); ++round) {
      Check(RandomPolicy(semantics, 1 + random() % 40, random));
    }
  }
}

TEST_CASE("the matrix agrees with deciding: many root volumes") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    for (const std::size_t count : {15, 16, 17, 18, 40}) {
      Inventory inventory;
      inventory.volumes.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        inventory.volumes.push_back(
            VolumeOf("usr." + std::to_string(i), i == 0 ? random() % kDigestCount : 1, true));
      }
      for (const Action fallback : {Action::Allow, Action::Deny}) {
        const Policy policy = OperationDefaultsOnly(semantics, fallback);
        Checker(policy, &inventory).Run();
      }
      for (int round = 0; round < tests::SampledRounds(5); ++round) {
        Checker(RandomPolicy(semantics, 1 + random() % 10, random), &inventory).Run();
      }
    }
  }
}

TEST_CASE("the matrix agrees with deciding: two rules", "[.slow]") {
  for (const Semantics& semantics : AllSemantics()) {
    ForEachPolicy(semantics, WithBothActions(ChosenShapes()), 2, Action::Deny, Check);
  }
}

}  // namespace
}  // namespace ipec::exhaustive
