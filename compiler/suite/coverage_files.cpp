#include "compiler/suite/coverage_files.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/support/xml.h"

namespace ipec::suite {
namespace {

constexpr std::string_view kFormats[] = {"lcov", "cobertura"};

// As readers of Cobertura's files expect it: from 0 to 1, rounded down.
std::string Rate(const Ratio& ratio) {
  const std::uint64_t thousandths = ratio.whole == 0 ? 1000 : ratio.part * 1000 / ratio.whole;
  return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

}  // namespace

llvm::Expected<std::string> CoverageFiles::Add(std::string_view word) {
  const std::size_t colon = word.find(':');
  const std::string_view name = word.substr(0, colon);
  const auto* const format = std::find(std::begin(kFormats), std::end(kFormats), name);
  if (format == std::end(kFormats) || colon == std::string_view::npos || colon + 1 == word.size()) {
    return support::ErrorOf(support::Quoted("--coverage=" + std::string(word)) +
                            " must be `lcov:FILE` or `cobertura:FILE`" +
                            (format == std::end(kFormats) ? support::Suggest(name, kFormats) : ""));
  }
  std::string path(word.substr(colon + 1));
  outputs_.push_back({static_cast<Format>(format - std::begin(kFormats)), path});
  return path;
}

void CoverageFiles::Policy(const SuiteResult& result) {
  Covered& covered = policies_.emplace_back();
  covered.policy = result.input.from_root.policy;
  covered.covered = result.report.covered;
  for (const CoveredStatement& statement : result.report.statements) {
    if (statement.can_decide) covered.lines.push_back({statement.line, statement.events});
  }
}

void CoverageFiles::Write(llvm::function_ref<void(llvm::Error)> report) const {
  for (const File& file : outputs_) {
    const std::string text = file.format == Format::Lcov ? Lcov() : Cobertura();
    if (llvm::Error error = files_.Write(file.path, text)) report(std::move(error));
  }
}

std::string CoverageFiles::Lcov() const {
  std::string text;
  for (const Covered& policy : policies_) {
    text += "TN:\nSF:" + support::Printable(policy.policy) + "\n";
    for (const Line& line : policy.lines)
      text += fmt::format("DA:{},{}\n", line.number, line.events);
    text += fmt::format("LF:{}\nLH:{}\nend_of_record\n", policy.covered.whole, policy.covered.part);
  }
  return text;
}

std::string CoverageFiles::Cobertura() const {
  Ratio all;
  for (const Covered& policy : policies_) all += policy.covered;
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n"
      "<coverage line-rate=\"{0}\" branch-rate=\"1\" lines-covered=\"{1}\" lines-valid=\"{2}\" "
      "branches-covered=\"0\" branches-valid=\"0\" complexity=\"0\" version=\"1\" "
      "timestamp=\"0\">\n"
      "  <sources><source>.</source></sources>\n"
      "  <packages>\n"
      "    <package name=\"policies\" line-rate=\"{0}\" branch-rate=\"1\" complexity=\"0\">\n"
      "      <classes>\n",
      Rate(all), all.part, all.whole);
  for (const Covered& policy : policies_) {
    const std::string name = support::Xml(policy.policy);
    text += fmt::format(
        "        <class name=\"{0}\" filename=\"{0}\" line-rate=\"{1}\" branch-rate=\"1\" "
        "complexity=\"0\">\n          <methods/>\n          <lines>\n",
        name, Rate(policy.covered));
    for (const Line& line : policy.lines) {
      text += fmt::format("            <line number=\"{}\" hits=\"{}\" branch=\"false\"/>\n",
                          line.number, line.events);
    }
    text += "          </lines>\n        </class>\n";
  }
  return text + "      </classes>\n    </package>\n  </packages>\n</coverage>\n";
}

}  // namespace ipec::suite
