#pragma once

// Writes JSON as a stream, so that a document takes no memory: `attribute` within objects, values
// within arrays, and callbacks that write the contents of what they open. Compact, on one line.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/json_text.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {

class JsonWriter {
 public:
  explicit JsonWriter(llvm::raw_ostream& out) : out_(out) {}

  void objectBegin() { Open('{'); }
  void objectEnd() { Close('}'); }
  void arrayBegin() { Open('['); }
  void arrayEnd() { Close(']'); }
  void attributeBegin(llvm::StringRef key) {
    Separate();
    WriteText(key);
    out_ << ':';
    first_ = true;  // the value follows its key without a comma
  }
  void attributeEnd() { first_ = false; }

  // `value` is text, an integer, a bool or nullptr.
  template <typename Value>
  void value(const Value& value) {
    Separate();
    if constexpr (std::same_as<Value, bool>) {
      out_ << (value ? "true" : "false");
    } else if constexpr (std::same_as<Value, std::nullptr_t>) {
      out_ << "null";
    } else if constexpr (std::integral<Value>) {
      out_ << value;
    } else {
      WriteText(value);
    }
  }

  // A value that is JSON already.
  void raw(llvm::StringRef json) {
    Separate();
    out_ << json;
  }

  template <typename Value>
  void attribute(llvm::StringRef key, const Value& is) {
    attributeBegin(key);
    value(is);
    attributeEnd();
  }
  void object(const std::invocable auto& inside) {
    objectBegin();
    inside();
    objectEnd();
  }
  void array(const std::invocable auto& inside) {
    arrayBegin();
    inside();
    arrayEnd();
  }
  void attributeObject(llvm::StringRef key, const std::invocable auto& inside) {
    attributeBegin(key);
    object(inside);
    attributeEnd();
  }
  void attributeArray(llvm::StringRef key, const std::invocable auto& inside) {
    attributeBegin(key);
    array(inside);
    attributeEnd();
  }

 private:
  void Open(char bracket) {
    Separate();
    out_ << bracket;
    first_ = true;
  }
  void Close(char bracket) {
    out_ << bracket;
    first_ = false;
  }
  void Separate() {
    if (!first_) out_ << ',';
    first_ = false;
  }
  void WriteText(llvm::StringRef text) {
    scratch_.clear();
    AppendJson(scratch_, {text.data(), text.size()});
    out_ << scratch_;
  }

  llvm::raw_ostream& out_;
  std::string scratch_;
  bool first_ = true;  // the next value is the first of its object or array
};

}  // namespace ipec::support
