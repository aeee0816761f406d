// How the RFC series reads a policy: first the words of all lines, then headers and DEFAULTs
// wherever they are, then the rules. An error of an earlier pass takes precedence over one further
// up in the file.

#include "compiler/check/checker.h"
#include "compiler/check/explain.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/regroup.h"
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
    const std::size_t count = checker_.document.lines.size();
    steps_.resize(count, Step::None);
    for (std::size_t i = 0; i < count; ++i) steps_[i] = ReadWords(LineAt(i));
    for (std::size_t i = 0; i < count; ++i) {
      if (steps_[i] != Step::Header && steps_[i] != Step::Default) continue;
      const syntax::Line line = LineAt(i);
      if (steps_[i] == Step::Header) ReadHeader(line, WordsOf(line));
      if (steps_[i] == Step::Default) ReadDefault(line, WordsOf(line));
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (steps_[i] == Step::Rule) ReadRule(LineAt(i), WordsOf(LineAt(i)));
      if (steps_[i] == Step::Header && rest_ && rest_->number == LineAt(i).number) {
        ReadRule(*rest_, WordsOf(*rest_));
      }
    }
  }

 private:
  using Words = std::span<const Word>;
  // The kind of a line in the second and the third pass; None: blank, or rejected in the first.
  enum class Step : std::uint8_t { None, Header, Default, Rule };

  syntax::Line LineAt(std::size_t i) const {
    return WholeLine(checker_, checker_.document.lines[i]);
  }

  static StatementExcerpt ExcerptOf(Words words, std::size_t at) {
    return StatementExcerpt::Of(words.size(), at, [&](std::size_t i) { return words[i]; });
  }

  Words WordsOf(const syntax::Line& line) {
    CutQuotedWords(checker_, line, words_);
    return words_;
  }

  Step ReadWords(const syntax::Line& line) {
    if (line.clauses.empty()) return Step::None;
    const WordProblem problem = CutQuotedWords(checker_, line, words_);
    if (problem != WordProblem::None) {
      checker_.Reject(Stage::Tokens, Errno::kEBADMSG);
      if (!ExplainQuotedWords(checker_, line)) return Step::None;
      // Do not also report a missing statement that this line was meant to be.
      llvm::StringRef text = checker_.Text(line.statement);
      const bool is_marked = OddBlankAt(text).length > 0;
      for (OddBlank blank = OddBlankAt(text); blank.length > 0; blank = OddBlankAt(text)) {
        text = text.drop_front(blank.length);
      }
      const bool is_header =
          line.kind == syntax::LineKind::Header || text.startswith("policy_name=");
      if (is_header && !checker_.header) checker_.header = line.statement;
      // It is the header as soon as what is in front of it is gone.
      header_seen_ = header_seen_ || (is_header && is_marked);
      if (text.contains("DEFAULT")) checker_.broken.any = true;
      return Step::None;
    }
    if (words_.empty()) return Step::None;
    const llvm::StringRef key = checker_.Text(words_[0].key);
    return key == "policy_name" ? Step::Header : key == "DEFAULT" ? Step::Default : Step::Rule;
  }

  void ReadHeader(const syntax::Line& line, Words words) {
    if (header_seen_) {
      checker_.Reject(Stage::HeaderAndDefaults, Errno::kEBADMSG);
      if (!ExplainAuditRecord(checker_, line)) ExplainSecondHeader(checker_, line);
      return;
    }
    const std::optional<Errno> error = HeaderError(words);
    if (error) checker_.Reject(Stage::HeaderAndDefaults, *error);
    if (error && ExplainAuditRecord(checker_, line)) {
      checker_.ForgetHeader();
      return;
    }
    checker_.header = line.statement;
    policy_.header_line = line.number;
    header_seen_ = true;
    if (error) {
      ReadRest(line, words, ExplainHeader(checker_, line, ExcerptOf(words, 0)).rest);
    }
  }

  // A statement that follows on the header's line.
  void ReadRest(const syntax::Line& line, Words words, std::size_t at) {
    if (at >= words.size()) return;
    const auto clauses = checker_.document.ClausesOf(line);
    std::size_t clause = 0;
    while (clauses[clause].span().end < words[at].written.end) ++clause;
    const syntax::Line rest = RestOf(checker_, line, clause);
    if (words[at].has_equals) {
      rest_ = rest;  // rules are read in the third pass
    } else {
      ReadDefault(rest, words.subspan(at));
    }
  }

  std::optional<Errno> HeaderError(Words words) {
    if (!words[0].has_value()) return Errno::kEBADMSG;
    policy_.name = checker_.Text(words[0].value).str();
    if (words.size() > 1) {
      if (checker_.Text(words[1].key) != "policy_version" || !words[1].has_value()) {
        return Errno::kEBADMSG;
      }
      const VersionWord version = ReadVersion(checker_.Text(words[1].value));
      if (version.problem != VersionProblem::None) return ErrnoOf(version.problem);
      policy_.version = version.version;
    }
    // The name and the version were read, even if an error follows.
    checker_.result.has_header = true;
    if (words.size() > 2) return Errno::kEBADMSG;
    return std::nullopt;
  }

  void ReadDefault(const syntax::Line& line, Words words) {
    std::span<const policy::Operation> operations;
    policy::Operation single{};
    std::size_t action_at = 1;
    std::optional<Fault> fault;
    if (words[0].has_value()) {
      fault = Fault{0, Errno::kEBADMSG};
    } else if (words.size() < 2 || !words[1].has_value()) {
      fault = Fault{words.size() < 2 ? 0U : 1U, Errno::kEBADMSG};
    } else if (checker_.Text(words[1].key) == "op") {
      action_at = 2;
      operations = OperationsOf(words[1], single);
      if (operations.empty()) fault = Fault{1, Errno::kEBADMSG};
    }
    if (!fault && words.size() <= action_at) fault = Fault{words.size() - 1, Errno::kEBADMSG};
    std::optional<policy::Action> action;
    if (!fault) {
      action = ActionOf(words[action_at]);
      if (!action) fault = Fault{action_at, operations.empty() ? Errno::kEBADMSG : Errno::kEINVAL};
    }
    if (fault) {
      checker_.Reject(Stage::HeaderAndDefaults, fault->error);
      ExplainStatement(checker_, line, ExcerptOf(words, fault->word));
      return;
    }
    const policy::Default made{*action, line.number, line.statement};
    if (operations.empty()) AddGlobalDefault(line, made);
    if (!operations.empty()) AddDefaults(line, made, operations, words[1]);
  }

  void AddGlobalDefault(const syntax::Line& line, const policy::Default& made) {
    if (policy_.global_default) {
      checker_.Reject(Stage::HeaderAndDefaults, Errno::kEBADMSG);
      ExplainSecondDefault(checker_, line, *policy_.global_default, std::nullopt, made.action);
    } else {
      policy_.global_default = made;
    }
  }

  // The kernel stops at the first operation that has a default. The others get theirs, as they do
  // when this is repaired.
  void AddDefaults(const syntax::Line& line, const policy::Default& made,
                   std::span<const policy::Operation> operations, const Word& word) {
    std::vector<policy::Operation> others;
    std::optional<policy::Operation> second;
    bool says_the_same = true;
    for (const policy::Operation operation : operations) {
      const auto& place = policy_.operation_defaults[operation];
      if (!place) {
        others.push_back(operation);
        continue;
      }
      if (!second) second = operation;
      says_the_same = says_the_same && place->action == made.action;
    }
    if (second) {
      checker_.Reject(Stage::HeaderAndDefaults, Errno::kEBADMSG);
      const policy::Default& earlier = *policy_.operation_defaults[*second];
      if (others.empty()) {
        ExplainSecondDefault(checker_, line, earlier, second, made.action);
      } else {
        ExplainSecondDefaultOfAlias(checker_, line, earlier, *second,
                                    {word.value, others, made.action, says_the_same});
      }
    }
    for (const policy::Operation operation : others) policy_.operation_defaults[operation] = made;
  }

  // The operations of `op=WORD`: one, those of an alias, or none if the word is unknown.
  std::span<const policy::Operation> OperationsOf(const Word& word,
                                                  policy::Operation& single) const {
    return ReadOperations(checker_.target, checker_.options.every, checker_.Text(word.value),
                          single);
  }

  std::optional<policy::Action> ActionOf(const Word& word) const {
    if (checker_.Text(word.key) != "action" || !word.has_value()) return std::nullopt;
    return ReadAction(checker_.Text(word.value));
  }

  void ReadRule(const syntax::Line& line, Words words) {
    const std::uint32_t conditions = support::ToU32(policy_.conditions.size());
    policy::Operation single{};
    std::span<const policy::Operation> operations;
    std::optional<policy::Action> action;
    const std::optional<Fault> fault = ReadRuleWords(words, single, operations, action);
    if (fault) {
      checker_.Reject(Stage::Statements, fault->error);
      policy_.conditions.resize(conditions);
      ExplainStatement(checker_, line, ExcerptOf(words, fault->word));
      return;
    }
    const std::uint32_t count = support::ToU32(policy_.conditions.size()) - conditions;
    for (const policy::Operation operation : operations) {
      policy_.rules.push_back(
          {operation, *action, {conditions, count}, line.number, line.statement});
    }
  }

  std::optional<Fault> ReadRuleWords(Words words, policy::Operation& single,
                                     std::span<const policy::Operation>& operations,
                                     std::optional<policy::Action>& action) {
    if (checker_.Text(words[0].key) != "op" || !words[0].has_value()) {
      return Fault{0, Errno::kEINVAL};
    }
    operations = OperationsOf(words[0], single);
    if (operations.empty()) return Fault{0, Errno::kENOENT};
    if (words.size() == 1) return Fault{0, Errno::kEBADMSG};
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      if (const auto fault = ReadCondition(words[i], i)) return fault;
    }
    action = ActionOf(words.back());
    if (!action) return Fault{words.size() - 1, Errno::kEINVAL};
    return std::nullopt;
  }

  std::optional<Fault> ReadCondition(const Word& word, std::size_t at) {
    const auto property = ReadProperty(checker_.Text(word.key));
    if (!property) return Fault{at, Errno::kENOENT};
    if (!word.has_value()) return Fault{at, Errno::kEINVAL};
    const llvm::StringRef value = checker_.Text(word.value);
    policy::Condition condition{*property, true, {}};
    if (runtime::Kind(*property) == runtime::PropertyKind::Boolean) {
      const auto expected = ReadBoolean(value);
      if (!expected) return Fault{at, Errno::kEBADMSG};
      condition.expected = *expected;
    } else {
      const DigestWord digest = ReadDigest(value, true, checker_.digest_bytes);
      if (digest.problem != DigestProblem::None) return Fault{at, Errno::kEINVAL};
      condition.digest = policy_.digests.Add({}, checker_.digest_bytes);
    }
    policy_.conditions.push_back(condition);
    return std::nullopt;
  }

  Checker& checker_;
  policy::Policy& policy_;
  bool header_seen_ = false;
  std::optional<syntax::Line> rest_;  // a rule that follows on the header's line
  std::vector<Step> steps_;           // by line
  std::vector<Word> words_;           // of the line that is read
};

}  // namespace

void ReadInThreePasses(Checker& checker) {
  Reader(checker).Read();
}

}  // namespace ipec::check
