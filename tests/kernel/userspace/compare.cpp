#include "compare.h"

#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "compare_decisions.h"
#include "compiler/check/check.h"
#include "compiler/support/errno.h"
#include "compiler/syntax/parse.h"
#include "judge.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::kernel_test {
namespace {

using runtime::Operation;

std::string ErrnoName(int error) {
  if (error == 0) return "accepted";
  const auto number = static_cast<support::Errno>(-error);
  return std::string(support::Name(number));
}

std::string_view ActionName(int action) {
  return action < 0 ? "none" : runtime::Name(static_cast<runtime::Action>(action));
}

std::string DigestText(std::string_view algorithm, const std::uint8_t* bytes, std::size_t size) {
  return fmt::format("{}:{}", algorithm, llvm::toHex(llvm::ArrayRef(bytes, size)));
}

// Both sides as text, the rules of each operation in order, so that a difference is readable.
struct Writer {
  std::string text;

  static void Visit(void* context, int action, const JudgeProperty* property) {
    auto& writer = *static_cast<Writer*>(context);
    if (property == nullptr) {
      writer.Rule(static_cast<runtime::Action>(action));
      return;
    }
    const auto name = static_cast<runtime::Property>(property->property);
    if (property->algorithm != nullptr) {
      writer.Digest(name, DigestText(property->algorithm, property->digest, property->digest_size));
    } else {
      writer.Boolean(name, property->expected != 0);
    }
  }

  void Rule(runtime::Action action) { text += fmt::format("\n  {}", runtime::Name(action)); }
  void Boolean(runtime::Property property, bool expected) {
    text += fmt::format(" {}={}", runtime::Name(property), expected ? "TRUE" : "FALSE");
  }
  void Digest(runtime::Property property, const std::string& digest) {
    text += fmt::format(" {}={}", runtime::Name(property), digest);
  }
};

std::string Describe(const JudgePolicy* policy) {
  std::uint16_t version[3];
  JudgeVersion(policy, version);
  Writer writer;
  writer.text = fmt::format("{} {}.{}.{} DEFAULT {}", JudgeName(policy), version[0], version[1],
                            version[2], ActionName(JudgeGlobalDefault(policy)));
  for (unsigned i = 0; i < runtime::kOperationCount; ++i) {
    writer.text += fmt::format("\n{} {}", runtime::kOperationNames[i],
                               ActionName(JudgeOperationDefault(policy, i)));
    JudgeRules(policy, i, Writer::Visit, &writer);
  }
  return writer.text;
}

std::string_view ActionName(const std::optional<policy::Default>& made) {
  return made ? runtime::Name(made->action) : "none";
}

std::string Describe(const policy::Policy& policy) {
  Writer writer;
  writer.text =
      fmt::format("{} {}.{}.{} DEFAULT {}", policy.name, policy.version.major, policy.version.minor,
                  policy.version.revision, ActionName(policy.global_default));
  for (unsigned i = 0; i < runtime::kOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    writer.text +=
        fmt::format("\n{} {}", runtime::Name(operation), ActionName(policy.DefaultOf(operation)));
    for (const policy::Rule& rule : policy.rules) {
      if (rule.operation != operation) continue;
      writer.Rule(rule.action);
      for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
        if (runtime::Kind(condition.property) == runtime::PropertyKind::Boolean) {
          writer.Boolean(condition.property, condition.expected);
        } else {
          const runtime::Digest digest = policy.digests.Get(condition.digest);
          writer.Digest(condition.property,
                        DigestText(digest.algorithm, digest.bytes.data(), digest.bytes.size()));
        }
      }
    }
  }
  return writer.text;
}

// The target, built with the same options as the kernel's code.
const targets::Target& TargetOfJudge() {
  policy::PropertySet missing;
  for (const runtime::Property property : runtime::kProperties) {
    if (JudgeHasProperty(static_cast<unsigned>(property)) == 0) missing.Add(property);
  }
  return targets::DefaultTarget().Without(missing);
}

bool HasErrors(const diagnostics::Sink& sink) {
  for (const diagnostics::Diagnostic& diagnostic : sink.list()) {
    if (diagnostic.severity == diagnostics::Severity::Error) return true;
  }
  return false;
}

}  // namespace

std::optional<Disagreement> Compare(std::string_view text) {
  JudgePolicy* judged = nullptr;
  const int error = JudgeParse(text.data(), text.size(), &judged);
  const std::unique_ptr<JudgePolicy, decltype(&JudgeFree)> owner(judged, &JudgeFree);

  const targets::Target& target = TargetOfJudge();
  diagnostics::Sink sink;
  const syntax::Document document =
      syntax::Parse({text.data(), text.size()}, check::LexisOf(target));
  const check::Result result = check::CheckDocument(document, target, {}, sink);

  const int ipec_error = result.error ? -static_cast<int>(*result.error) : 0;
  if (error != ipec_error) {
    return Disagreement{"the errno of the policy", ErrnoName(error), ErrnoName(ipec_error)};
  }
  if (HasErrors(sink) != (error != 0)) {
    return Disagreement{"an error is reported if and only if the policy is rejected",
                        ErrnoName(error), HasErrors(sink) ? "errors" : "no error"};
  }
  if (error != 0) return std::nullopt;
  std::string kernel = Describe(judged);
  std::string ipec = Describe(result.policy);
  if (kernel != ipec) return Disagreement{"the parsed policy", std::move(kernel), std::move(ipec)};
  return CompareDecisions(*judged, result.policy, target, text);
}

}  // namespace ipec::kernel_test
