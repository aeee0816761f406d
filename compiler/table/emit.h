#pragma once

// The text outputs of `ipec compile`, besides the table itself.

#include <string>
#include <string_view>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/policy.h"

namespace ipec::table {

// --emit=dump: every part of a loaded table, one per line, human-readable and stable for tests.
// Bytes that are not printable ASCII are shown as \xHH.
std::string Dump(const runtime::Policy& table);

// --emit=c: a header for C and C++ with the bytes of a loaded table as the constant array `symbol`,
// an identifier that CheckCName() accepts; empty: CNameOf() the policy. One file may include any
// number of such headers. Two different tables of one name are an error of its compiler.
std::string EmitC(const runtime::Policy& table, std::string_view symbol);

// --emit=json: the policy as a document. In names and algorithms that are not valid UTF-8, bytes
// above 7F are read as Latin-1.
std::string EmitJson(const policy::Policy& policy, const targets::Target& target);

}  // namespace ipec::table
