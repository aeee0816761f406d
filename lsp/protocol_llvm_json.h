#pragma once

// llvm/Support/JSON.h, such that clang 14 takes it as C++20. There, members of std::vector are
// constexpr, so clang looks into them where they are called: within a class of LLVM's that holds a
// vector of a type which is declared, but not complete yet. A vector whose members are not
// constexpr is looked into later, when everything is complete. To go when LLVM 16 is the oldest.

#if defined(__clang__) && __clang_major__ < 16

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
