// How mainline reads a policy: line by line, word by word from the left, up to the first error.
// This file decides; explain*.cpp explains.

#include "compiler/check/checker.h"
#include "compiler/check/explain.h"
#include "compiler/check/words.h"
#include "compiler/support/errno.h"
#include "compiler/support/numbers.h"

namespace ipec::check {
namespace {

using support::Errno;

// Where the kernel stops in a statement.
struct Fault {
  std::size_t word;
  Errno error;
};

class Reader {
 public:
  explicit Reader(Checker& checker) : checker_(checker), policy_(checker.result.policy) {}

  void Read() {
    Reserve();
    for (const syntax::Line& cut : checker_.document.lines) {
      if (cut.clauses.empty()) continue;
      const syntax::Line line = WholeLine(checker_, cut);
      const auto clauses = checker_.document.ClausesOf(line);
      if (!checker_.header) {
        const std::optional<Fault> fault = ReadHeader(clauses);
        if (fault) checker_.Reject(Stage::Statements, fault->error);
        if (fault && IsForeign(line)) continue;
        checker_.header = line.statement;
        policy_.header_line = line.number;
        if (!fault) continue;
        const MeantHeader meant = ExplainHeader(checker_, line, WordsOf(clauses, fault->word));
        if (meant.is_header) {
          ReadRest(line, meant.rest);
          continue;
        }
      } else if (*checker_.header == line.statement) {
        ReadHeaderBelow(line, clauses);
        continue;
      }
      ReadStatement(line, clauses);
    }
  }

 private:
  using Clauses = std::span<const syntax::Clause>;

  // Otherwise a document with 100,000 digest rules would copy its stores a dozen times.
  void Reserve() {
    const std::size_t rules =
        std::min(checker_.document.lines.size(), checker_.document.clauses.size() / 2);
    policy_.rules.reserve(rules);
    policy_.conditions.reserve(rules);
  }

  std::optional<Fault> ReadHeader(Clauses clauses) {
    constexpr llvm::StringLiteral kKeys[] = {"policy_name", "policy_version"};
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      // The name and the version were read, even if an error follows.
      if (i == std::size(kKeys)) checker_.result.has_header = true;
      if (i >= std::size(kKeys) || checker_.Text(clauses[i].key) != kKeys[i] ||
          clauses[i].value.empty()) {
        return Fault{i, Errno::kEBADMSG};
      }
      const llvm::StringRef value = checker_.Text(clauses[i].value);
      if (i == 0) {
        policy_.name = value.str();
      } else {
        const VersionWord version = ReadVersion(value);
        if (version.problem != VersionProblem::None) return Fault{i, ErrnoOf(version.problem)};
        policy_.version = version.version;
      }
    }
    if (clauses.size() < std::size(kKeys)) return Fault{clauses.size() - 1, Errno::kEBADMSG};
    checker_.result.has_header = true;
    return std::nullopt;
  }

  // Reports a line above the header that is not meant as one.
  bool IsForeign(const syntax::Line& line) {
    if (ExplainForeignComment(checker_, line)) return true;
    if (!ExplainAuditRecord(checker_, line)) return false;
    checker_.ForgetHeader();
    return true;
  }

  // A header that is not at the top, which the explanation of the first statement has reported.
  void ReadHeaderBelow(const syntax::Line& line, Clauses clauses) {
    policy_.header_line = line.number;
    const std::optional<Fault> fault = ReadHeader(clauses);
    if (!fault) return;
    ReadRest(line, ExplainHeader(checker_, line, WordsOf(clauses, fault->word)).rest);
  }

  // A statement that follows on the header's line.
  void ReadRest(const syntax::Line& line, std::size_t at) {
    if (at >= line.clauses.count) return;
    const syntax::Line rest = RestOf(checker_, line, at);
    ReadStatement(rest, checker_.document.ClausesOf(rest));
  }

  void ReadStatement(const syntax::Line& line, Clauses clauses) {
    const bool is_default = !clauses[0].has_equals && checker_.Text(clauses[0].key) == "DEFAULT";
    const std::uint32_t conditions = support::ToU32(policy_.conditions.size());
    policy::Operation single{};
    std::span<const policy::Operation> operations;
    std::optional<policy::Action> action;
    std::optional<Fault> fault;

    std::size_t i = is_default ? 1 : 0;
    for (; i + 1 < clauses.size() && !fault; ++i) {
      if (operations.empty()) {
        operations = OperationsOf(clauses[i], single);
        if (operations.empty()) fault = Fault{i, Errno::kEBADMSG};
      } else {
        fault = ReadCondition(clauses[i], i);
      }
    }
    if (!fault) {
      i = clauses.size() - 1;
      action = ActionOf(clauses[i]);
      if (!action || (!is_default && operations.empty())) fault = Fault{i, Errno::kEBADMSG};
    }
    const std::uint32_t count = support::ToU32(policy_.conditions.size()) - conditions;
    if (!fault && is_default && count != 0) fault = Fault{2, Errno::kEBADMSG};

    if (fault) {
      checker_.Reject(Stage::Statements, fault->error);
      policy_.conditions.resize(conditions);
      ExplainStatement(checker_, line, WordsOf(clauses, fault->word));
    } else if (is_default) {
      AddDefault(line, operations, *action);
    } else {
      for (const policy::Operation operation : operations) {
        policy_.rules.push_back(
            {operation, *action, {conditions, count}, line.number, line.statement});
      }
    }
  }

  // More than one for `op=*` only.
  std::span<const policy::Operation> OperationsOf(const syntax::Clause& clause,
                                                  policy::Operation& single) const {
    if (!clause.has_equals || checker_.Text(clause.key) != "op") return {};
    return ReadOperations(checker_.target, checker_.options.every, checker_.Text(clause.value),
                          single);
  }

  std::optional<policy::Action> ActionOf(const syntax::Clause& clause) const {
    if (!clause.has_equals || checker_.Text(clause.key) != "action") return std::nullopt;
    return ReadAction(checker_.Text(clause.value));
  }

  std::optional<Fault> ReadCondition(const syntax::Clause& clause, std::size_t at) {
    const auto property = ReadProperty(checker_.Text(clause.key));
    if (!property || !clause.has_equals) return Fault{at, Errno::kEBADMSG};
    const llvm::StringRef value = checker_.Text(clause.value);
    policy::Condition condition{*property, true, {}};
    if (runtime::Kind(*property) == runtime::PropertyKind::Boolean) {
      const auto expected = ReadBoolean(value);
      if (!expected) return Fault{at, Errno::kEBADMSG};
      condition.expected = *expected;
    } else {
      const DigestWord digest = ReadDigest(value, false, checker_.digest_bytes);
      if (digest.problem != DigestProblem::None) return Fault{at, ErrnoOf(digest.problem)};
      condition.digest = policy_.digests.Add({digest.algorithm.data(), digest.algorithm.size()},
                                             checker_.digest_bytes);
    }
    policy_.conditions.push_back(condition);
    return std::nullopt;
  }

  void AddDefault(const syntax::Line& line, std::span<const policy::Operation> operations,
                  policy::Action action) {
    const std::optional<policy::Operation> operation =
        operations.empty() ? std::nullopt : std::optional(operations.front());
    auto& place = operation ? policy_.operation_defaults[*operation] : policy_.global_default;
    if (place) {
      checker_.Reject(Stage::Statements, Errno::kEBADMSG);
      ExplainSecondDefault(checker_, line, *place, operation, action);
    } else {
      place = policy::Default{action, line.number, line.statement};
    }
  }

  static StatementExcerpt WordsOf(Clauses clauses, std::size_t at) {
    return StatementExcerpt::Of(clauses.size(), at, [&](std::size_t i) {
      const syntax::Clause& clause = clauses[i];
      return Word{clause.key, clause.value, clause.value, clause.has_equals};
    });
  }

  Checker& checker_;
  policy::Policy& policy_;
};

}  // namespace

void ReadLinesInOrder(Checker& checker) {
  Reader(checker).Read();
}

}  // namespace ipec::check
