#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/wording.h"
#include "compiler/table/c_name.h"
#include "compiler/table/emit.h"
#include "ipec/runtime/table.h"

namespace ipec::table {
namespace {

// Text for a C comment: characters that could end it, continue it or affect a terminal become `?`.
std::string ForComment(std::string_view text) {
  std::string made;
  for (const char byte : text) {
    const bool harmless = byte > 0x20 && byte <= 0x7E && byte != '*' && byte != '/' && byte != '\\';
    made += harmless ? byte : '?';
  }
  return made;
}

// " without `dmverity_signature`", for a kernel without properties.
std::string Without(const runtime::Policy& table) {
  std::vector<std::string_view> missing;
  for (const runtime::Property property : runtime::kProperties) {
    if (!table.Knows(property)) missing.push_back(Name(property));
  }
  return missing.empty() ? std::string() : " without " + support::ListedInQuotes(missing);
}

}  // namespace

std::string EmitC(const runtime::Policy& table, std::string_view symbol) {
  const auto version = table.version();
  const std::string name = symbol.empty() ? CNameOf(table.name()) : std::string(symbol);
  const std::uint64_t checksum =
      runtime::table::Read64(table.bytes() + runtime::table::Header::kChecksumAt);
  std::string text = fmt::format(
      R"(/* The decision table of policy {0} {1}.{2}.{3} for {4}, made by `ipec compile --emit=c`.
 * Load it with ipec_load({5}, sizeof {5}, ...) of ipec/runtime/runtime.h or with
 * Load(std::as_bytes(std::span({5})), ...) of ipec/runtime/policy.h. */
#ifdef IPEC_GUARD_{5}
#if IPEC_GUARD_{5} != 0x{6:016x}ULL
#error "two tables are named {5}: rename one with `ipec compile --emit=c --symbol=NAME`"
#endif
#else
#define IPEC_GUARD_{5} 0x{6:016x}ULL /* the checksum of the table */

#if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
static constexpr unsigned char
#else
static const unsigned char
#endif
{5}[{7}] = {{)",
      ForComment(table.name()), version.major, version.minor, version.revision,
      ForComment(table.target()) + Without(table), name, checksum, table.size());
  text.reserve(text.size() + std::size_t{table.size()} * 5 + 64);
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    text += i % 20 == 0 ? "\n  " : "";
    text += std::to_string(std::to_integer<unsigned>(table.bytes()[i]));
    text += ',';
  }
  text += "\n};\n\n#endif\n";
  return text;
}

}  // namespace ipec::table
