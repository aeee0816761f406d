// Logs in every form and dialect: the seeds of records_fuzz are the samples, and records/*.jsonl
// are their records, as `print_records` writes them.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/life/records.h"
#include "compiler/records/reader.h"
#include "compiler/table/build.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/policy.h"
#include "tests/unit/record_json.h"
#include "tests/unit/small_policies.h"

namespace ipec {
namespace {

const std::string kSamples = IPEC_SOURCE_DIR "/tests/fuzz/corpus/records_fuzz";
const std::string kExpected = IPEC_SOURCE_DIR "/tests/unit/records";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  REQUIRE(stream);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::map<std::string, std::string> Samples() {
  std::map<std::string, std::string> samples;
  for (const auto& entry : std::filesystem::directory_iterator(kSamples)) {
    samples[entry.path().filename()] = ReadFile(entry.path());
  }
  return samples;
}

// All records and the tally, in pieces of `size` bytes.
std::string ReadLog(llvm::StringRef log, std::size_t size = SIZE_MAX) {
  std::string text;
  records::Reader reader(
      [&](const records::Record& record) { text += tests::JsonOf(record) + "\n"; });
  for (llvm::StringRef rest = log; !rest.empty(); rest = rest.drop_front(size)) {
    if (size > rest.size()) size = rest.size();
    reader.Feed(rest.take_front(size));
  }
  reader.Finish();
  return text + tests::JsonOf(reader.tally()) + "\n";
}

records::Tally TallyOf(llvm::StringRef log) {
  records::Reader reader([](const records::Record&) {});
  reader.Feed(log);
  reader.Finish();
  return reader.tally();
}

// The only record of a line.
std::string ReadOne(const std::string& line) {
  const std::string text = ReadLog(line);
  const std::size_t end = text.find('\n');
  CHECK(text.find("\"ignored\":0") > end);
  CHECK(TallyOf(line).ignored == 0);
  return text.substr(0, end);
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> LinesOfSamples() {
  std::vector<std::string> lines;
  for (const auto& [name, text] : Samples()) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
  }
  return lines;
}

bool IsOfType(const std::string& line, unsigned number, const std::string& name) {
  const std::string digits = std::to_string(number);
  if (number == 0) return !Contains(line, "type=") && !Contains(line, "AUDIT");
  return Contains(line, fmt::format("type={} ", digits)) ||
         Contains(line, fmt::format("UNKNOWN[{}]", digits)) ||
         Contains(line, fmt::format("AUDIT{} ", digits)) ||
         (!name.empty() && Contains(line, fmt::format("{} ", name)));
}

std::string NameOfType(unsigned number) {
#define IPEC_RECORD_TYPE(type, name) \
  if (number == (type)) return name;
#include "compiler/records/types.def"
  return "";
}

}  // namespace

TEST_CASE("samples of every form and dialect hold the expected records") {
  const auto samples = Samples();
  REQUIRE(samples.size() >= 15);
  for (const auto& [name, log] : samples) {
    INFO(name);
    const std::string read = ReadLog(log);
    const std::string expected = fmt::format("{}/{}.jsonl", kExpected, name);
    if (std::getenv("IPEC_UPDATE") != nullptr) {
      std::ofstream(expected, std::ios::binary) << read;
    }
    CHECK(read == ReadFile(expected));
  }
}

TEST_CASE("the sizes of the pieces of a log do not matter") {
  for (const auto& [name, log] : Samples()) {
    INFO(name);
    const std::string read = ReadLog(log);
    for (const std::size_t size : {1, 2, 3, 7, 64, 1000}) CHECK(ReadLog(log, size) == read);
  }
}

TEST_CASE("every line of a log is counted once") {
  for (const auto& [name, log] : Samples()) {
    if (name.ends_with(".gz") || name == "utf16.log") continue;
    INFO(name);
    const records::Tally tally = TallyOf(log);
    std::uint64_t sum = tally.ignored + tally.notices;
    for (const std::uint64_t count : tally.records) sum += count;
    for (const records::TroubleCount& trouble : tally.troubles) sum += trouble.count;
    CHECK(sum == tally.lines);
  }
}

TEST_CASE("every row of the tables has a sample") {
  const std::vector<std::string> lines = LinesOfSamples();
  const auto any = [&](auto&& is_sample) {
    return std::any_of(lines.begin(), lines.end(), is_sample);
  };
#define IPEC_SHAPE(number, starts, lsm, type, dialect)                             \
  {                                                                                \
    INFO(number << " " << starts);                                                 \
    CHECK(any([](const std::string& line) {                                        \
      const std::string begins = starts;                                           \
      return IsOfType(line, number, NameOfType(number)) && Contains(line, begins); \
    }));                                                                           \
  }
#include "compiler/records/shapes.def"
#define IPEC_FIELD(type, key, form, slot)                                              \
  {                                                                                    \
    INFO(key);                                                                         \
    CHECK(any([](const std::string& line) {                                            \
      return Contains(" " + line, std::string(" ") + key + "=") &&                     \
             Contains(ReadLog(line), "\"type\":\"" + Name(records::Type::type).str()); \
    }));                                                                               \
  }
#include "compiler/records/fields.def"
#define IPEC_FORM(tag, where, next)                                                       \
  {                                                                                       \
    INFO(tag);                                                                            \
    CHECK(any([](const std::string& line) {                                               \
      const bool is_tagged =                                                              \
          Contains(" " + line, std::string(" ") + tag + ": ") || Contains(line, tag "["); \
      const records::Tally tally = TallyOf(line);                                         \
      return is_tagged && tally.lines == 1 && tally.ignored == 0;                         \
    }));                                                                                  \
  }
#include "compiler/records/forms.def"
#define IPEC_RECORD_TYPE(number, name)                                   \
  {                                                                      \
    INFO(number);                                                        \
    CHECK(any([](const std::string& line) {                              \
      return IsOfType(line, number, name) && TallyOf(line).ignored == 0; \
    }));                                                                 \
  }
#include "compiler/records/types.def"
  const auto samples = Samples();
  for (std::size_t at = 0; at < records::kTroubles; ++at) {
    if (at == support::IndexOf(records::Trouble::LongLine)) continue;  // tested below
    INFO(Name(static_cast<records::Trouble>(at)).str());
    CHECK(std::any_of(samples.begin(), samples.end(), [&](const auto& sample) {
      return TallyOf(sample.second).troubles[at].count > 0;
    }));
  }
}

TEST_CASE("a line that is longer than any record is skipped") {
  const std::string record =
      "type=1420 audit(1.000:1): ipe_op=EXECUTE rule=\"DEFAULT action=DENY\"\n";
  const std::string longest(records::kLongestLine, 'x');
  for (const std::size_t size : {std::size_t{4096}, std::size_t{1} << 18, SIZE_MAX}) {
    const std::string log = fmt::format("{0}{1}x\n{0}{1}\n{0}", record, longest);
    const std::string read = ReadLog(log, size);
    CHECK(Contains(read, "\"lines\":5"));
    CHECK(Contains(read, "\"ignored\":1,"));
    CHECK(Contains(read, "\"access\":3"));
    CHECK(Contains(read, "\"long-line\":{\"count\":1,\"line\":2,"));
  }
  CHECK(TallyOf(longest + longest)[records::Trouble::LongLine].count == 1);
}

TEST_CASE("text of a process is not a record") {
  // The kernel writes quotes and spaces as hex, so these are not from the kernel.
  const std::string fake = "path=\"/x\" rule=\"DEFAULT action=ALLOW\"";
  for (const std::string_view form : {
           "type=1420 audit(1.000:1): ipe_op=EXECUTE comm=\"a {0}\" {0}",
           "type=PROCTITLE msg=audit(1.000:1): proctitle=\"type=1420 ipe_op=EXECUTE {}\"",
           "type=USER_CMD msg=audit(1.000:1): cmd=\"type=1420 ipe_op=EXECUTE {}\"",
           "Nov 1 10:00:00 host app[1]: kernel: audit: type=1420 ipe_op=EXECUTE {}",
           "Nov 1 10:00:00 host kernel: app audit: type=1420 ipe_op=EXECUTE {}",
       }) {
    const std::string line = fmt::format(fmt::runtime(form), fake);
    INFO(line);
    const records::Tally tally = TallyOf(line);
    for (const std::uint64_t count : tally.records) CHECK(count == 0);
  }
  // A file with the name of a record.
  CHECK(Contains(ReadOne("type=1420 audit(1.000:1): ipe_op=EXECUTE path=2F72756C653D22444546415"
                         "54C5420616374696F6E3D414C4C4F5722 rule=\"DEFAULT action=DENY\""),
                 "\"path\":\"/rule=\\\"DEFAULT action=ALLOW\\\"\""));
}

TEST_CASE("records that the runtime library writes are read back") {
  for (const targets::Target& target : targets::AllTargets()) {
    INFO(target.name);
    life::PolicyRecord before;
    before.name = "before";
    before.version = {1, 0, 65535};
    before.hash = life::UsualHash(target);
    before.thumbprint = {0xAB, 0xCD};
    life::PolicyRecord after = before;
    after.name = "after";
    after.version = {2, 3, 4};
    const std::string digest = std::string(sign::Name(before.hash)) + ":ABCD";
    const std::string policy =
        "{\"name\":\"after\",\"version\":\"2.3.4\",\"digest\":\"" + digest + "\"}";

    const std::string load = ReadOne(LineOf(life::LoadOf(target, after)));
    CHECK(Contains(load, "{\"type\":\"load\","));
    CHECK(Contains(load, "\"policy\":" + policy + ",\"success\":true"));
    for (const life::SentRecord& failed : life::FailedLoadOf(target, support::Errno::kEBADMSG)) {
      CHECK(Contains(ReadOne(LineOf(failed)), "\"success\":false,\"errno\":-74}"));
    }
    const std::string activation = ReadOne(LineOf(life::ActivationOf(target, &before, after)));
    CHECK(Contains(activation, "{\"type\":\"activation\","));
    CHECK(Contains(activation, "\"new\":" + policy + "}"));
    CHECK(Contains(activation, "\"old\":{\"name\":\"before\"") ==
          Contains(activation, "\"old_recorded\":true"));
    const std::string first = ReadOne(LineOf(life::ActivationOf(target, nullptr, after)));
    CHECK(!Contains(first, "\"old\":"));
    const auto modes = life::ModeOf(target, false, true);
    CHECK(Contains(ReadOne(LineOf(modes.front())), "{\"type\":\"mode\","));
    CHECK(Contains(ReadOne(LineOf(modes.front())), "\"enforcing\":false"));
    for (std::size_t at = 1; at < modes.size(); ++at) {
      CHECK(TallyOf(LineOf(modes[at])).ignored == 1);
    }
  }
}

TEST_CASE("access records that the runtime library writes are read back") {
  for (const targets::Target& target : targets::AllTargets()) {
    INFO(target.name);
    const std::string table = table::Build(
        tests::SmallPolicy(target, "deny").Default(runtime::Action::Deny).policy, target);
    runtime::Policy policy;
    REQUIRE(Load(std::as_bytes(std::span(table)), policy) == runtime::LoadStatus::Ok);
    for (const std::string_view path : {"/usr/bin/x", "/a \"b\" (deleted)", "/\xff\n"}) {
      runtime::Event event;
      event.hook = runtime::Hook::Mmap;
      event.pid = 36;
      event.comm = "a b";
      event.file = runtime::File{path, "dm-0", 97};
      std::string room(8192, '\0');
      const std::size_t size = AccessRecord(policy, event, Evaluate(policy, event), true, room);
      records::Reader reader([&](const records::Record& record) {
        const auto& access = std::get<records::Access>(record.body);
        CHECK(access.operation == "EXECUTE");
        CHECK(access.hook == "MMAP");
        CHECK(access.enforcing == true);
        CHECK(access.pid == 36U);
        CHECK(access.comm == "a b");
        CHECK(access.path.str() + (access.is_deleted ? " (deleted)" : "") == path);
        CHECK(access.device == "dm-0");
        CHECK(access.inode == 97U);
        CHECK(access.rule == "DEFAULT action=DENY");
        CHECK(!access.allows);
      });
      reader.Feed("type=1420 audit(1.000:1): " + room.substr(0, size));
      reader.Finish();
      CHECK(reader.tally()[records::Type::Access] == 1);
    }
  }
}

}  // namespace ipec
