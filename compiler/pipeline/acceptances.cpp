#include "compiler/pipeline/acceptances.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {

using support::ErrorOf;

namespace {

constexpr std::string_view kKey = "Ipec-Accept:";

bool IsFingerprint(std::string_view word) {
  return word.size() == kFingerprintDigits && std::all_of(word.begin(), word.end(), [](char digit) {
           return llvm::isDigit(digit) || (digit >= 'a' && digit <= 'f');
         });
}

}  // namespace

llvm::Error Acceptances::Add(std::string_view fingerprint, std::string reason, std::string place) {
  if (!IsFingerprint(fingerprint)) {
    return ErrorOf(fmt::format("{} is not a fingerprint, which has {} lowercase hex digits",
                               support::Quoted(support::Abbreviated(fingerprint)),
                               kFingerprintDigits));
  }
  const auto [entry, is_new] = by_fingerprint_.try_emplace(std::string(fingerprint));
  if (!is_new) return llvm::Error::success();
  entry->second = {std::string(fingerprint), std::move(reason), std::move(place)};
  in_order_.push_back(&entry->second);
  return llvm::Error::success();
}

llvm::Error Acceptances::Read(std::string_view path, std::string_view text) {
  const auto error = [&](std::size_t line, const std::string& words) {
    return ErrorOf(fmt::format("{}:{}: {}", support::Printable(path), line, words));
  };
  if (text.size() > kLongest) return error(1, "the file is longer than 1 MiB");
  llvm::StringRef rest(text.data(), text.size());
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto [first, others] = rest.split('\n');
    rest = others;
    llvm::StringRef line = first.trim(" \t\r");
    if (line.empty() || line.startswith("#")) continue;
    if (!line.consume_front_insensitive({kKey.data(), kKey.size()})) {
      return error(number, "expected `Ipec-Accept: FINGERPRINT reason`, or a comment after `#`");
    }
    line = line.ltrim(" \t");
    const llvm::StringRef fingerprint =
        line.take_until([](char c) { return c == ' ' || c == '\t'; });
    const llvm::StringRef reason = line.drop_front(fingerprint.size()).trim(" \t");
    if (llvm::Error wrong = Add({fingerprint.data(), fingerprint.size()}, reason.str(),
                                fmt::format("{}:{}", path, number))) {
      return error(number, llvm::toString(std::move(wrong)));
    }
    if (reason.empty()) {
      return error(number, "an acceptance needs a reason: `Ipec-Accept: FINGERPRINT reason`");
    }
  }
  return llvm::Error::success();
}

const Acceptance* Acceptances::Find(std::string_view fingerprint) {
  const auto found = by_fingerprint_.find(fingerprint);
  if (found == by_fingerprint_.end()) return nullptr;
  found->second.used = true;
  return &found->second;
}

std::vector<const Acceptance*> Acceptances::Unused() const {
  std::vector<const Acceptance*> unused;
  std::copy_if(in_order_.begin(), in_order_.end(), std::back_inserter(unused),
               [](const Acceptance* one) { return !one->used; });
  return unused;
}

}  // namespace ipec::pipeline
