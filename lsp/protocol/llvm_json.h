#pragma once

// llvm/Support/JSON.h of LLVM 14, so that clang accepts it as C++20. In C++20 the members of
// std::vector are constexpr, and clang instantiates a constexpr function where it is called: here
// within a class of LLVM's that holds a vector of a type which is not complete yet. No release of
// clang, up to 22, does otherwise. Members that are not constexpr are instantiated later, when the
// type is complete. LLVM 15 changed its header: delete this file when that is the oldest.

#include "llvm/Config/llvm-config.h"

#if defined(__clang__) && LLVM_VERSION_MAJOR < 15

#include <map>
#include <vector>

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

// NOLINTBEGIN: it has to be where LLVM's header looks for it, and to be called as it calls it.
namespace std {
template <typename T>
class ipec_late_vector : private vector<T> {
  using Base = vector<T>;

 public:
  using typename Base::const_iterator;
  using typename Base::iterator;
  T& operator[](size_t i) { return Base::operator[](i); }
  const T& operator[](size_t i) const { return Base::operator[](i); }
  T& front() { return Base::front(); }
  const T& front() const { return Base::front(); }
  T& back() { return Base::back(); }
  const T& back() const { return Base::back(); }
  T* data() { return Base::data(); }
  const T* data() const { return Base::data(); }
  iterator begin() { return Base::begin(); }
  const_iterator begin() const { return Base::begin(); }
  iterator end() { return Base::end(); }
  const_iterator end() const { return Base::end(); }
  bool empty() const { return Base::empty(); }
  size_t size() const { return Base::size(); }
  void reserve(size_t size) { Base::reserve(size); }
  void clear() { Base::clear(); }
  void push_back(const T& value) { Base::push_back(value); }
  void push_back(T&& value) { Base::push_back(std::move(value)); }
  void pop_back() { Base::pop_back(); }
  template <typename... Arguments>
  void emplace_back(Arguments&&... arguments) {
    Base::emplace_back(std::forward<Arguments>(arguments)...);
  }
  template <typename... Arguments>
  iterator insert(Arguments&&... arguments) {
    return Base::insert(std::forward<Arguments>(arguments)...);
  }
  template <typename... Arguments>
  iterator emplace(Arguments&&... arguments) {
    return Base::emplace(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const ipec_late_vector& a, const ipec_late_vector& b) {
    return static_cast<const Base&>(a) == static_cast<const Base&>(b);
  }
};
}  // namespace std

#define vector ipec_late_vector
#include "llvm/Support/JSON.h"
#undef vector
// NOLINTEND

#else

#include "llvm/Support/JSON.h"

#endif
