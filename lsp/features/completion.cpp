#include "lsp/features/completion.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/syntax/directive.h"
#include "lint/rule.h"
#include "llvm/ADT/StringExtras.h"
#include "lsp/features/completion_items.h"
#include "lsp/features/config_document.h"
#include "lsp/features/place.h"
#include "lsp/features/placeholders.h"
#include "lsp/features/words.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Clause;
using syntax::LineKind;

// Finds the slot at a position.
class Slot {
 public:
  Slot(const Snapshot& snapshot, std::uint32_t offset, DigestsElsewhere elsewhere)
      : snapshot_(snapshot),
        elsewhere_(elsewhere),
        place_(PlaceAt(snapshot, offset, Side::Ends)),
        clauses_(ClausesOf(snapshot, place_)),
        items_(snapshot, place_.line == nullptr ? Span{} : place_.line->statement) {
    in_word_ = place_.part == Part::Key || place_.part == Part::Value;
    first_after_ = in_word_ ? place_.clause
                            : support::ToSize(std::count_if(
                                  clauses_.begin(), clauses_.end(), [&](const Clause& clause) {
                                    return clause.value.end < place_.offset;
                                  }));
    made_.typed = made_.whole = {place_.offset, place_.offset};
  }

  Completions Complete() {
    if (const auto placeholder = PlaceholderBefore(snapshot_, place_.offset)) {
      InPlaceholder(*placeholder);
    } else if (place_.part == Part::Comment) {
      // Nothing suppresses findings about claims.
      if (!snapshot_.claims) InComment();
    } else if (place_.part == Part::Value) {
      InValue();
    } else if (place_.part != Part::Hidden) {
      if (in_word_) Replace(clauses_[place_.clause].key);
      if (snapshot_.claims) {
        ClaimKey();
      } else if (IsHeader()) {
        HeaderKey();
      } else if (!AboveHeader()) {
        StatementKey();
      }
    }
    made_.items = items_.Take();
    return std::move(made_);
  }

 private:
  llvm::StringRef Text(Span span) const { return TextOf(snapshot_, span); }
  Span Statement() const { return place_.line == nullptr ? Span{} : place_.line->statement; }

  void Replace(Span word) {
    made_.typed = {word.begin, place_.offset};
    made_.whole = word;
  }

  // The words of the line before the one at the cursor.
  std::span<const Clause> Before() const { return clauses_.first(first_after_); }
  // Whether a word of the line other than the one at the cursor has this key.
  bool HasOther(llvm::StringRef key) const {
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
      if (!(in_word_ && i == place_.clause) && Text(clauses_[i].key) == key) return true;
    }
    return false;
  }
  bool HasBefore(llvm::StringRef key) const {
    const auto before = Before();
    return std::any_of(before.begin(), before.end(),
                       [&](const Clause& clause) { return Text(clause.key) == key; });
  }
  bool IsDefault() const {
    return first_after_ > 0 && !clauses_[0].has_equals && Text(clauses_[0].key) == "DEFAULT";
  }
  bool HasEquals() const { return in_word_ && clauses_[place_.clause].has_equals; }

  // The line of the first statement of the document, which is its header.
  const syntax::Line* FirstLine() const {
    const auto& lines = snapshot_.document().lines;
    const auto found = std::find_if(lines.begin(), lines.end(), [](const syntax::Line& line) {
      return line.kind != LineKind::Blank;
    });
    return found == lines.end() ? nullptr : &*found;
  }
  bool IsHeader() const {
    const syntax::Line* first = FirstLine();
    if (first == nullptr) return true;
    if (place_.line == first) {
      return first->kind == LineKind::Header || first->kind == LineKind::Other;
    }
    return place_.offset <= first->span.begin && first->kind != LineKind::Header;
  }
  bool AboveHeader() const {
    const syntax::Line* first = FirstLine();
    return first != nullptr && first != place_.line && place_.offset <= first->span.begin;
  }

  void HeaderKey() {
    if (first_after_ == 0) {
      const bool has_statements =
          !snapshot_.policy().rules.empty() || snapshot_.policy().global_default.has_value();
      items_.HeaderStart(HasEquals(), clauses_.size() == (in_word_ ? 1 : 0) && !HasEquals(),
                         has_statements);
    } else if (first_after_ == 1 && !HasOther("policy_version")) {
      items_.Key("policy_version", CompletionKind::Keyword, "", HasEquals(),
                 "the policy's version, A.B.C", "word:policy_version");
    }
  }

  void ClaimKey() {
    if (first_after_ == 0) {
      items_.ClaimStart(clauses_.size() == (in_word_ ? 1 : 0) && !HasEquals());
      return;
    }
    if (!HasOther("op")) items_.Operation(HasEquals(), /*of_default=*/false, Statement());
    if (first_after_ > 1) Properties();
  }

  void Properties() {
    // Signatures are what most rules are about. Those that no kernel of this policy has are last.
    using policy::Property;
    constexpr Property kOrder[] = {Property::DmveritySignature, Property::FsveritySignature,
                                   Property::DmverityRoothash, Property::FsverityDigest,
                                   Property::BootVerified};
    static_assert(std::size(kOrder) == runtime::kProperties.size());
    const Configured& configured = *snapshot_.configured;
    for (const bool missing : {false, true}) {
      for (const Property property : kOrder) {
        const std::string_view name = runtime::Name(property);
        if (HasOther({name.data(), name.size()})) continue;
        const bool is_missing = configured.Without(property).size() == configured.targets.size();
        if (is_missing == missing) items_.Property(property, HasEquals());
      }
    }
  }

  // Whether a property with a value precedes the cursor.
  bool HasCondition() const {
    const auto before = Before();
    return std::any_of(before.begin(), before.end(), [&](const Clause& clause) {
      return PropertyOf(snapshot_, clause) && !clause.value.empty();
    });
  }

  // Whether the action is more likely DENY: in a DEFAULT, and where the DEFAULT allows.
  bool DeniesFirst() const {
    if (IsDefault()) return true;
    std::optional<policy::Action> otherwise;
    if (snapshot_.policy().global_default) otherwise = snapshot_.policy().global_default->action;
    for (const Clause& clause : clauses_) {
      if (Text(clause.key) != "op") continue;
      for (const policy::Operation one :
           OperationsOf(snapshot_, ViewOf(snapshot_, ValueOf(snapshot_, clause)))) {
        if (const policy::Default* decides = snapshot_.policy().DefaultFor(one)) {
          otherwise = decides->action;
        }
      }
    }
    return otherwise == policy::Action::Allow;
  }

  void StatementKey() {
    if (first_after_ == 0) {
      items_.StatementStart(HasEquals(), clauses_.size() == (in_word_ ? 1 : 0) && !HasEquals(),
                            Statement());
      return;
    }
    // The action is last.
    if (HasBefore("action")) return;
    const bool has_operation = HasOther("op");
    const bool has_action = HasOther("action");
    // A global DEFAULT that is missing, or a complete condition.
    const bool is_global = IsDefault() && !has_operation && !snapshot_.policy().global_default &&
                           !snapshot_.policy().OperationsWithoutDefault().empty();
    const bool acts_first = is_global || (has_operation && HasCondition());
    if (acts_first && !has_action) items_.Action(HasEquals(), DeniesFirst());
    if (!has_operation) items_.Operation(HasEquals(), IsDefault(), Statement());
    if (!IsDefault()) Properties();
    if (!acts_first && !has_action) items_.Action(HasEquals(), DeniesFirst());
  }

  void InValue() {
    const Clause& clause = clauses_[place_.clause];
    Span value = ValueOf(snapshot_, clause);
    // A quote that is not closed yet.
    if (value == clause.value && snapshot_.document().lexis == syntax::Lexis::Quoted &&
        !value.empty() && (Text(value)[0] == '"' || Text(value)[0] == '\'')) {
      ++value.begin;
    }
    if (place_.offset < value.begin || place_.offset > value.end) return;
    Replace(value);
    const llvm::StringRef key = Text(clause.key);
    if (key == "op") {
      items_.Operations(IsDefault(), Statement());
    } else if (key == "action" && !snapshot_.claims) {
      items_.Actions(DeniesFirst());
    } else if (key == "policy_version" && !snapshot_.claims) {
      items_.Versions(ViewOf(snapshot_, value));
    } else if (key == "policy_name" && !snapshot_.claims) {
      items_.PolicyName();
    } else if (const auto property = PropertyOf(snapshot_, clause)) {
      if (runtime::Kind(*property) == runtime::PropertyKind::Boolean) {
        items_.Booleans();
      } else {
        Digest(*property, value);
      }
    }
  }

  void Digest(policy::Property property, Span value) {
    const std::size_t colon = Text(value).find(':');
    if (colon == llvm::StringRef::npos) {
      Offer(DigestsFor(property, value));
      items_.Algorithms(property);
      return;
    }
    const std::uint32_t end = value.begin + support::ToU32(colon) + 1;
    if (place_.offset >= end) {
      Offer(DigestsFor(property, value));
    } else {
      Replace({value.begin, end});
      items_.Algorithms(property);
    }
  }

  // Those of the image, then those that this policy and others use.
  Offers DigestsFor(policy::Property property, Span value) const {
    std::vector<UsedDigest> used = DigestsOf(snapshot_);
    if (elsewhere_) {
      std::vector<UsedDigest> others = elsewhere_();
      std::move(others.begin(), others.end(), std::back_inserter(used));
    }
    return OffersFor(snapshot_, property, TypedOf(value), used);
  }

  std::string_view TypedOf(Span value) const {
    return ViewOf(snapshot_, {value.begin, place_.offset});
  }

  void Offer(const Offers& offers) {
    for (const auto& [text, detail] : offers.list) {
      items_.Word(text, CompletionKind::Value, detail, "");
    }
    made_.is_incomplete |= offers.is_cut;
  }

  void InPlaceholder(Span placeholder) {
    Replace(placeholder);
    // A value has its algorithm, so that it is the whole value of the property.
    std::optional<policy::Property> property;
    if (place_.part == Part::Value && !clauses_.empty() &&
        ValueOf(snapshot_, clauses_[place_.clause]).begin == placeholder.begin) {
      property = PropertyOf(snapshot_, clauses_[place_.clause]);
    }
    Offer(PlaceholdersFor(snapshot_, property, TypedOf(placeholder)));
  }

  // `# ipec: allow(NAME, NAME) reason`, as far as it is typed.
  void InComment() {
    const Span comment = place_.line->comment;
    const llvm::StringRef all = Text(comment);
    const llvm::StringRef before = all.take_front(place_.offset - comment.begin);
    llvm::StringRef rest = before.drop_front().ltrim(" \t");
    const llvm::StringRef mark(syntax::kDirectiveMark.data(), syntax::kDirectiveMark.size());
    const bool begins = mark.startswith(rest);
    const std::optional<syntax::Directive> directive = syntax::ReadDirective(before);
    if (!begins && !(directive && directive->IsMarked())) return;
    if (!begins) rest = directive->body;
    const std::size_t open = rest.find('(');
    if (open == llvm::StringRef::npos) {
      const llvm::StringRef word = rest;
      if (!begins && !std::all_of(word.begin(), word.end(), syntax::IsPartOfVerb)) return;
      made_.typed = {snapshot_.source.SpanOf(word).begin, place_.offset};
      const llvm::StringRef right = all.drop_front(before.size());
      const llvm::StringRef tail =
          right.take_while([](char c) { return syntax::IsPartOfVerb(c) || c == ':'; });
      made_.whole = {made_.typed.begin, place_.offset + support::ToU32(tail.size())};
      const std::string_view blank = before.size() == 1 ? " " : "";
      Verbs(begins ? fmt::format("{}{} ", blank, syntax::kDirectiveMark) : "",
            right.drop_front(tail.size()).ltrim(" \t").startswith("("));
    } else if (!rest.contains(')')) {
      Names(all, rest.drop_front(open + 1));
    }
  }

  void Verbs(const std::string& prefix, bool has_bracket) {
    for (const SuppressionVerb& verb : kSuppressionVerbs) {
      const std::string word = prefix + std::string(verb.word);
      const std::string label = std::string(llvm::StringRef(word).ltrim());
      const std::string key = "verb:" + std::string(verb.word);
      if (has_bracket) {
        items_.Snippet(label, word, "", verb.summary, key);
      } else {
        const bool reason = verb.word != "allow-end";
        items_.Snippet(label, word + "(",
                       word + (reason ? "(${1:NAME}) ${2:reason}" : "(${1:NAME})"), verb.summary,
                       key);
      }
    }
  }

  // The rules with findings on the comment's line or up to the next statement. None for a policy
  // that is too large to be linted within a keystroke.
  std::set<std::string_view> FoundHere() const {
    constexpr std::size_t kQuick = std::size_t{1} << 18;
    std::set<std::string_view> names;
    if (snapshot_.source.text().size() > kQuick || !snapshot_.accepted()) return names;
    const auto& lines = snapshot_.document().lines;
    std::size_t at = support::ToSize(place_.line - lines.data());
    const std::uint32_t begin = place_.line->span.begin;
    while (lines[at].kind == LineKind::Blank && at + 1 < lines.size()) ++at;
    const std::uint32_t end = lines[at].span.end;
    const auto take = [&](const diagnostics::Diagnostic& finding) {
      const std::uint32_t where = finding.where.begin;
      const lint::Rule* rule = lint::FindRule(finding.descriptor->code);
      // A comment cannot suppress findings about itself.
      if (rule == nullptr || rule->category == lint::Category::Meta) return;
      if (begin <= where && where < end) names.insert(rule->descriptor.name);
    };
    for (const diagnostics::Diagnostic& finding : snapshot_.findings()) take(finding);
    for (const lint::Suppressed& suppressed : snapshot_.lint().suppressed())
      take(suppressed.finding);
    return names;
  }

  void Names(llvm::StringRef all, llvm::StringRef typed) {
    const std::size_t comma = typed.rfind(',');
    const llvm::StringRef word =
        (comma == llvm::StringRef::npos ? typed : typed.drop_front(comma + 1)).ltrim(" \t");
    made_.typed = {place_.offset - support::ToU32(word.size()), place_.offset};
    const llvm::StringRef right = all.drop_front(place_.offset - place_.line->comment.begin);
    const llvm::StringRef tail =
        right.take_while([](char c) { return llvm::isAlnum(c) || c == '-'; });
    made_.whole = {made_.typed.begin, place_.offset + support::ToU32(tail.size())};
    // Names that are already in the parentheses, except the one at the cursor.
    const llvm::StringRef inside =
        all.drop_front(support::SpanIn(all, typed).begin).take_until([](char c) {
          return c == ')';
        });
    std::vector<llvm::StringRef> named;
    for (llvm::StringRef left = inside; !left.empty();) {
      const auto [name, more] = left.split(',');
      const llvm::StringRef trimmed = name.trim(" \t");
      if (trimmed.data() != word.data()) named.push_back(trimmed);
      left = more;
    }
    const std::set<std::string_view> here = FoundHere();
    std::vector<const lint::Rule*> rules;
    for (const lint::Rule& rule : lint::AllRules()) {
      // No comment suppresses findings about comments.
      if (rule.category != lint::Category::Meta) rules.push_back(&rule);
    }
    std::stable_partition(rules.begin(), rules.end(), [&](const lint::Rule* rule) {
      return here.count(rule->descriptor.name) != 0;
    });
    for (const lint::Rule* each : rules) {
      const lint::Rule& rule = *each;
      const std::string_view name = rule.descriptor.name;
      const bool taken = std::any_of(named.begin(), named.end(), [&](llvm::StringRef other) {
        return other.equals_insensitive({name.data(), name.size()});
      });
      if (taken) continue;
      items_.Word(name, CompletionKind::Rule,
                  fmt::format("{} {}", rule.descriptor.code, lint::Name(rule.category)),
                  "rule:" + std::string(name));
    }
  }

  const Snapshot& snapshot_;
  DigestsElsewhere elsewhere_;
  const Place place_;
  const std::span<const Clause> clauses_;
  bool in_word_ = false;
  std::size_t first_after_ = 0;
  Items items_;
  Completions made_;
};

}  // namespace

Completions CompleteAt(const Snapshot& snapshot, std::uint32_t offset, DigestsElsewhere elsewhere) {
  return Slot(snapshot, offset, elsewhere).Complete();
}

std::string DocumentationOf(const Snapshot& snapshot, std::string_view key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view sort = key.substr(0, colon);
  const std::string_view word = key.substr(colon + 1);
  const targets::Target& target = snapshot.target();
  if (sort == "op") {
    const auto operation = runtime::FindOperation(word);
    return operation ? DocOf(target, *operation) : std::string();
  }
  if (sort == "alias") {
    for (const targets::Alias& alias : target.aliases()) {
      if (alias.spelling == word) return DocOf(target, alias);
    }
    return {};
  }
  if (sort == "property") {
    const auto property = runtime::FindProperty(word);
    return property ? DocOf(snapshot, *property) : std::string();
  }
  if (sort == "algorithm") {
    const targets::DigestAlgorithm* algorithm = targets::FindAlgorithm(word);
    return algorithm == nullptr ? std::string() : DocOf(*algorithm);
  }
  if (sort == "rule") {
    const lint::Rule* rule = lint::FindRule(word);
    return rule == nullptr ? std::string() : DocOf(*rule);
  }
  if (sort == "config") return DocOfConfigKey(word);
  if (sort == "verb") return DocOfVerb(word);
  return sort == "word" ? DocOfWord(word) : std::string();
}

}  // namespace ipec::lsp
