#include "compiler/matrix/outputs.h"

namespace ipec::matrix {

#define IPEC_MATRIX_OUTPUT(name, print) PrintReport print;
#include "compiler/matrix/outputs.def"

std::span<const Format> Formats() {
  static constexpr Format kFormats[] = {
#define IPEC_MATRIX_OUTPUT(name, print) {name, print},
#include "compiler/matrix/outputs.def"
  };
  return kFormats;
}

}  // namespace ipec::matrix
