#pragma once

// The words for a change of a policy (change.h), and its findings for reports.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/change.h"

namespace ipec::pipeline {

// The codes and names of findings about a change: IPE2014 weaker-than-base, IPE2016
// stricter-than-base, IPE2017 recorded-differently, IPE5001 to IPE5003, and IPE6008
// policy-too-large. With static storage.
const diagnostics::Descriptor& DescriptorOf(Direction direction);
const diagnostics::Descriptor& DescriptorOf(LifeCycleProblem problem);

// "EXECUTE is now allowed for files on the initramfs"; about the policies of one text on two
// kernels, "is allowed on the second kernel".
std::string MessageOf(const ChangedCases& one, const Change& change);
// "denied before by the DEFAULT in line 2; 3 of 28 cases"
std::string BeforeOf(const ChangedCases& one, const Change& change);
// The words for the cases: "files on the initramfs".
std::string WordsFor(const ChangedCases& one, const Change& change);
// "fingerprint 0123…", or "accepted by accepted.txt:3: the reason".
std::string AcceptanceWords(const ChangedCases& one, const Change& change);
// One of the events, as JSON for `ipec eval`.
std::string WitnessOf(const ChangedCases& one);

// "device 1.0.1 after device 1.0.0: going back answers EINVAL". Of a change with a base.
std::string LifeCycleWords(const Change& change);
// "looser: 3 more cases of a named root hash with a named file digest": without a difference of
// their own.
std::string MoreWords(Direction direction, std::uint64_t number);
// "version 1.0.0 as before: `update` answers ESTALE"
std::string MessageOf(LifeCycleProblem problem, const Change& change);
// The text of a statement of one of the two policies; empty if none decides.
std::string_view TextOf(const Decider& decider, const ChangeSide& side);
// Where a statement is: "device.pol:4:1", or the name of the text if none decides.
std::string PlaceOf(const Decider& decider, const ChangeSide& side);

// A finding in the text after; one that is accepted is informational.
diagnostics::Diagnostic FindingOf(const ChangedCases& one, const Change& change);
diagnostics::Diagnostic FindingOf(LifeCycleProblem problem, const Change& change);
// About `number` cases without a difference of their own, in the header.
diagnostics::Diagnostic FindingOfMore(Direction direction, std::uint64_t number,
                                      const Change& change);
// All of them: first the differences, in the order of `differences()`.
std::vector<diagnostics::Diagnostic> FindingsOf(const Change& change);

// A kind of events that a difference is about, in terms of an event.
struct EventKind {
  struct Dmverity {
    std::string roothash;  // hex with the algorithm, or kOtherDigest, or kSeveralDigests
    bool is_signed = false;
  };
  struct Fsverity {
    std::string digest;
    bool is_signed = false;
  };
  bool boot_verified = false;
  std::optional<Dmverity> dmverity;  // nothing: not on a dm-verity volume
  std::optional<Fsverity> fsverity;  // nothing: without fs-verity
};
// A digest that no rule of the operation names; several digests, named ones among them, though
// perhaps not all: `cases` counts them.
inline constexpr std::string_view kOtherDigest = "other";
inline constexpr std::string_view kSeveralDigests = "several";

// All kinds of its events; none for operations without a name.
std::vector<EventKind> KindsOf(const ChangedCases& one, const Change& change);

}  // namespace ipec::pipeline
