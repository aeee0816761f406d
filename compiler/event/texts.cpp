#include "compiler/event/texts.h"

#include <span>

namespace ipec::event {
namespace {

// Calls `write(buffer)`, which works like snprintf, with a buffer that is large enough.
template <typename Write>
std::string_view Written(std::vector<char>& room, Write write) {
  std::size_t size = write(std::span<char>(room));
  if (size >= room.size()) {
    room.resize(size + 1);
    size = write(std::span<char>(room));
  }
  return {room.data(), size};
}

}  // namespace

std::string_view Texts::Rule(const runtime::Event& event, const runtime::Decision& decision) {
  return Written(room_, [&](std::span<char> room) {
    return runtime::RuleText(policy_, event, decision, room);
  });
}

std::string_view Texts::Record(const runtime::Event& event, const runtime::Decision& decision,
                               bool success_audit) {
  return Written(room_, [&](std::span<char> room) {
    return runtime::AccessRecord(policy_, event, decision, success_audit, room);
  });
}

}  // namespace ipec::event
