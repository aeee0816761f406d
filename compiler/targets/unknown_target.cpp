#include "compiler/targets/unknown_target.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <vector>

#include "compiler/support/printable.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::targets {
namespace {

// The names of Linux releases are numbers. They say in which order the releases came, not what a
// target can do.
struct Release {
  unsigned major = 0;
  unsigned minor = 0;
  friend auto operator<=>(const Release&, const Release&) = default;  // NOLINT: no pointer
};

// The release in `6.14`, `v6.14`, `linux-6.12.117` or `6.12.117-amd64`; nothing if `name` is
// something else.
std::optional<Release> ReleaseIn(std::string_view name) {
  llvm::StringRef rest(name.data(), name.size());
  rest.consume_front_insensitive("linux");
  rest = rest.ltrim("-_ ");
  rest.consume_front_insensitive("v");
  Release release;
  if (rest.consumeInteger(10, release.major) || !rest.consume_front(".") ||
      rest.consumeInteger(10, release.minor)) {
    return std::nullopt;
  }
  const bool ends =
      rest.empty() || llvm::StringRef(".-+_~ ").contains(rest.front()) || rest.startswith("rc");
  return ends ? std::optional(release) : std::nullopt;
}

// A name of a target, and the release that it is for.
struct Named {
  Release release;
  std::string_view name;
  const Target* target;
};

// The names of all targets that are releases, the oldest first.
std::vector<Named> Releases() {
  std::vector<Named> all;
  for (const Target& target : AllTargets()) {
    if (const auto own = ReleaseIn(target.name)) all.push_back({*own, target.name, &target});
    for (const std::string_view name : target.other_names) {
      if (const auto other = ReleaseIn(name)) all.push_back({*other, name, &target});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Named& a, const Named& b) { return a.release < b.release; });
  return all;
}

// So far, no minor number exceeded it.
constexpr unsigned kGreatestMinor = 20;

// The names of the releases with this major number, `7` or `linux-7`; empty for anything else.
std::string ReleasesOf(std::string_view name) {
  llvm::StringRef rest(name.data(), name.size());
  rest.consume_front_insensitive("linux");
  rest = rest.ltrim("-_ ");
  rest.consume_front_insensitive("v");
  unsigned major = 0;
  if (rest.getAsInteger(10, major)) return {};
  std::vector<std::string_view> names;
  for (const Named& named : Releases()) {
    if (named.release.major == major) names.push_back(named.name);
  }
  return names.empty() ? std::string() : support::ListedInQuotes(names);
}

// Whether a release with this number is to be expected soon.
bool IsExpected(const Release& release, const Release& newest) {
  return release > newest && release.major <= newest.major + 2 && release.minor <= kGreatestMinor;
}

// The advice about a release. Nothing if Linux has no such release.
std::optional<std::string> Advice(const Release& release) {
  const std::vector<Named> known = Releases();
  const Named& first = known.front();
  const Named& newest = known.back();
  if (release < first.release) {
    return "Linux has IPE since " + std::to_string(first.release.major) + "." +
           std::to_string(first.release.minor) + "; a kernel with a backport is most like " +
           support::Quoted(first.target->name);
  }
  if (IsExpected(release, newest.release)) {
    return "it would be like " + support::Quoted(newest.target->name) +
           ", if the policy language has not changed";
  }
  for (const Named& named : known) {
    if (named.release != release) continue;
    const std::string advice = "that release is " + support::Quoted(named.name);
    if (named.name == named.target->name) return advice;
    return advice + ", which is like " + support::Quoted(named.target->name);
  }
  // Greater numbers are misspelt ones.
  if (release > newest.release || release.minor > kGreatestMinor) return std::nullopt;
  return "Linux has no such release; see `ipec targets`";
}

}  // namespace

std::string UnknownTarget(std::string_view name) {
  const std::string message = "unknown target " + support::Quoted(support::Abbreviated(name));
  if (const auto release = ReleaseIn(name)) {
    if (const auto advice = Advice(*release)) return message + "; " + *advice;
  }
  if (const std::string releases = ReleasesOf(name); !releases.empty()) {
    return message + "; its releases are " + releases;
  }
  std::vector<std::string_view> names;
  for (const Target& target : AllTargets()) names.push_back(target.name);
  for (const Target& target : AllTargets()) {
    names.insert(names.end(), target.other_names.begin(), target.other_names.end());
  }
  return message + support::Suggest(name, names, "; see `ipec targets`");
}

}  // namespace ipec::targets
