#include "tests/architecture/layers.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

namespace ipec::architecture {
namespace {

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// A header of the C++ standard library, or one of C that C++ shares.
bool IsStandard(std::string_view header) {
  static const std::set<std::string_view> c_headers = {"stdbool.h", "stddef.h", "stdint.h"};
  if (c_headers.count(header) != 0) return true;
  return !Contains(header, "/") && !Contains(header, ".") && header != "version";
}

// Headers that only certain files may use: the prefix of the header and of the files.
struct Quarantine {
  std::string_view header;
  std::vector<std::string_view> users;
  std::string_view reason;
  bool whole_name = false;
};

const std::vector<Quarantine>& Quarantines() {
  static const std::vector<Quarantine> rows = {
      {"antlr4", {"compiler/syntax/"}, "ANTLR is known to compiler/syntax alone"},
      {"IpePolicy", {"compiler/syntax/"}, "the generated parser is known to compiler/syntax alone"},
      {"openssl/", {"compiler/sign/"}, "OpenSSL is known to compiler/sign alone"},
      {"zlib.h", {"compiler/records/gunzip"}, "zlib is known to compiler/records/gunzip alone"},
      {"compiler/support/toml",
       {"compiler/support/toml", "compiler/pipeline/config"},
       "ipec.toml is read by compiler/pipeline alone"},
      {"llvm/Support/JSON.h", {}, "JSON is read and written with compiler/support/json_*"},
      {"compiler/support/json_",
       {"compiler/support/", "compiler/diagnostics/render_json",
        "compiler/diagnostics/render_sarif", "compiler/driver/", "compiler/event/",
        "compiler/inventory/", "compiler/pipeline/emit", "compiler/table/emit",
        "compiler/optimize/emit", "compiler/suite/output_json", "compiler/matrix/output_json",
        "compiler/records/journal", "compiler/replay/output_json", "compiler/replay/read_result",
        "lint/output_json", "lsp/protocol/"},
       "JSON is for renderers, emitters, commands and the protocol alone"},
      {"llvm/Support/CommandLine.h", {}, "options are tables, not globals"},
      {"llvm/Support/FileSystem.h", {"compiler/support/"}, "files are reached through FileSystem"},
      {"llvm/Support/MemoryBuffer.h", {"compiler/support/"}, "files are read through FileSystem"},
      {"netinet/", {"compiler/support/"}, "sockets are opened by compiler/support"},
      {"lsp/position.h",
       {"lsp/position", "lsp/protocol/", "lsp/documents", "lsp/server"},
       "lines and columns as editors count them are for the protocol alone"},
      {"fstream", {}, "files are reached through support::FileSystem", true},
      {"filesystem", {"compiler/support/"}, "files are reached through support::FileSystem", true},
      {"iostream", {"compiler/driver/main.cpp"}, "only main.cpp knows the standard streams", true},
  };
  return rows;
}

}  // namespace

Layers::Layers(const std::string& cmake) {
  // `ipec_library(check DEPS syntax targets LINKS fmt::fmt)`, possibly over several lines.
  constexpr std::string_view kCall = "\nipec_library(";
  for (std::size_t at = cmake.find(kCall); at != std::string::npos;
       at = cmake.find(kCall, at + 1)) {
    const std::size_t begin = at + kCall.size();
    std::istringstream words(cmake.substr(begin, cmake.find(')', begin) - begin));
    std::string name;
    std::string word;
    words >> name;
    std::set<std::string> reach = {name};
    bool in_deps = false;
    while (words >> word) {
      if (word == "DEPS" || word == "LINKS") {
        in_deps = word == "DEPS";
      } else if (in_deps && (word == "runtime" || word == "lint" || word == "lsp")) {
        reach.insert(word);
      } else if (in_deps) {
        const auto known = reach_.find(word);
        if (known == reach_.end()) {
          out_of_order_ = std::string(name).append(" names ").append(word);
        } else {
          reach.insert(known->second.begin(), known->second.end());
        }
      }
    }
    reach_.emplace(name, std::move(reach));
  }
}

std::optional<std::string> Layers::WhyNotFromCompiler(std::string_view file,
                                                      std::string_view header) const {
  if (file.find('/', 9) == std::string_view::npos) {
    // Parts of the static program that replace those of other projects.
    if (!StartsWith(header, "compiler/") && !StartsWith(header, "ipec/")) return std::nullopt;
    return std::string(file) + " belongs to no library";
  }
  const std::string library(file.substr(9, file.find('/', 9) - 9));
  const auto row = reach_.find(library);
  if (row == reach_.end()) return "compiler/" + library + " is not in compiler/CMakeLists.txt";
  const std::set<std::string>& reach = row->second;
  if (StartsWith(header, "compiler/")) {
    const std::string other(header.substr(9, header.find('/', 9) - 9));
    if (reach.count(other) == 0) return library + " may not include " + other;
  } else if (StartsWith(header, "ipec/runtime/")) {
    if (reach.count("runtime") == 0) return library + " may not include the runtime";
  } else if (StartsWith(header, "lint/") || StartsWith(header, "lsp/")) {
    const std::string other(header.substr(0, header.find('/')));
    if (reach.count(other) == 0) return library + " may not include " + other;
  } else if (StartsWith(header, "fmt/")) {
    const bool prints = library == "command" || library == "driver" || library == "table";
    if (!prints && reach.count("diagnostics") == 0) return library + " may not include fmt";
  } else if (StartsWith(header, "llvm/")) {
    if (!StartsWith(header, "llvm/ADT/") && !StartsWith(header, "llvm/Support/")) {
      return "of LLVM only ADT and Support are used";
    }
  }
  return std::nullopt;
}

std::optional<std::string> Layers::WhyNot(std::string_view file, std::string_view header) const {
  if (StartsWith(file, "tests/")) return std::nullopt;
  if (StartsWith(header, "tests/") || StartsWith(header, "examples/")) {
    return "only tests may include tests";
  }
  if (StartsWith(file, "runtime/") || StartsWith(file, "examples/")) {
    if (IsStandard(header) || StartsWith(header, "ipec/runtime/")) return std::nullopt;
    // Sources of the runtime may share private headers; examples may include output of `ipec
    // compile`.
    if (StartsWith(file, "runtime/") && StartsWith(header, "runtime/")) {
      if (!StartsWith(file, "runtime/include/")) return std::nullopt;
      return "installed headers include installed headers";
    }
    if (StartsWith(file, "examples/") && !Contains(header, "/")) return std::nullopt;
    // It starts a machine.
    if (StartsWith(file, "examples/image/init.c")) return std::nullopt;
    return "the runtime includes only the standard library and itself";
  }
  for (const Quarantine& row : Quarantines()) {
    if (row.whole_name ? header != row.header : !StartsWith(header, row.header)) continue;
    const bool allowed = std::any_of(row.users.begin(), row.users.end(),
                                     [&](std::string_view user) { return StartsWith(file, user); });
    if (allowed) return std::nullopt;
    return std::string(row.reason);
  }
  if (StartsWith(file, "compiler/")) {
    if (auto why = WhyNotFromCompiler(file, header)) return why;
  } else if (StartsWith(file, "lint/")) {
    if (StartsWith(header, "lsp/")) return "lint may not include what is above it";
  } else if (StartsWith(file, "lsp/features/") && StartsWith(header, "lsp/")) {
    const bool allowed = header == "lsp/snapshot.h" || StartsWith(header, "lsp/features/");
    if (!allowed) return "features are functions of snapshots and know nothing of the protocol";
  }
  if (StartsWith(header, "compiler/driver/") && !StartsWith(file, "compiler/driver/")) {
    return "the driver is above everything else";
  }
  static constexpr std::array kRoots = {"compiler/", "lint/", "lsp/", "ipec/runtime/",
                                        "llvm/",     "fmt/",  "sys/"};
  const bool rooted = std::any_of(kRoots.begin(), kRoots.end(),
                                  [&](std::string_view root) { return StartsWith(header, root); });
  const bool system_file = Contains(header, ".h") && !Contains(header, "/");
  if (rooted || IsStandard(header)) return std::nullopt;
  // Only FileSystem and main() access the operating system; the static program replaces parts.
  if ((system_file || StartsWith(header, "linux/")) && StartsWith(file, "compiler/support/")) {
    return std::nullopt;
  }
  const bool has_own = file == "compiler/driver/main.cpp" || file == "compiler/static_libc.cpp";
  if (system_file && has_own) return std::nullopt;
  return "includes are spelled from the root of the repository, and the list of libraries is short";
}

}  // namespace ipec::architecture
