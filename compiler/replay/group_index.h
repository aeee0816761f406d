#pragma once

// A table from identities to values, for one look-up per record of a log.
//
// A slot has the whole hash, so a look-up reads one text, that of the slot that it finds. A map of
// the standard library follows a chain of nodes, each in another place of memory.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ipec::replay {

template <typename Value>
class GroupIndex {
 public:
  GroupIndex() : slots_(kLeastSlots) {}

  // `hash` is support::KeyedHash of the identity. Null: there is none.
  const Value* Find(std::uint64_t hash, std::string_view identity) const {
    const Slot& slot = slots_[PlaceOf(hash, identity)];
    return slot.identity == nullptr ? nullptr : &slot.value;
  }

  // `identity` must outlive this, and must not be in the index.
  void Add(std::uint64_t hash, const std::string& identity, Value value) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    slots_[PlaceOf(hash, identity)] = {hash, &identity, std::move(value)};
    ++size_;
  }

 private:
  static constexpr std::size_t kLeastSlots = 8;  // a power of two

  struct Slot {
    std::uint64_t hash = 0;
    const std::string* identity = nullptr;  // null: free
    Value value{};
  };

  // The slot of the identity, else the free one for it. Half of the slots are free.
  std::size_t PlaceOf(std::uint64_t hash, std::string_view identity) const {
    std::size_t place = hash & (slots_.size() - 1);
    while (slots_[place].identity != nullptr &&
           (slots_[place].hash != hash || *slots_[place].identity != identity)) {
      place = (place + 1) & (slots_.size() - 1);
    }
    return place;
  }

  void Grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.identity == nullptr) continue;
      slots_[PlaceOf(slot.hash, *slot.identity)] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace ipec::replay
