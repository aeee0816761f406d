#include "compiler/life/machine.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/words.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/targets/features.h"
#include "llvm/Support/Path.h"

namespace ipec::life {
namespace {

using support::Errno;

struct AnswerRow {
  std::string_view name;
  std::string_view words;
};
constexpr AnswerRow kAnswers[] = {
#define IPEC_ANSWER(id, name, words) {name, words},
#include "compiler/life/answers.def"
};

std::string Sentence(Reason reason, const PolicyRecord& about, const PolicyRecord* other,
                     std::string_view why) {
  const PolicyRecord none;
  const PolicyRecord& second = other == nullptr ? none : *other;
  const std::string name = support::Abbreviated(about.name);
  const std::string version = Show(about.version);
  const std::string other_name = support::Abbreviated(second.name);
  const std::string other_version = Show(second.version);
  return fmt::vformat(
      kAnswers[support::IndexOf(reason)].words,
      fmt::make_format_args(fmt::arg("name", name), fmt::arg("version", version),
                            fmt::arg("other", other_name), fmt::arg("other_version", other_version),
                            fmt::arg("why", why)));
}

Answer Succeeded(Reason reason, const PolicyRecord& about, const PolicyRecord* other = nullptr) {
  Answer answer;
  answer.reason = reason;
  answer.words = Sentence(reason, about, other, {});
  return answer;
}

PolicyRecord Named(const std::string& name) {
  PolicyRecord policy;
  policy.name = name;
  return policy;
}

// In the RFC series, an update may have the same version, and one of a policy that is not active
// may have any.
std::optional<Errno> VersionError(const policy::Version& old_version,
                                  const policy::Version& new_version, const targets::Target& target,
                                  bool is_active) {
  if (target.Has(targets::Feature::EarlyLife)) {
    return is_active ? ActivationError(old_version, new_version) : std::nullopt;
  }
  return old_version >= new_version ? std::optional(Errno::kESTALE) : std::nullopt;
}

std::string UpdatedBy(const Step& step, const Offered& offered) {
  if (!step.name.empty()) return step.name;
  if (!offered.policy.name.empty()) return offered.policy.name;
  return llvm::sys::path::stem(step.file).str();
}

}  // namespace

std::string_view Name(Reason reason) {
  return kAnswers[support::IndexOf(reason)].name;
}

std::optional<Errno> UpdateError(const policy::Policy& old_policy, const policy::Policy& new_policy,
                                 const targets::Target& target, bool is_active) {
  if (old_policy.name != new_policy.name) return Errno::kEINVAL;
  return VersionError(old_policy.version, new_policy.version, target, is_active);
}

std::optional<Errno> ActivationError(const policy::Version& active, const policy::Version& next) {
  return next < active ? std::optional(Errno::kEINVAL) : std::nullopt;
}

bool Machine::IsEarly() const {
  return target_.Has(targets::Feature::EarlyLife);
}

bool Machine::HasDirectory(const std::string& name) const {
  return has_files_ && loaded_.count(name) != 0;
}

const PolicyRecord* Machine::active() const {
  if (!has_active_) return nullptr;
  return hidden_ && active_.empty() ? &*hidden_ : &loaded_.at(active_);
}

std::vector<const PolicyRecord*> Machine::policies() const {
  std::vector<const PolicyRecord*> all;
  all.reserve(loaded_.size() + 1);
  if (hidden_) all.push_back(&*hidden_);
  for (const auto& [name, policy] : loaded_) all.push_back(&policy);
  return all;
}

Answer Machine::Failed(Reason reason, Errno error, const PolicyRecord& about,
                       const PolicyRecord* other, std::string_view why) const {
  Answer answer;
  answer.error = error;
  answer.reason = reason;
  answer.words = Sentence(reason, about, other, why);
  return answer;
}

Answer Machine::RecordFailure(Answer answer) const {
  answer.records = FailedLoadOf(target_, *answer.error);
  return answer;
}

std::optional<Answer> Machine::CheckFile(bool has_capability) const {
  if (!has_files_) return Failed(Reason::NoFiles, Errno::kENOENT, {});
  if (!has_capability) return Failed(Reason::NoCapability, Errno::kEPERM, {});
  return std::nullopt;
}

std::optional<Answer> Machine::CheckFile(const std::string& name, bool has_capability) const {
  if (has_files_ && !HasDirectory(name)) {
    const bool is_hidden = hidden_ && hidden_->name == name;
    return Failed(is_hidden ? Reason::NoDirectory : Reason::NoPolicy, Errno::kENOENT, Named(name));
  }
  return CheckFile(has_capability);
}

Answer Machine::Boot(const Offered& offered) {
  if (offered.error) {
    return Failed(Reason::BootRejected, *offered.error, offered.policy, nullptr, offered.why);
  }
  PolicyRecord policy = offered.policy;
  policy.is_boot = true;
  has_active_ = true;
  if (IsEarly()) {
    hidden_ = std::move(policy);
    return Succeeded(Reason::Booted, *hidden_);
  }
  const std::optional<Errno> error = check::DirectoryNameError(policy.name);
  if (error) {
    hidden_ = std::move(policy);
    has_files_ = false;
    return Failed(Reason::BootedWithoutFiles, *error, *hidden_, nullptr, Name(*error));
  }
  active_ = policy.name;
  const PolicyRecord& booted = loaded_[active_] = std::move(policy);
  return Succeeded(Reason::Booted, booted);
}

Answer Machine::New(const Offered& offered, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(has_capability)) {
    return has_files_ ? RecordFailure(*std::move(failed)) : *std::move(failed);
  }
  const PolicyRecord& policy = offered.policy;
  if (offered.error) {
    const Reason reason =
        offered.is_text_rejected ? Reason::TextRejected : Reason::SignatureRejected;
    return RecordFailure(Failed(reason, *offered.error, policy, nullptr, offered.why));
  }
  if (const std::optional<Errno> error = check::DirectoryNameError(policy.name)) {
    return RecordFailure(Failed(Reason::NameRejected, *error, policy, nullptr, MeaningOf(*error)));
  }
  const auto found = loaded_.find(policy.name);
  if (found != loaded_.end()) {
    return RecordFailure(Failed(Reason::NameLoaded, Errno::kEEXIST, policy, &found->second));
  }
  loaded_[policy.name] = policy;
  Answer answer = Succeeded(Reason::Loaded, policy);
  answer.records = {LoadOf(target_, policy)};
  return answer;
}

Answer Machine::Update(const std::string& name, const Offered& offered, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(name, has_capability)) {
    return failed->error == Errno::kEPERM ? RecordFailure(*std::move(failed)) : *std::move(failed);
  }
  PolicyRecord& old_policy = loaded_.at(name);
  const PolicyRecord& policy = offered.policy;
  if (offered.error) {
    const Reason reason =
        offered.is_text_rejected ? Reason::TextRejected : Reason::SignatureRejected;
    return RecordFailure(Failed(reason, *offered.error, policy, nullptr, offered.why));
  }
  if (policy.name != name) {
    return RecordFailure(Failed(Reason::OtherName, Errno::kEINVAL, policy, &old_policy));
  }
  const bool is_active = has_active_ && active_ == name;
  if (const auto error = VersionError(old_policy.version, policy.version, target_, is_active)) {
    const Reason reason = IsEarly() ? Reason::VersionLower : Reason::VersionNotHigher;
    return RecordFailure(Failed(reason, *error, policy, &old_policy));
  }
  Answer answer =
      Succeeded(is_active ? Reason::UpdatedActive : Reason::Updated, policy, &old_policy);
  // The RFC series records no update.
  if (!IsEarly()) {
    answer.records.push_back(LoadOf(target_, policy));
    if (is_active) answer.records.push_back(ActivationOf(target_, &old_policy, policy));
  }
  old_policy = policy;
  return answer;
}

Answer Machine::Activate(const std::string& name, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(name, has_capability)) return *std::move(failed);
  const PolicyRecord& policy = loaded_.at(name);
  const PolicyRecord* const before = active();
  if (before == &policy) {
    Answer answer = Succeeded(Reason::AlreadyActive, policy);
    if (IsEarly()) answer.records = {ActivationOf(target_, before, policy)};
    return answer;
  }
  if (before != nullptr) {
    if (const auto error = ActivationError(before->version, policy.version)) {
      return Failed(Reason::VersionLower, *error, policy, before);
    }
  }
  Answer answer =
      Succeeded(before == nullptr ? Reason::ActivatedFirst : Reason::Activated, policy, before);
  answer.records = {ActivationOf(target_, before, policy)};
  active_ = name;
  has_active_ = true;
  return answer;
}

Answer Machine::Delete(const std::string& name, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(name, has_capability)) return *std::move(failed);
  const PolicyRecord& policy = loaded_.at(name);
  if (active() == &policy) return Failed(Reason::IsActive, Errno::kEPERM, policy);
  Answer answer = Succeeded(Reason::Deleted, policy);
  loaded_.erase(name);
  return answer;
}

Answer Machine::SetEnforcing(bool enforcing, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(has_capability)) return *std::move(failed);
  const bool before = std::exchange(enforcing_, enforcing);
  const bool is_new = before != enforcing;
  const Reason unchanged = enforcing ? Reason::EnforcingAlready : Reason::PermissiveAlready;
  const Reason changed = enforcing ? Reason::Enforcing : Reason::Permissive;
  Answer answer = Succeeded(is_new ? changed : unchanged, {});
  if (is_new || IsEarly()) answer.records = ModeOf(target_, enforcing, before);
  return answer;
}

Answer Machine::SetSuccessAudit(bool success_audit, bool has_capability) {
  if (std::optional<Answer> failed = CheckFile(has_capability)) return *std::move(failed);
  success_audit_ = success_audit;
  return Succeeded(success_audit ? Reason::AuditsSuccess : Reason::AuditsDenials, {});
}

Answer Machine::Take(const Step& step, const Offered& offered) {
  switch (step.verb) {
    case Verb::Boot:
      return Boot(offered);
    case Verb::New:
      return New(offered, step.has_capability);
    case Verb::Update:
      return Update(UpdatedBy(step, offered), offered, step.has_capability);
    case Verb::Activate:
      return Activate(step.name, step.has_capability);
    case Verb::Delete:
      return Delete(step.name, step.has_capability);
    case Verb::Enforce:
      return SetEnforcing(step.value, step.has_capability);
    case Verb::SuccessAudit:
      break;
  }
  return SetSuccessAudit(step.value, step.has_capability);
}

}  // namespace ipec::life
