// Prints the bodies of records of loads, activations and mode changes as the runtime library
// writes them for linux-6.12. One line of standard input requests one:
//   load NAME VERSION SHA256
//   activate OLD-NAME OLD-VERSION OLD-SHA256 NAME VERSION SHA256
//   mode NEW OLD
// with %XX for bytes of a name that are not visible ASCII. Output lines begin with the record's
// number.

#include <charconv>
#include <cstdio>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/table/build.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/audit.h"

namespace {

using namespace ipec;

std::uint8_t HexByte(std::string_view digits) {
  std::uint8_t byte = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
  return byte;
}

std::string Unescape(const std::string& text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made += text[i];
      continue;
    }
    made += static_cast<char>(HexByte(std::string_view(text).substr(i + 1, 2)));
    i += 2;
  }
  return made;
}

struct NamedPolicy {
  std::string name;
  runtime::PolicyVersion version;
  std::vector<std::uint8_t> digest;

  runtime::PolicyIdentity identity() const { return {name, version, {"sha256", digest}}; }
};

NamedPolicy ReadPolicy(std::istream& from) {
  NamedPolicy made;
  std::string name;
  std::string hex;
  char dot = 0;
  from >> name >> made.version.major >> dot >> made.version.minor >> dot >> made.version.revision >>
      hex;
  made.name = Unescape(name);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    made.digest.push_back(HexByte(std::string_view(hex).substr(i, 2)));
  }
  return made;
}

template <typename Write>
void Print(runtime::Features dialect, runtime::Record record, Write write) {
  std::string body(write(std::span<char>()) + 1, '\0');
  write(std::span<char>(body));
  body.pop_back();
  std::printf("%u ", runtime::RecordType(dialect, record));
  std::fwrite(body.data(), 1, body.size(), stdout);
  std::putchar('\n');
}

}  // namespace

int main() {
  const runtime::Features dialect = table::FeaturesOf(*targets::FindTarget("linux-6.12"));
  const runtime::Actor unset;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "load") {
      const NamedPolicy loaded = ReadPolicy(words);
      Print(dialect, runtime::Record::Load, [&](std::span<char> room) {
        return runtime::LoadRecord(dialect, loaded.identity(), unset, room);
      });
    } else if (what == "activate") {
      const NamedPolicy was = ReadPolicy(words);
      const NamedPolicy is = ReadPolicy(words);
      const runtime::PolicyIdentity old = was.identity();
      Print(dialect, runtime::Record::Activation, [&](std::span<char> room) {
        return runtime::ActivationRecord(dialect, &old, is.identity(), unset, room);
      });
    } else if (what == "mode") {
      int enforcing = 0;
      int was = 0;
      words >> enforcing >> was;
      Print(dialect, runtime::Record::Mode, [&](std::span<char> room) {
        return runtime::ModeRecord(dialect, enforcing != 0, was != 0, unset, room);
      });
    } else {
      std::fprintf(stderr, "no record is called %s\n", what.c_str());
      return 2;
    }
  }
  return 0;
}
