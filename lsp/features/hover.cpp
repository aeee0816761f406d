#include "lsp/features/hover.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/words.h"
#include "compiler/pipeline/file_kind.h"
#include "compiler/support/errno.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/syntax/directive.h"
#include "compiler/targets/features.h"
#include "lint/digest_algorithms.h"
#include "lint/suppressions.h"
#include "lsp/features/claims.h"
#include "lsp/features/digests.h"
#include "lsp/features/explain_statement.h"
#include "lsp/features/placeholders.h"
#include "lsp/features/records.h"
#include "lsp/features/words.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Clause;
using syntax::LineKind;
using targets::Feature;
using targets::ForeignWord;

bool Contains(Span span, std::uint32_t offset) {
  return span.begin <= offset && offset <= span.end;
}

class Hoverer {
 public:
  Hoverer(const Snapshot& snapshot, const Place& place) : snapshot_(snapshot), place_(place) {}

  std::optional<Hover> Run() {
    if (place_.part == Part::Hidden) return Hidden();
    if (place_.part == Part::Comment) return Comment();
    if (place_.part == Part::Nothing) return std::nullopt;
    const Clause& clause = ClauseAt(snapshot_, place_);
    Hover hover;
    hover.span = place_.part == Part::Value ? ValueOf(snapshot_, clause) : clause.key;
    hover.markdown = Word(clause);
    const std::string explanation = Explanation();
    if (!hover.markdown.empty() && !explanation.empty()) hover.markdown += "\n---\n\n";
    hover.markdown += explanation;
    if (hover.markdown.empty()) return std::nullopt;
    return hover;
  }

 private:
  const targets::Target& target() const { return snapshot_.target(); }
  llvm::StringRef Text(Span span) const { return TextOf(snapshot_, span); }

  std::optional<Hover> Hidden() const {
    const Span hidden = snapshot_.document().hidden;
    if (snapshot_.claims) {
      return Hover{hidden, "**NUL** – the claims end here. The rest of the file is ignored.\n"};
    }
    return Hover{hidden,
                 fmt::format("**NUL** – the kernel stops reading here. The signature covers the "
                             "rest ({}), but it has no effect.\n",
                             support::NumberOf(hidden.size(), "byte"))};
  }

  // A suppression: its names, and the suppressed findings.
  std::optional<Hover> Comment() const {
    if (snapshot_.claims) return std::nullopt;
    const lint::Suppressions read(snapshot_.document(), snapshot_.configured->settings.today);
    const auto list = read.list();
    const auto found = std::find_if(list.begin(), list.end(), [&](const lint::Suppression& one) {
      return one.unknown_verb.empty() && Contains(one.where, place_.offset);
    });
    if (found == list.end()) return std::nullopt;
    for (std::size_t i = 0; i < found->names.size(); ++i) {
      if (Contains(found->name_spans[i], place_.offset)) {
        return Hover{found->name_spans[i], RuleName(found->names[i])};
      }
    }
    const auto verb = syntax::ReadDirective(Text(found->where))->Verb();
    return Hover{found->where, DocOfVerb(syntax::Name(*verb)) + SuppressedFindings(*found)};
  }

  std::string RuleName(std::string_view name) const {
    if (const lint::Rule* rule = lint::FindRule(name)) return DocOf(*rule);
    if (name == "all")
      return "**all** – every rule; name only the intended ones, so that others still report.\n";
    std::vector<std::string_view> names;
    for (const lint::Rule& rule : lint::AllRules()) names.push_back(rule.descriptor.name);
    const std::string_view nearest = support::Nearest(name.substr(0, 64), names);
    return fmt::format("Unknown rule {}.{}\n", Code(name),
                       nearest.empty() ? "" : fmt::format(" Did you mean `{}`?", nearest));
  }

  // Only the linter reads suppressions, and only in accepted policies.
  std::string SuppressedFindings(const lint::Suppression& comment) const {
    constexpr std::size_t kMost = 10;
    std::string text;
    std::size_t count = 0;
    const lint::Result& lint = snapshot_.lint();
    for (const lint::Suppressed& suppressed : lint.suppressed()) {
      if (suppressed.by >= lint.suppressions().size() ||
          !(lint.suppressions()[suppressed.by].where == comment.where)) {
        continue;
      }
      if (++count > kMost) continue;
      text += fmt::format("- line {}: {} (`{}`)\n",
                          snapshot_.lines.PositionOf(suppressed.finding.where.begin).line,
                          suppressed.finding.message, suppressed.finding.descriptor->name);
    }
    if (count > kMost) text += fmt::format("- and {} more\n", count - kMost);
    return text.empty() ? text : "\nIt suppresses:\n\n" + text;
  }

  std::string Word(const Clause& clause) const {
    const llvm::StringRef key = Text(clause.key);
    const Span claim = ClaimWordIn(snapshot_, *place_.line);
    if (!claim.empty() && clause.span() == claim) return DocOfWord(ViewOf(snapshot_, claim));
    if (place_.line->kind == LineKind::Header) return HeaderWord(clause);
    if (key == "DEFAULT" && !clause.has_equals) return DocOfWord("DEFAULT");
    const llvm::StringRef value = Text(ValueOf(snapshot_, clause));
    if (key == "op") return OperationWord(value);
    if (key == "action") {
      const bool on_value = place_.part == Part::Value && check::ReadAction(value).has_value();
      return DocOfWord(on_value ? std::string_view(value.data(), value.size()) : "action");
    }
    if (const auto property = PropertyOf(snapshot_, clause)) {
      std::string text;
      if (runtime::Kind(*property) == runtime::PropertyKind::Digest && place_.part == Part::Value) {
        text = DigestWord(*property, value) + "\n";
      }
      return text + DocOf(snapshot_, *property);
    }
    return DocOfForeign(target(), ForeignWord::Kind::Property, {key.data(), key.size()});
  }

  std::string OperationWord(llvm::StringRef value) const {
    if (place_.part == Part::Key && value.empty()) return DocOfWord("op");
    if (snapshot_.claims && value == "*") return DocOfWord("*");
    const std::vector<policy::Operation> operations = OperationsOf(snapshot_, value);
    if (operations.size() == 1) return DocOf(target(), operations.front());
    for (const targets::Alias& alias : target().aliases()) {
      if (value == llvm::StringRef(alias.spelling.data(), alias.spelling.size())) {
        return DocOf(target(), alias);
      }
    }
    return DocOfForeign(target(), ForeignWord::Kind::Operation, {value.data(), value.size()});
  }

  std::string DigestWord(policy::Property property, llvm::StringRef value) const {
    const bool bare = target().Has(Feature::BareDigests);
    std::vector<std::uint8_t> bytes;
    const check::DigestWord word = check::ReadDigest(value, bare, bytes);
    if (word.problem != check::DigestProblem::None) return {};
    const std::string_view name(word.algorithm.data(), word.algorithm.size());
    std::string text = fmt::format("**{}** – ", bare           ? "a digest"
                                                : name.empty() ? "no algorithm"
                                                               : Code(name));
    const runtime::Digest digest{name, bytes};
    const lint::Flaw flaw = lint::FlawOf(digest, property, bare);
    if (flaw == lint::Flaw::None) {
      text +=
          fmt::format("{} hex digits{}", word.digits.size(),
                      bare ? LengthOfBare(bytes.size()) : Measured(targets::FindAlgorithm(name)));
    } else {
      text += fmt::format("{}: a rule that tests it never matches",
                          lint::Describe(flaw, digest, property));
    }
    text += ".\n";
    if (const auto named = DigestAt(snapshot_, place_)) {
      const std::size_t uses = UsesOf(snapshot_, *named).size();
      if (uses > 1) text += fmt::format("\nOccurs {} times in this policy.\n", uses);
    }
    return text;
  }

  // For a digest that a volume or file can have.
  static std::string Measured(const targets::DigestAlgorithm* algorithm) {
    if (algorithm == nullptr) {
      return "; the algorithm is not a known one, and the kernel compares its name byte for byte";
    }
    return std::string(", as its algorithm requires") +
           (algorithm->strength == targets::Strength::Broken
                ? "; the algorithm is broken, so do not rely on it"
                : "");
  }

  static std::string LengthOfBare(std::size_t bytes) {
    std::vector<std::string_view> names;
    for (const targets::DigestAlgorithm& row : targets::kDigestAlgorithms) {
      if (row.bytes == bytes) names.push_back(row.name);
    }
    return names.empty() ? ", not the length of a known algorithm"
                         : ", the length of " + support::Listed(names);
  }

  std::string HeaderWord(const Clause& clause) const {
    const llvm::StringRef key = Text(clause.key);
    std::string text = DocOfWord({key.data(), key.size()});
    const bool has_directories = target().Has(Feature::Securityfs);
    if (!has_directories || !snapshot_.first().has_header() ||
        place_.line->number != snapshot_.policy().header_line) {
      return text;
    }
    if (key == "policy_name") {
      text += DirectoryOf(snapshot_.policy().name);
    } else if (key == "policy_version") {
      text += Demands(snapshot_.policy().version);
    }
    return text;
  }

  static std::string DirectoryOf(const std::string& name) {
    if (const auto error = check::DirectoryNameError(name)) {
      return fmt::format("\nThe kernel rejects the policy with `{}`: {}.\n", support::Name(*error),
                         support::MeaningOf(*error));
    }
    return fmt::format(
        "\nOnce loaded, the policy is the directory {}; the kernel rejects a second policy of this "
        "name with `EEXIST`.\n",
        Code("/sys/kernel/security/ipe/policies/" + name));
  }

  static std::string Demands(const policy::Version& version) {
    const std::string now = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
    std::string text = fmt::format(
        "\n- **Update**: it replaces a loaded policy of the same name only if that has a version "
        "below {0} (otherwise `ESTALE`, also for an equal version), and only a version above {0} "
        "replaces it.\n"
        "- **Activation**: rejected with `EINVAL` while the active policy, whatever its name, has "
        "a version above {0}; an equal version is accepted.\n",
        now);
    constexpr policy::Version kHighest{UINT16_MAX, UINT16_MAX, UINT16_MAX};
    if (version == kHighest) text += "\nIt is the highest version: no update is possible.\n";
    return text;
  }

  // The effect of the statement.
  std::string Explanation() const {
    if (snapshot_.claims) return ExplainClaim(snapshot_, place_.line->statement);
    return ExplainStatement(snapshot_, place_.line->statement);
  }

  const Snapshot& snapshot_;
  const Place& place_;
};

}  // namespace

std::optional<Hover> HoverAt(const Snapshot& snapshot, std::uint32_t offset) {
  if (std::optional<Hover> placeholder = HoverPlaceholder(snapshot, offset)) return placeholder;
  if (pipeline::IsLogName(snapshot.source.name())) return HoverRecord(snapshot, offset, nullptr);
  if (auto record = HoverRecord(snapshot, offset, &snapshot)) return record;
  const Place place = PlaceAt(snapshot, offset);
  return Hoverer(snapshot, place).Run();
}

}  // namespace ipec::lsp
