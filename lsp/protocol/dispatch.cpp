#include "lsp/protocol/dispatch.h"

#include <algorithm>
#include <array>

namespace ipec::lsp {
namespace {

using namespace needs;

constexpr std::array kRequests = {
#define IPEC_REQUEST(method, id, needs, on) RequestRow{method, needs, On::on, &answers::id},
#define IPEC_NOTIFICATION(method, id, needs)
#include "lsp/protocol/messages.def"
};

}  // namespace

std::span<const RequestRow> RequestRows() {
  return kRequests;
}

const RequestRow* FindRequest(std::string_view method) {
  const auto* const found =
      std::find_if(kRequests.begin(), kRequests.end(),
                   [&](const RequestRow& row) { return row.method == method; });
  return found == kRequests.end() ? nullptr : found;
}

}  // namespace ipec::lsp
