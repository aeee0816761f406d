#pragma once

// The arrows of the design as a function: may this file include that header?
//
// The order of libraries inside compiler/ is read from compiler/CMakeLists.txt, so that it is
// written down once; the arrows between folders and the few headers that only certain files may use
// stand in layers.cpp.

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace ipec::architecture {

class Layers {
 public:
  // From the text of compiler/CMakeLists.txt.
  explicit Layers(const std::string& cmake);

  // Empty when `file` may include `header` (as written, without brackets or quotes), else why not.
  std::string WhyNot(std::string_view file, std::string_view header) const;

  // Libraries in the order of the list, and what each may include, itself and indirect ones among
  // them.
  const std::map<std::string, std::set<std::string>>& reach() const { return reach_; }
  // A library that names one that is not above it in the list; empty when there is none.
  const std::string& out_of_order() const { return out_of_order_; }

 private:
  std::string WhyNotFromCompiler(std::string_view file, std::string_view header) const;

  std::map<std::string, std::set<std::string>> reach_;
  std::string out_of_order_;
};

}  // namespace ipec::architecture
