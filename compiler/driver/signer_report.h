#pragma once

// The signers of a signed file, as `ipec verify` and `ipec show` print them.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/sign/message_details.h"
#include "compiler/support/json_writer.h"

namespace ipec::driver {

// The name of a fact, such as `signer`, and the fact.
using SignerLine = std::pair<std::string_view, std::string>;

// Who a signer is, whether the certificate is included, and what was signed. `trusted` is the
// certificate of the trusted key that was found; null: none was.
std::vector<SignerLine> LinesOn(const sign::Signer& signer, const sign::MessageDetails& details,
                                const sign::Certificate* trusted);

// The members `issuer`, `serial`, `digest`, `attributes`, `certificate_included` and `certificate`.
void WriteSigner(const sign::Signer& signer, const sign::MessageDetails& details,
                 const sign::Certificate* trusted, support::JsonWriter& json);

}  // namespace ipec::driver
