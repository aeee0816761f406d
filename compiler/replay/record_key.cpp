#include "compiler/replay/record_key.h"

#include <string_view>

namespace ipec::replay {

using records::Access;
using records::File;

llvm::StringRef LoadHook() {
  const std::string_view load = runtime::Name(runtime::Hook::KernelLoad);
  return {load.data(), load.size()};
}

bool IsWithoutFile(const Access& access) {
  if (access.file == File::None) return true;
  return access.file == File::Unknown && access.hook == LoadHook();
}

GroupKey KeyOf(const Access& access, const std::string& policy) {
  GroupKey key;
  key.operation = access.operation.str();
  key.file = access.file;
  key.path = access.path.str();
  key.is_deleted = access.is_deleted;
  key.device = access.device.str();
  if (IsWithoutFile(access)) key.comm = access.comm.take_front(kLongestComm).str();
  key.rule = access.rule.str();
  key.before = access.allows ? runtime::Action::Allow : runtime::Action::Deny;
  key.policy = policy;
  return key;
}

llvm::StringRef OperationNameOf(const Access& access) {
  if (!access.operation.empty()) return access.operation;
  const std::size_t at = access.rule.find("op=");
  if (at == llvm::StringRef::npos) return {};
  return access.rule.substr(at + 3).take_until([](char byte) { return byte == ' '; });
}

}  // namespace ipec::replay
