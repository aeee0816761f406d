#include "compiler/sign/pem.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <openssl/pem.h>

#include "compiler/sign/openssl_files.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {
namespace {

constexpr llvm::StringRef kBegin = "-----BEGIN ";

}  // namespace

bool IsPem(std::string_view text) {
  const llvm::StringRef whole = text;
  return whole.startswith(kBegin) || whole.contains(("\n" + kBegin).str());
}

llvm::Expected<std::vector<PemBlock>> ReadPem(std::string_view text) {
  UseOpenSsl();
  const Buffer buffer = BufferOf(text);
  std::vector<PemBlock> blocks;
  while (true) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;  // NOLINT(google-runtime-int): OpenSSL's interface
    const bool read = PEM_read_bio(buffer.get(), &name, &header, &data, &size) == 1;
    const std::unique_ptr<char, OpenSslFree> own_name(name);
    const std::unique_ptr<char, OpenSslFree> own_header(header);
    const std::unique_ptr<unsigned char, OpenSslFree> own_data(data);
    if (read) {
      const char* bytes = reinterpret_cast<const char*>(data);
      blocks.push_back({name, std::string(bytes, support::ToSize(size))});
      OPENSSL_cleanse(data, support::ToSize(size));
      continue;
    }
    const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (ended) return blocks;
    return support::ErrorOf("its PEM block " + std::to_string(blocks.size() + 1) + " is damaged");
  }
}

std::string DescribePem(const std::vector<PemBlock>& blocks) {
  std::vector<std::string> names;
  for (const PemBlock& block : blocks) {
    const std::string name = support::Quoted(block.label);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    if (names.size() == 4) break;
  }
  return names.empty() ? "no PEM block" : support::Listed(names, "and");
}

}  // namespace ipec::sign
