#pragma once

// Joins the records of one event by node, time and serial number: those of IPE, and the SYSCALL and
// PROCTITLE records of the audit subsystem, which come soon after them, or before them in a log
// that was sorted another way.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/records/record.h"
#include "compiler/replay/result.h"

namespace ipec::replay {

// The last records of some kind that have a serial number. Records of other processors come between
// those of one event.
template <typename Entry, std::size_t most>
class RecentRecords {
 public:
  // The place of a record, in which the entry is that of an older one.
  Entry& Add(const records::Record& record) {
    Place& place = places_[next_];
    serials_[next_] = *record.stamp.serial;
    next_ = (next_ + 1) % most;
    if (size_ < most) ++size_;
    place.stamp = record.stamp;
    place.node.assign(record.node.data(), record.node.size());
    return place.entry;
  }

  // Calls `take` with each record of the event of `record`.
  template <typename Take>
  void ForEvent(const records::Record& record, Take take) {
    for (std::size_t i = 0; i < size_; ++i) {
      if (serials_[i] != *record.stamp.serial) continue;
      Place& place = places_[i];
      if (place.stamp == record.stamp && record.node == place.node) take(place.entry);
    }
  }

  template <typename Take>
  void ForAll(Take take) {
    for (std::size_t i = 0; i < size_; ++i) take(places_[i].entry);
  }

  void Clear() { size_ = next_ = 0; }

 private:
  struct Place {
    records::Stamp stamp;
    std::string node;
    Entry entry{};
  };

  std::array<std::uint64_t, most> serials_{};  // of `places_`, close together for the search
  std::array<Place, most> places_;
  std::size_t size_ = 0;
  std::size_t next_ = 0;
};

class EventJoiner {
 public:
  // A record of IPE was counted in `group`.
  void AddAccess(const records::Record& record, Group& group);
  // Calls `take` with each group that a record about a process, of type SYSCALL or PROCTITLE, is
  // added to.
  template <typename Take>
  void AddProcess(const records::Record& record, Take take) {
    if (!record.stamp.serial) return;
    const Process process = ProcessOf(record);
    if (process.text.empty()) return;
    accesses_.ForEvent(record, [&](Group* group) {
      if (group == nullptr) return;
      Join(process, *group);
      take(*group);
    });
    Kept& kept = processes_.Add(record);
    kept.is_title = process.is_title;
    kept.text.assign(process.text.data(), process.text.size());
  }
  // `old` ends; null: records that come later are not added to anything.
  void Replace(const Group& old, Group* group);
  void Clear();

 private:
  static constexpr std::size_t kAccesses = 32;
  static constexpr std::size_t kProcesses = 64;

  struct Process {
    bool is_title = false;
    llvm::StringRef text;  // empty: not recorded
  };
  struct Kept {
    bool is_title = false;
    std::string text;
  };

  static Process ProcessOf(const records::Record& record);
  static void Join(const Process& process, Group& group);

  RecentRecords<Group*, kAccesses> accesses_;
  RecentRecords<Kept, kProcesses> processes_;
};

}  // namespace ipec::replay
