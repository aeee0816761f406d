#pragma once

// The options of a command: a struct, and a table with a row for each option. A row binds the
// spelling and the help of an option to a member of the struct; the parser fills the members, and
// `--help` prints the rows.
//
//   struct FmtOptions : command::CommonOptions {
//     bool check = false;
//     std::optional<std::string> lines;
//   };
//   constexpr auto kOptions = Table<FmtOptions>(
//       Flag<&FmtOptions::check>("--check", "write nothing; print …"),
//       Value<&FmtOptions::lines>("--lines", "A:B", "format only these lines, counted from 1"));

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ipec::command {

enum class ColorWhen : std::uint8_t { Auto, Always, Never };

// Options of every command. The options of a command derive from it.
struct CommonOptions {
  ColorWhen color = ColorWhen::Auto;
  bool help = false;
  std::vector<std::string> operands;
};

// One option: `--target=T`. Flags have no metavariable.
struct Option {
  std::string_view name;                      // with dashes: `--target`, `-o`
  std::string_view metavar;                   // empty: a flag
  std::string_view help;                      // one line
  bool repeatable = false;                    // each value is kept
  bool value_is_optional = false;             // `--coverage` is `--coverage=`
  std::span<const std::string_view> choices;  // empty: any value
  // Words that the value may be, for shells; null: `choices`.
  std::vector<std::string_view> (*words)() = nullptr;
  // Puts the value, which is number `choice` of `choices`, where it belongs.
  void (*store)(CommonOptions& options, std::string_view value, std::size_t choice) = nullptr;
};

// A row of the table of an `Options`, or of a table of a type that derives from it.
template <std::derived_from<CommonOptions> Options>
struct OptionOf {
  Option option;
};

// One word that an option accepts, and what it means.
template <typename T>
struct Choice {
  std::string_view word;
  T value;
};

namespace internal {

template <auto member>
struct MemberOf;
template <typename OptionsType, typename ValueType, ValueType OptionsType::*member>
struct MemberOf<member> {
  using Options = OptionsType;
  using Value = ValueType;
  static ValueType& In(CommonOptions& options) {
    return static_cast<OptionsType&>(options).*member;
  }
};

template <const auto& choices>
constexpr std::array<std::string_view, std::size(choices)> Words() {
  std::array<std::string_view, std::size(choices)> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = choices[i].word;
  return words;
}
template <const auto& choices>
inline constexpr auto kWords = Words<choices>();

template <auto member>
using ValueOf = typename MemberOf<member>::Value;

template <auto member>
using RowOf = OptionOf<typename MemberOf<member>::Options>;

}  // namespace internal

// A `bool` that is true if the option is given.
template <auto member>
requires std::same_as < typename internal::MemberOf<member>::Value,
bool > constexpr internal::RowOf<member> Flag(std::string_view name, std::string_view help) {
  return {{name,
           "",
           help,
           false,
           false,
           {},
           nullptr,
           [](CommonOptions& options, std::string_view, std::size_t) {
             internal::MemberOf<member>::In(options) = true;
           }}};
}

// A `std::optional<std::string>`: the value as it is written. Or a `std::vector<std::string>`: the
// values of an option that can be repeated, in their order.
template <auto member>
requires(std::same_as<internal::ValueOf<member>, std::optional<std::string>> ||
         std::same_as<internal::ValueOf<member>, std::vector<std::string>>) constexpr internal::
    RowOf<member> Value(std::string_view name, std::string_view metavar, std::string_view help) {
  constexpr bool kIsList = std::same_as<internal::ValueOf<member>, std::vector<std::string>>;
  return {{name,
           metavar,
           help,
           kIsList,
           false,
           {},
           nullptr,
           [](CommonOptions& options, std::string_view value, std::size_t) {
             auto& place = internal::MemberOf<member>::In(options);
             if constexpr (kIsList) {
               place.emplace_back(value);
             } else {
               place.emplace(value);
             }
           }}};
}

// The same for an option whose value is often one of some words.
template <typename Options>
constexpr OptionOf<Options> WithWords(OptionOf<Options> row,
                                      std::vector<std::string_view> (*words)()) {
  row.option.words = words;
  return row;
}

// The same for an option whose value may be left out; then it is empty.
template <auto member>
requires std::same_as<internal::ValueOf<member>, std::vector<std::string>>
constexpr internal::RowOf<member> OptionalValue(std::string_view name, std::string_view metavar,
                                                std::string_view help) {
  internal::RowOf<member> row = Value<member>(name, metavar, help);
  row.option.value_is_optional = true;
  return row;
}

// Any other type: one of the values in `choices`, an array of `Choice`.
template <auto member, const auto& choices>
constexpr internal::RowOf<member> OneOf(std::string_view name, std::string_view metavar,
                                        std::string_view help) {
  return {{name, metavar, help, false, false, internal::kWords<choices>, nullptr,
           [](CommonOptions& options, std::string_view, std::size_t choice) {
             internal::MemberOf<member>::In(options) = choices[choice].value;
           }}};
}

template <typename Options, std::size_t count>
struct OptionTable {
  std::array<Option, count> rows;
};

// The rows in the order of `--help`; those of a base of `Options` may be among them.
template <std::derived_from<CommonOptions> Options, typename... Owners>
requires(std::derived_from<Options, Owners>&&...) constexpr OptionTable<
    Options, sizeof...(Owners)> Table(OptionOf<Owners>... rows) {
  return {{rows.option...}};
}

}  // namespace ipec::command
