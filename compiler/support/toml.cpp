#include "compiler/support/toml.h"

#include <algorithm>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/toml_string.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::support {
namespace {

using Origin = TomlTable::Origin;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct KeyPart {
  std::string name;
  std::uint32_t where = 0;
};

bool IsBareKeyByte(char byte) {
  return llvm::isAlnum(byte) || byte == '-' || byte == '_';
}

std::string InBackticks(std::string_view text) {
  return Quoted(Abbreviated(text));
}

// A function that returns a bool returns whether all is well; otherwise mistake_ is set.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  TomlDocument Read() {
    const auto* const begin = reinterpret_cast<const llvm::UTF8*>(text_.data());
    const llvm::UTF8* end = begin;
    if (!llvm::isLegalUTF8String(&end, begin + text_.size())) {
      Fail(ToSize(end - begin), "a byte that is not UTF-8");
    } else {
      Lines();
    }
    return {std::move(root_), std::move(mistake_)};
  }

 private:
  bool Lines() {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    while (at_ < text_.size()) {
      SkipSpace();
      if (AtLineEnd()) {
        if (!LineEnd()) return false;
        continue;
      }
      const bool is_well = Peek() == '[' ? Header() : Pair(*current_, depth_);
      if (!is_well) return false;
      SkipSpace();
      if (!AtLineEnd()) return Expected("the end of the line");
      if (!LineEnd()) return false;
    }
    return true;
  }

  // A comment, a line terminator, or the end of the text.
  bool AtLineEnd() const {
    return at_ == text_.size() || Peek() == '#' || Peek() == '\n' || text_.substr(at_, 2) == "\r\n";
  }

  bool LineEnd() {
    if (Peek() == '#') {
      while (at_ < text_.size() && Peek() != '\n' && text_.substr(at_, 2) != "\r\n") {
        if (IsTomlControl(Peek())) return Fail(at_, "a control character in a comment");
        ++at_;
      }
    }
    if (Peek() == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
    return true;
  }

  // Whitespace, comments and line ends between the values of an array.
  bool SkipLines() {
    for (SkipSpace(); at_ < text_.size() && AtLineEnd(); SkipSpace()) {
      if (!LineEnd()) return false;
    }
    return true;
  }

  void SkipSpace() {
    while (Peek() == ' ' || Peek() == '\t') ++at_;
  }

  // The next byte; a NUL at the end, which is expected nowhere.
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool Take(char byte) {
    if (Peek() != byte || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  bool Fail(std::size_t where, std::string words) {
    mistake_ = TomlMistake{ToU32(where), std::move(words)};
    return false;
  }

  // Reports that `what` was expected here.
  bool Expected(const std::string& what) {
    if (at_ == text_.size()) return Fail(at_, "expected " + what + ", found the end of the file");
    if (Peek() == '\n' || text_.substr(at_, 2) == "\r\n") {
      return Fail(at_, "expected " + what + ", found the end of the line");
    }
    const std::string_view rest = text_.substr(at_);
    const std::size_t word = std::min(rest.find_first_of(" \t\r\n,=[]{}\"'#"), rest.size());
    return Fail(
        at_, "expected " + what + ", found " + InBackticks(rest.substr(0, word == 0 ? 1 : word)));
  }

  bool Key(std::vector<KeyPart>& parts) {
    do {
      SkipSpace();
      KeyPart& part = parts.emplace_back();
      part.where = ToU32(at_);
      if (parts.size() > kDeepestToml) return TooDeep();
      if (Peek() == '"' || Peek() == '\'') {
        const bool three = text_.substr(at_, 3) == "\"\"\"" || text_.substr(at_, 3) == "'''";
        if (three) return Fail(at_, "a key in triple quotes; use single or double quotes");
        if (!String(part.name)) return false;
      } else {
        const std::size_t begin = at_;
        while (at_ < text_.size() && IsBareKeyByte(Peek())) ++at_;
        if (at_ == begin) {
          return Expected("a key (letters, digits, `-` and `_`, or anything in quotes)");
        }
        part.name = text_.substr(begin, at_ - begin);
      }
      SkipSpace();
    } while (Take('.'));
    return true;
  }

  bool String(std::string& string) {
    auto read = ReadTomlString(text_, at_, string);
    if (read) return Fail(read->where, std::move(read->words));
    return true;
  }

  bool Header() {
    const std::size_t begin = at_++;
    const bool of_tables = Take('[');
    std::vector<KeyPart> parts;
    if (!Key(parts)) return false;
    if (!Take(']') || (of_tables && !Take(']'))) return Expected(of_tables ? "`]]`" : "`]`");
    TomlTable* table = &root_;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      table = Within(*table, parts[i]);
      if (table == nullptr) return false;
    }
    ++section_;
    depth_ = parts.size();
    return of_tables ? OpenArray(*table, parts.back(), begin)
                     : OpenTable(*table, parts.back(), begin);
  }

  // The table that a header means by a name that is not its last; null: that is a mistake.
  TomlTable* Within(TomlTable& table, const KeyPart& part) {
    TomlEntry* const found = table.Find(part.name);
    if (found == nullptr) return AddTable(table, part, part.where, Origin::Implied);
    TomlValue& value = found->value.of_tables ? found->value.items.back() : found->value;
    if (value.kind == TomlKind::Table && value.table->origin != Origin::Inline) {
      return value.table.get();
    }
    Again(part, *found);
    return nullptr;
  }

  bool OpenTable(TomlTable& table, const KeyPart& part, std::size_t begin) {
    TomlEntry* const found = table.Find(part.name);
    if (found == nullptr) {
      current_ = AddTable(table, part, begin, Origin::Header);
      return true;
    }
    const bool is_table = found->value.kind == TomlKind::Table;
    if (!is_table || found->value.table->origin != Origin::Implied) return Again(part, *found);
    current_ = found->value.table.get();
    current_->origin = Origin::Header;
    return true;
  }

  bool OpenArray(TomlTable& table, const KeyPart& part, std::size_t begin) {
    TomlEntry* found = table.Find(part.name);
    if (found != nullptr && !found->value.of_tables) return Again(part, *found);
    if (found == nullptr) {
      TomlValue array;
      array.kind = TomlKind::Array;
      array.of_tables = true;
      array.where = ToU32(begin);
      found = &table.Add(part.name, part.where, std::move(array));
    }
    TomlValue& element = found->value.items.emplace_back();
    element.where = ToU32(begin);
    element.table = std::make_unique<TomlTable>();
    element.table->origin = Origin::Header;
    current_ = element.table.get();
    return true;
  }

  TomlTable* AddTable(TomlTable& table, const KeyPart& part, std::size_t where, Origin origin) {
    TomlValue value;
    value.where = ToU32(where);
    value.table = std::make_unique<TomlTable>();
    value.table->origin = origin;
    value.table->section = section_;
    return table.Add(part.name, part.where, std::move(value)).value.table.get();
  }

  bool Again(const KeyPart& part, const TomlEntry& first) {
    const auto line = std::count(text_.begin(), text_.begin() + first.where, '\n') + 1;
    return Fail(part.where, "duplicate key " + InBackticks(part.name) + ", first defined in line " +
                                std::to_string(line));
  }

  bool TooDeep() {
    return Fail(at_, "nested more than " + std::to_string(kDeepestToml) + " levels deep");
  }

  // `depth`: how many levels `table` is below the root.
  bool Pair(TomlTable& table, std::size_t depth) {
    std::vector<KeyPart> parts;
    if (!Key(parts)) return false;
    if (!Take('=')) return Expected("`=` after the key");
    TomlTable* at = &table;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      TomlEntry* const found = at->Find(parts[i].name);
      if (found == nullptr) {
        at = AddTable(*at, parts[i], parts[i].where, Origin::Dotted);
        continue;
      }
      if (found->value.kind != TomlKind::Table) return Again(parts[i], *found);
      at = found->value.table.get();
      if (at->origin == Origin::Implied) {
        at->origin = Origin::Dotted;
        at->section = section_;
      }
      if (at->origin != Origin::Dotted || at->section != section_) return Again(parts[i], *found);
    }
    const KeyPart& last = parts.back();
    if (const TomlEntry* const first = at->Find(last.name)) return Again(last, *first);
    SkipSpace();
    TomlValue value;
    if (!Value(value, depth + parts.size())) return false;
    at->Add(last.name, last.where, std::move(value));
    return true;
  }

  bool Value(TomlValue& value, std::size_t depth) {
    value.where = ToU32(at_);
    if (depth > kDeepestToml) return TooDeep();
    switch (Peek()) {
      case '"':
      case '\'':
        value.kind = TomlKind::String;
        return String(value.text);
      case '[':
        value.kind = TomlKind::Array;
        return Array(value.items, depth);
      case '{':
        value.table = std::make_unique<TomlTable>();
        return InlineTable(*value.table, depth);
      default:
        return Word(value);
    }
  }

  bool Array(std::vector<TomlValue>& items, std::size_t depth) {
    ++at_;
    while (SkipLines()) {
      if (Take(']')) return true;
      if (!Value(items.emplace_back(), depth + 1) || !SkipLines()) return false;
      if (Take(',')) continue;
      if (Take(']')) return true;
      return Expected("`,` or `]` after a value of the array");
    }
    return false;
  }

  bool InlineTable(TomlTable& table, std::size_t depth) {
    ++at_;
    SkipSpace();
    if (!Take('}')) {
      do {
        if (!Pair(table, depth)) return false;
        SkipSpace();
      } while (Take(','));
      if (!Take('}')) return Expected("`,` or `}` after a value of the inline table");
    }
    table.origin = Origin::Inline;
    return true;
  }

  // A value without quotes.
  bool Word(TomlValue& value) {
    const std::string_view rest = text_.substr(at_);
    std::size_t size = std::min(rest.find_first_of(" \t\r\n,=[]{}\"'#"), rest.size());
    // `1979-05-27 07:32:00` is one value.
    constexpr std::size_t kDate = 10;
    if (size == kDate && rest.size() > kDate + 1 && rest[4] == '-' && rest[size] == ' ' &&
        llvm::isDigit(rest[size + 1])) {
      size = std::min(rest.find_first_of(" \t\r\n,=[]{}\"'#", size + 1), rest.size());
    }
    const std::string_view word = rest.substr(0, size);
    std::optional<TomlValue> read = ReadTomlWord(word);
    if (!read) {
      if (word.empty()) return Expected("a value");
      const bool number = llvm::isDigit(word[0]) || word[0] == '+' || word[0] == '-';
      return Fail(at_, "expected a value, found " + InBackticks(word) +
                           (number ? ", which is not a valid number, date or time"
                                   : "; a string must be in quotes"));
    }
    const std::uint32_t where = value.where;
    value = std::move(*read);
    value.where = where;
    at_ += size;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  TomlTable root_;
  TomlTable* current_ = &root_;
  std::size_t depth_ = 0;      // of current_
  std::uint32_t section_ = 0;  // how many headers have come
  std::optional<TomlMistake> mistake_;
};

}  // namespace

TomlEntry* TomlTable::Find(std::string_view key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &entries[found->second];
}

TomlEntry& TomlTable::Add(std::string key, std::uint32_t where, TomlValue value) {
  by_key_.emplace(key, entries.size());
  return entries.emplace_back(TomlEntry{std::move(key), where, std::move(value)});
}

TomlDocument ReadToml(std::string_view text) {
  return Reader(text).Read();
}

}  // namespace ipec::support
