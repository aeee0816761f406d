#include "compiler/targets/meanings.h"

#include <array>

#include "compiler/support/numbers.h"
#include "compiler/targets/features.h"

namespace ipec::targets {
namespace {

constexpr std::array kOperations = {
#define IPEC_OPERATION_MEANING(id, summary, details) Meaning{summary, details, {}},
#include "compiler/targets/meanings.def"
};
static_assert(kOperations.size() == runtime::kOperationCount);

constexpr std::array kProperties = {
#define IPEC_PROPERTY_MEANING(id, option, summary, details) Meaning{summary, details, option},
#include "compiler/targets/meanings.def"
};
static_assert(kProperties.size() == runtime::kPropertyCount);

// Rows are looked up by number.
constexpr std::array kOperationOrder = {
#define IPEC_OPERATION_MEANING(id, summary, details) runtime::Operation::id,
#include "compiler/targets/meanings.def"
};
constexpr std::array kPropertyOrder = {
#define IPEC_PROPERTY_MEANING(id, option, summary, details) runtime::Property::id,
#include "compiler/targets/meanings.def"
};
static_assert(kOperationOrder == runtime::kOperations && kPropertyOrder == runtime::kProperties);

struct WordMeaning {
  std::string_view spelling;
  Meaning meaning;
};
constexpr WordMeaning kWords[] = {
#define IPEC_WORD_MEANING(spelling, summary, details) {spelling, {summary, details, {}}},
#include "compiler/targets/meanings.def"
};

template <typename Word>
struct Note {
  Word word;
  Feature feature;
  std::string_view text;
};
constexpr Note<runtime::Operation> kOperationNotes[] = {
#define IPEC_OPERATION_NOTE(id, feature, text) {runtime::Operation::id, Feature::feature, text},
#include "compiler/targets/meanings.def"
};
constexpr Note<runtime::Property> kPropertyNotes[] = {
#define IPEC_PROPERTY_NOTE(id, feature, text) {runtime::Property::id, Feature::feature, text},
#include "compiler/targets/meanings.def"
};

template <typename Word>
std::string_view Find(std::span<const Note<Word>> notes, Word word, const Target& target) {
  for (const Note<Word>& row : notes) {
    if (row.word == word && target.Has(row.feature)) return row.text;
  }
  return {};
}

}  // namespace

const Meaning& MeaningOf(runtime::Operation operation) {
  return kOperations[support::IndexOf(operation)];
}

const Meaning& MeaningOf(runtime::Property property) {
  return kProperties[support::IndexOf(property)];
}

const Meaning* MeaningOf(std::string_view word) {
  for (const WordMeaning& row : kWords) {
    if (row.spelling == word) return &row.meaning;
  }
  return nullptr;
}

std::string_view NoteOn(runtime::Operation operation, const Target& target) {
  return Find(std::span<const Note<runtime::Operation>>(kOperationNotes), operation, target);
}

std::string_view NoteOn(runtime::Property property, const Target& target) {
  return Find(std::span<const Note<runtime::Property>>(kPropertyNotes), property, target);
}

}  // namespace ipec::targets
