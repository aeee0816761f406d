#include "compiler/table/c_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::table {
namespace {

// Keywords of C up to C23 and of C++ up to C++20, without those that begin with `_`, and what GNU
// compilers define as macros without a leading `_` on some machine (`linux`).
constexpr std::string_view kReserved[] = {
    "alignas",   "alignof",   "and",           "and_eq",       "asm",       "auto",
    "bitand",    "bitor",     "bool",          "break",        "case",      "catch",
    "char",      "char16_t",  "char32_t",      "char8_t",      "class",     "co_await",
    "co_return", "co_yield",  "compl",         "concept",      "const",     "const_cast",
    "consteval", "constexpr", "constinit",     "continue",     "decltype",  "default",
    "delete",    "do",        "double",        "dynamic_cast", "else",      "enum",
    "explicit",  "export",    "extern",        "false",        "float",     "for",
    "friend",    "goto",      "i386",          "if",           "inline",    "int",
    "linux",     "long",      "mips",          "mutable",      "namespace", "new",
    "noexcept",  "not",       "not_eq",        "nullptr",      "operator",  "or",
    "or_eq",     "private",   "protected",     "public",       "register",  "reinterpret_cast",
    "requires",  "restrict",  "return",        "short",        "signed",    "sizeof",
    "sparc",     "static",    "static_assert", "static_cast",  "struct",    "sun",
    "switch",    "template",  "this",          "thread_local", "throw",     "true",
    "try",       "typedef",   "typeid",        "typename",     "typeof",    "typeof_unqual",
    "union",     "unix",      "unsigned",      "using",        "vax",       "virtual",
    "void",      "volatile",  "wchar_t",       "while",        "xor",       "xor_eq",
};

// Macros of the headers that a program in C usually includes.
constexpr std::string_view kMacros[] = {
    "BUFSIZ", "EOF",  "EXIT_FAILURE", "EXIT_SUCCESS", "NULL",   "RAND_MAX", "assert",
    "errno",  "main", "offsetof",     "setjmp",       "stderr", "stdin",    "stdout",
};

bool IsOneOf(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string CNameOf(std::string_view policy_name) {
  std::string name;
  for (const char byte : policy_name) {
    if (llvm::isAlnum(byte)) {
      name += byte;
    } else if (byte < 0x20 || byte > 0x7E) {
      name += fmt::format("x{:02x}", support::ToByte(byte));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';  // C++ reserves `__`
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return "ipec_" + name + (name.empty() ? "table" : "_table");
}

llvm::Error CheckCName(std::string_view name) {
  const auto fails = [&](std::string_view why) {
    return support::ErrorOf(fmt::format("`{}` {}", support::Printable(name), why));
  };
  const bool spelled = !name.empty() && llvm::isAlpha(name.front()) &&
                       std::all_of(name.begin(), name.end(),
                                   [](char byte) { return llvm::isAlnum(byte) || byte == '_'; });
  if (!spelled) {
    return fails("is not an identifier: expected a letter, then letters, digits and `_`");
  }
  if (name.find("__") != std::string_view::npos) return fails("contains `__`, which C++ reserves");
  if (IsOneOf(name, kReserved)) return fails("is a keyword or a predefined macro of C or C++");
  if (IsOneOf(name, kMacros)) return fails("has a meaning of its own in the C library");
  if (name.starts_with("IPEC_")) return fails("begins with `IPEC_`, which the runtime uses");
  if (name.ends_with("_t")) return fails("ends with `_t`, which POSIX reserves for types");
  if (name.starts_with("ipec_") && !name.ends_with("_table")) {
    return fails("begins with `ipec_`, which the runtime uses; end it with `_table`");
  }
  return llvm::Error::success();
}

}  // namespace ipec::table
