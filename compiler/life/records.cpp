#include "compiler/life/records.h"

#include <span>

#include <fmt/format.h>

#include "compiler/table/build.h"
#include "compiler/targets/features.h"
#include "ipec/runtime/audit.h"

namespace ipec::life {
namespace {

using runtime::Record;

// `write` returns the length of the record if it is called without a buffer.
template <typename Write>
std::string Written(Write write) {
  std::string text(write(std::span<char>()) + 1, '\0');
  text.resize(write(std::span<char>(text)));
  return text;
}

runtime::PolicyIdentity IdentityOf(const PolicyRecord& policy) {
  runtime::PolicyIdentity identity;
  identity.name = policy.name;
  identity.version = {policy.version.major, policy.version.minor, policy.version.revision};
  identity.thumbprint = {sign::Name(policy.hash), policy.thumbprint};
  return identity;
}

}  // namespace

std::string LineOf(const SentRecord& record) {
  return fmt::format("type={} audit(0.000:0): {}", record.type, record.body);
}

std::string Show(const policy::Version& version) {
  return fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
}

sign::Hash UsualHash(const targets::Target& target) {
  return target.Has(targets::Feature::ChosenThumbprint) ? sign::Hash::Sha1 : sign::Hash::Sha256;
}

SentRecord LoadOf(const targets::Target& target, const PolicyRecord& loaded) {
  const runtime::Features dialect = table::FeaturesOf(target);
  return {RecordType(dialect, Record::Load), Written([&](std::span<char> room) {
            return runtime::LoadRecord(dialect, IdentityOf(loaded), {}, room);
          })};
}

std::vector<SentRecord> FailedLoadOf(const targets::Target& target, support::Errno error) {
  const runtime::Features dialect = table::FeaturesOf(target);
  std::string body = Written([&](std::span<char> room) {
    return runtime::FailedLoadRecord(dialect, -NumberOf(error), {}, room);
  });
  if (body.empty()) return {};
  return {{RecordType(dialect, Record::FailedLoad), std::move(body)}};
}

SentRecord ActivationOf(const targets::Target& target, const PolicyRecord* old_policy,
                        const PolicyRecord& new_policy) {
  const runtime::Features dialect = table::FeaturesOf(target);
  const runtime::PolicyIdentity before =
      old_policy == nullptr ? runtime::PolicyIdentity() : IdentityOf(*old_policy);
  return {RecordType(dialect, Record::Activation), Written([&](std::span<char> room) {
            return runtime::ActivationRecord(dialect, old_policy == nullptr ? nullptr : &before,
                                             IdentityOf(new_policy), {}, room);
          })};
}

std::vector<SentRecord> ModeOf(const targets::Target& target, bool enforcing, bool old_enforcing) {
  const runtime::Features dialect = table::FeaturesOf(target);
  std::vector<SentRecord> sent(runtime::ModeRecordCount(dialect));
  for (SentRecord& record : sent) record.type = RecordType(dialect, Record::Mode);
  sent.front().body = Written([&](std::span<char> room) {
    return runtime::ModeRecord(dialect, enforcing, old_enforcing, {}, room);
  });
  return sent;
}

}  // namespace ipec::life
