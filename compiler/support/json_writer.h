#pragma once

// The only writer of JSON: `attribute` within objects, values within arrays, and callbacks that
// write the contents of what they open. Compact, on one line. It writes to a string or to a
// stream, so that a document takes no memory.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {

class JsonWriter {
 public:
  // Everything is in the stream when the outermost object or array ends.
  explicit JsonWriter(llvm::raw_ostream& stream) : out_(&own_), stream_(&stream) {}
  // Appends to the string.
  explicit JsonWriter(std::string& text) : out_(&text), stream_(nullptr) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  // Bytes that are not UTF-8 become lone surrogates, `\udcff`, as in Python, in place of U+FFFD. So
  // a reader that knows this gets every byte back.
  void keepBytes() { keeps_bytes_ = true; }

  void objectBegin() { Open('{'); }
  void objectEnd() { Close('}'); }
  void arrayBegin() { Open('['); }
  void arrayEnd() { Close(']'); }
  void attributeBegin(std::string_view key) {
    Separate();
    WriteText({key.data(), key.size()});
    *out_ += ':';
    first_ = true;  // the value follows its key without a comma
  }
  void attributeEnd() { first_ = false; }

  // `value` is text, an integer, a bool or nullptr.
  template <typename Value>
  void value(const Value& value) {
    Separate();
    if constexpr (std::same_as<Value, bool>) {
      *out_ += value ? "true" : "false";
    } else if constexpr (std::same_as<Value, std::nullptr_t>) {
      *out_ += "null";
    } else if constexpr (std::integral<Value>) {
      char digits[24];
      char* const end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
      out_->append(digits, end);
    } else if constexpr (std::same_as<Value, llvm::StringRef>) {
      WriteText({value.data(), value.size()});
    } else {
      WriteText(value);
    }
  }

  // The next value, or the end of what is open, begins on a new line.
  void breakLine() { breaks_ = true; }

  // A value that is JSON already.
  void raw(std::string_view json) {
    Separate();
    out_->append(json.data(), json.size());
  }

  template <typename Value>
  void attribute(std::string_view key, const Value& is) {
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
  void attributeObject(std::string_view key, const std::invocable auto& inside) {
    attributeBegin(key);
    object(inside);
    attributeEnd();
  }
  void attributeArray(std::string_view key, const std::invocable auto& inside) {
    attributeBegin(key);
    array(inside);
    attributeEnd();
  }

 private:
  void Open(char bracket) {
    Separate();
    *out_ += bracket;
    first_ = true;
  }
  void Close(char bracket) {
    EndLine();
    *out_ += bracket;
    first_ = false;
    Flush();
  }
  void Separate() {
    if (!first_) *out_ += ',';
    EndLine();
    first_ = false;
  }
  void EndLine() {
    if (breaks_) *out_ += '\n';
    breaks_ = false;
  }
  void Flush() {
    if (stream_ == nullptr) return;
    *stream_ << own_;
    own_.clear();
  }
  // Quoted and escaped; bytes that are not UTF-8 become U+FFFD.
  void WriteText(std::string_view text);

  bool keeps_bytes_ = false;
  std::string own_;            // what is not in `stream_` yet
  std::string* out_;           // `own_`, or the string to write to
  llvm::raw_ostream* stream_;  // null: a string
  bool first_ = true;          // the next value is the first of its object or array
  bool breaks_ = false;        // a new line is to begin
};

}  // namespace ipec::support
