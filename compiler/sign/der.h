#pragma once

// Writes DER elements, as far as signed files need them; ber.h reads them.

#include <initializer_list>
#include <string>
#include <string_view>

#include "compiler/sign/ber.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

// An element whose content is the parts in a row.
std::string WriteElement(Tag tag, std::initializer_list<llvm::StringRef> parts);

// `dotted` must be the identifier of a known algorithm or type.
std::string WriteObjectId(std::string_view dotted);

// A number of any length that is not negative, as bytes with the highest first.
std::string WriteInteger(llvm::StringRef bytes);

}  // namespace ipec::sign
