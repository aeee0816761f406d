// Prints the records of a log from standard input as lines of JSON, then its tally:
// print_records [--count | --speed]
// --count prints the tally alone; --speed reads all input first, and prints its bytes per second.

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/records/reader.h"
#include "tests/unit/record_json.h"

int main(int count, char** arguments) {
  const std::string_view option = count > 1 ? arguments[1] : "";
  ipec::records::Reader reader([&](const ipec::records::Record& record) {
    if (option.empty()) std::puts(ipec::tests::JsonOf(record).c_str());
  });
  std::vector<char> room(std::size_t{1} << 18);
  std::string all;
  while (const std::size_t size = std::fread(room.data(), 1, room.size(), stdin)) {
    if (option == "--speed") {
      all.append(room.data(), size);
    } else {
      reader.Feed({room.data(), size});
    }
  }
  const auto begin = std::chrono::steady_clock::now();
  reader.Feed(all);
  reader.Finish();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::puts(ipec::tests::JsonOf(reader.tally()).c_str());
  if (option == "--speed") std::printf("%.0f\n", static_cast<double>(all.size()) / seconds.count());
  return 0;
}
