#pragma once

// What `ipec compile` writes beside the table itself, as text.

#include <string>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/policy.h"

namespace ipec::table {

// --emit=dump: every part of a loaded table, one thing a line, for people and for tests. Bytes that
// are not visible ASCII stand as \xHH.
std::string Dump(const runtime::Policy& table);

// --emit=c: a header for C and C++ with the bytes of a loaded table as the constant
// `ipec_policy_table`.
std::string EmitC(const runtime::Policy& table);

// --emit=json: the policy as a document; names and algorithms that are not UTF-8 have their bytes
// above 7F read as Latin-1.
std::string EmitJson(const policy::Policy& policy, const targets::Target& target);

}  // namespace ipec::table
