#include <cstdio>
#include <string>
#include <string_view>

#include "compiler/table/emit.h"

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

}  // namespace

std::string EmitC(const runtime::Policy& table) {
  const auto version = table.version();
  const std::string size = std::to_string(table.size());
  std::string text = "/* The decision table of policy " + ForComment(table.name()) + " " +
                     std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                     std::to_string(version.revision) + " for " + ForComment(table.target()) +
                     ", made by `ipec compile --emit=c`.\n" +
                     " * Give it to Load() of ipec/runtime/policy.h or ipec_load() of "
                     "ipec/runtime/runtime.h. */\n"
                     "#ifndef IPEC_POLICY_TABLE\n"
                     "#define IPEC_POLICY_TABLE\n\n"
                     "#define IPEC_POLICY_TABLE_SIZE " +
                     size +
                     "\n\n"
                     "#if defined(__cplusplus) || "
                     "(defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)\n"
                     "static constexpr unsigned char\n"
                     "#else\n"
                     "static const unsigned char\n"
                     "#endif\n"
                     "ipec_policy_table[IPEC_POLICY_TABLE_SIZE] = {";
  text.reserve(text.size() + std::size_t{table.size()} * 5 + 64);
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    text += i % 20 == 0 ? "\n  " : "";
    text += std::to_string(static_cast<unsigned>(table.bytes()[i]));
    text += ',';
  }
  text += "\n};\n\n#endif\n";
  return text;
}

}  // namespace ipec::table
