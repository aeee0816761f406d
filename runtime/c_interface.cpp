// The C functions of runtime.h: each converts its arguments to those of the C++ function of the
// same name.

#include <cstring>
#include <new>
#include <type_traits>

#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/explain.h"
#include "ipec/runtime/policy.h"
#include "ipec/runtime/runtime.h"

namespace ipec::runtime {
namespace {

static_assert(sizeof(Policy) <= sizeof(ipec_policy));
static_assert(alignof(Policy) <= alignof(ipec_policy));
static_assert(std::is_trivially_copyable_v<Policy> && std::is_trivially_destructible_v<Policy>);

Policy Of(const ipec_policy* policy) {
  Policy copy;
  std::memcpy(static_cast<void*>(&copy), policy, sizeof copy);
  return copy;
}

std::string_view Text(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

Digest Of(const ipec_digest& digest) {
  return {Text(digest.algorithm), {digest.bytes, digest.size}};
}

template <typename Verity>
void Fill(const ipec_verity* from, std::optional<Verity>& to,
          std::optional<Digest> Verity::*digest) {
  if (from == nullptr) return;
  to.emplace();
  to->is_signed = from->is_signed != 0;
  if (from->digest != nullptr) *to.*digest = Of(*from->digest);
}

// A number without an operation, hook, … is converted to a value without one.
template <typename Enum>
Enum FromNumber(int number) {
  return static_cast<Enum>(number < 0 || number > 255 ? 255 : number);
}

template <typename Enum>
int ToInt(Enum value) {
  return static_cast<int>(value);
}

Event Of(const ipec_event& from) {
  Event event;
  event.operation = FromNumber<Operation>(from.operation);
  event.hook = FromNumber<Hook>(from.hook);
  event.enforcing = from.enforcing != 0;
  event.pid = from.pid;
  event.comm = Text(from.comm);
  if (from.file != nullptr) {
    event.file.emplace();
    if (from.file->path != nullptr) event.file->path = Text(from.file->path);
    event.file->device = Text(from.file->device);
    event.file->inode = from.file->inode;
  }
  event.boot_verified = from.boot_verified != 0;
  Fill(from.dmverity, event.dmverity, &Dmverity::roothash);
  Fill(from.fsverity, event.fsverity, &Fsverity::digest);
  return event;
}

Decision Of(const ipec_decision& from) {
  return {from.action == IPEC_ALLOW ? Action::Allow : Action::Deny, FromNumber<Match>(from.match),
          from.line, from.outcome};
}

ipec_decision ToC(const Decision& from) {
  return {ToInt(from.action), ToInt(from.match), from.line, from.outcome};
}

TriedRule Of(const ipec_tried_rule& from) {
  return {FromNumber<Operation>(from.operation),
          from.action == IPEC_ALLOW ? Action::Allow : Action::Deny,
          from.line,
          from.condition,
          from.outcome,
          from.roothash,
          from.digest};
}

Actor Of(const ipec_actor& actor) {
  return {actor.auid, actor.session};
}

PolicyIdentity Of(const ipec_identity& identity) {
  return {Text(identity.name),
          {identity.version.major_number, identity.version.minor_number, identity.version.revision},
          Of(identity.thumbprint)};
}

}  // namespace
}  // namespace ipec::runtime

using ipec::runtime::Of;
using ipec::runtime::ToC;
using ipec::runtime::ToInt;

int ipec_load(const void* bytes, size_t size, ipec_policy* policy) {
  ipec::runtime::Policy loaded;
  const auto status = ipec::runtime::Load({static_cast<const std::byte*>(bytes), size}, loaded);
  std::memset(policy, 0, sizeof *policy);
  std::memcpy(policy, &loaded, sizeof loaded);
  return ToInt(status);
}

const char* ipec_describe_load_status(int status) {
  return ipec::runtime::Describe(ipec::runtime::FromNumber<ipec::runtime::LoadStatus>(status))
      .data();
}

int ipec_find_operation(const ipec_policy* policy, const char* spelling) {
  const auto found = ipec::runtime::FindOperation(ipec::runtime::Text(spelling));
  return found && Of(policy).Knows(*found) ? ToInt(*found) : -1;
}

int ipec_find_hook(const ipec_policy* policy, const char* spelling) {
  const auto found = ipec::runtime::FindHook(ipec::runtime::Text(spelling));
  return found && Of(policy).Knows(*found) ? ToInt(*found) : -1;
}

ipec_version ipec_policy_version(const ipec_policy* policy) {
  const auto version = Of(policy).version();
  return {version.major, version.minor, version.revision};
}

uint32_t ipec_policy_features(const ipec_policy* policy) {
  return Of(policy).features();
}

ipec_decision ipec_evaluate(const ipec_policy* policy, const ipec_event* event) {
  return ToC(ipec::runtime::Evaluate(Of(policy), Of(*event)));
}

int ipec_granted(const ipec_decision* decision, const ipec_event* event) {
  return decision->action == IPEC_ALLOW || event->enforcing == 0 ? 1 : 0;
}

size_t ipec_policy_name(const ipec_policy* policy, char* text, size_t size) {
  const auto loaded = Of(policy);
  const auto name = loaded.name();
  if (size != 0) {
    const size_t fits = name.size() < size ? name.size() : size - 1;
    if (fits != 0) std::memcpy(text, name.data(), fits);
    text[fits] = '\0';
  }
  return name.size();
}

size_t ipec_rule_text(const ipec_policy* policy, const ipec_event* event,
                      const ipec_decision* decision, char* text, size_t size) {
  return ipec::runtime::RuleText(Of(policy), Of(*event), Of(*decision), {text, size});
}

ipec_decision ipec_explain(const ipec_policy* policy, const ipec_event* event,
                           ipec_rule_visitor* visit, void* context) {
  return ToC(
      ipec::runtime::Explain(Of(policy), Of(*event), [&](const ipec::runtime::TriedRule& rule) {
        const ipec_tried_rule tried = {
            ToInt(rule.operation), ToInt(rule.action), rule.line,  rule.condition,
            rule.outcome,          rule.roothash,      rule.digest};
        return visit(context, &tried) != 0;
      }));
}

size_t ipec_tried_rule_text(const ipec_policy* policy, const ipec_tried_rule* rule, char* text,
                            size_t size) {
  return ipec::runtime::TriedRuleText(Of(policy), Of(*rule), {text, size});
}

size_t ipec_condition_text(const ipec_policy* policy, const ipec_tried_rule* rule, char* text,
                           size_t size) {
  return ipec::runtime::ConditionText(Of(policy), Of(*rule), {text, size});
}

size_t ipec_access_record(const ipec_policy* policy, const ipec_event* event,
                          const ipec_decision* decision, int success_audit, char* text,
                          size_t size) {
  return ipec::runtime::AccessRecord(Of(policy), Of(*event), Of(*decision), success_audit != 0,
                                     {text, size});
}

size_t ipec_load_record(uint32_t features, const ipec_identity* loaded, const ipec_actor* actor,
                        char* text, size_t size) {
  return ipec::runtime::LoadRecord(features, Of(*loaded), Of(*actor), {text, size});
}

size_t ipec_failed_load_record(uint32_t features, int32_t error, const ipec_actor* actor,
                               char* text, size_t size) {
  return ipec::runtime::FailedLoadRecord(features, error, Of(*actor), {text, size});
}

size_t ipec_activation_record(uint32_t features, const ipec_identity* old_policy,
                              const ipec_identity* new_policy, const ipec_actor* actor, char* text,
                              size_t size) {
  ipec::runtime::PolicyIdentity old_identity;
  if (old_policy != nullptr) old_identity = Of(*old_policy);
  return ipec::runtime::ActivationRecord(features, old_policy != nullptr ? &old_identity : nullptr,
                                         Of(*new_policy), Of(*actor), {text, size});
}

size_t ipec_mode_record(uint32_t features, int enforcing, int old_enforcing,
                        const ipec_actor* actor, char* text, size_t size) {
  return ipec::runtime::ModeRecord(features, enforcing != 0, old_enforcing != 0, Of(*actor),
                                   {text, size});
}

size_t ipec_mode_record_count(uint32_t features) {
  return ipec::runtime::ModeRecordCount(features);
}
