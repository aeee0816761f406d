#pragma once

// Who signed a message, for reports and for the search for a trusted key.

#include <string_view>
#include <vector>

#include "compiler/sign/certificate.h"
#include "compiler/sign/signed_message.h"
#include "compiler/sign/verify.h"

namespace ipec::sign {

// Of the signers and certificates, as many as a kernel reads. It points into the message.
struct MessageDetails {
  std::vector<Signer> signers;
  std::vector<Certificate> certificates;
  llvm::StringRef content;      // that a kernel hashes; empty if the message has none
  bool reaches_search = false;  // a kernel looks for a trusted key
};

SignedMessage ReadSignedMessage(std::string_view der, MessageDetails& details);

}  // namespace ipec::sign
