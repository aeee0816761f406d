#include "runtime/writer.h"

#include <algorithm>

#include "runtime/numbers.h"

namespace ipec::runtime {

static constexpr char kDigits[] = "0123456789ABCDEF";

void Writer::PutUnsigned(std::uint64_t value) {
  char digits[20];
  std::size_t count = 0;
  do {
    digits[count++] = kDigits[value % 10];
    value /= 10;
  } while (value != 0);
  while (count != 0) Put(digits[--count]);
}

void Writer::PutSigned(std::int64_t value) {
  if (value < 0) Put('-');
  const std::uint64_t bits = value;
  PutUnsigned(value < 0 ? 0 - bits : bits);
}

void Writer::PutHex(const void* bytes, std::size_t size) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < size; ++i) {
    Put(kDigits[at[i] >> 4]);
    Put(kDigits[at[i] & 15]);
  }
}

void Writer::PutUntrusted(std::string_view text) {
  const bool trusted = std::all_of(text.begin(), text.end(), [](char byte) {
    return byte != '"' && byte >= 0x21 && byte <= 0x7E;
  });
  if (!trusted) return PutHex(text.data(), text.size());
  Put('"');
  Put(text);
  Put('"');
}

std::string_view RecordName(const Policy& policy, Operation operation) {
  const std::uint32_t number = NumberOf(operation);
  if (number < policy.operations().length)
    return policy.Text(policy.OperationAt(number).record_name);
  return number < kOperationCount ? kOperationNames[number] : Name(Operation::Unknown);
}

namespace {

void PutDigest(const Policy& policy, const Digest* digest, Writer& writer) {
  if (digest == nullptr) return writer.Put('?');  // a decision about another event
  if ((policy.features() & table::kBareDigests) == 0) {
    writer.PutUntrusted(digest->algorithm);
    writer.Put(':');
  }
  writer.PutHex(digest->bytes.data(), digest->bytes.size());
}

}  // namespace

void PutRuleText(const Policy& policy, const Event& event, const Decision& decision,
                 Writer& writer) {
  if (decision.outcome >= policy.outcomes().length) return;
  for (const char byte : policy.Text(policy.OutcomeAt(decision.outcome).text)) {
    switch (byte) {
      case table::kRoothashMark:
        PutDigest(policy,
                  event.dmverity && event.dmverity->roothash ? &*event.dmverity->roothash : nullptr,
                  writer);
        break;
      case table::kDigestMark:
        PutDigest(policy,
                  event.fsverity && event.fsverity->digest ? &*event.fsverity->digest : nullptr,
                  writer);
        break;
      case table::kOperationMark:
        writer.Put(RecordName(policy, event.operation));
        break;
      default:
        writer.Put(byte);
    }
  }
}

}  // namespace ipec::runtime
