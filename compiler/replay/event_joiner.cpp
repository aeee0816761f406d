#include "compiler/replay/event_joiner.h"

namespace ipec::replay {
namespace {

// The kernel cuts process titles at 128 bytes; paths of programs are longer.
constexpr std::size_t kLongestTitle = 128;
constexpr std::size_t kLongestExecutable = 256;

}  // namespace

EventJoiner::Process EventJoiner::ProcessOf(const records::Record& record) {
  if (const auto* const call = std::get_if<records::SystemCall>(&record.body)) {
    return {false, call->executable.take_front(kLongestExecutable)};
  }
  if (const auto* const title = std::get_if<records::ProcessTitle>(&record.body)) {
    return {true, title->text.take_front(kLongestTitle)};
  }
  return {};
}

void EventJoiner::Join(const Process& process, Group& group) {
  (process.is_title ? group.titles : group.executables).Add(process.text);
}

void EventJoiner::AddAccess(const records::Record& record, Group& group) {
  if (!record.stamp.serial) return;
  processes_.ForEvent(record, [&](const Kept& kept) { Join({kept.is_title, kept.text}, group); });
  accesses_.Add(record) = &group;
}

void EventJoiner::Replace(const Group& old, Group* group) {
  accesses_.ForAll([&](Group*& known) {
    if (known == &old) known = group;
  });
}

void EventJoiner::Clear() {
  accesses_.Clear();
  processes_.Clear();
}

}  // namespace ipec::replay
