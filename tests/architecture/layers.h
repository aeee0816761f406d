#pragma once

// The layers of the design as a function: may this file include that header?
//
// The order of libraries inside compiler/ is read from compiler/CMakeLists.txt, so that it is
// written down once; the dependencies between directories and the few headers that only certain
// files may use are in layers.cpp.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ipec::architecture {

class Layers {
 public:
  // From the text of compiler/CMakeLists.txt.
  explicit Layers(const std::string& cmake);

  // Why `file` may not include `header` (as written, without brackets or quotes); nothing: it may.
  std::optional<std::string> WhyNot(std::string_view file, std::string_view header) const;

  // Libraries in the order of the list, and the libraries that each may include, indirect ones and
  // itself among them.
  const std::map<std::string, std::set<std::string>>& reach() const { return reach_; }
  // A library that depends on one that is not above it in the list; nothing if there is none.
  const std::optional<std::string>& out_of_order() const { return out_of_order_; }

 private:
  std::optional<std::string> WhyNotFromCompiler(std::string_view file,
                                                std::string_view header) const;

  std::map<std::string, std::set<std::string>> reach_;
  std::optional<std::string> out_of_order_;
};

}  // namespace ipec::architecture
