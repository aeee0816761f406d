#include "lsp/protocol/dispatch.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/pipeline/git_repository.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

template <typename P>
constexpr Shape ShapeOf() {
  if constexpr (
      requires(P params) { params.position; } || requires(P params) { params.positions; }) {
    return Shape::Position;
  } else if constexpr (requires(P params) { params.range; }) {
    return Shape::Range;
  } else {
    return Shape::Other;
  }
}

template <typename P, Reply (*answer)(const Call&, const P&)>
constexpr RequestRow Row(std::string_view method, About about, On on) {
  RequestRow row;
  row.method = method;
  row.about = about;
  row.on = on;
  row.shape = ShapeOf<P>();
  row.serves_config = method == "textDocument/completion" || method == "textDocument/hover" ||
                      method == "textDocument/diagnostic" || about == About::Nothing;
  row.read = [](const ParamsPtr& from) -> llvm::Expected<std::shared_ptr<CommonParams>> {
    auto params = std::make_shared<P>();
    if (llvm::Error error = Read(from, *params)) return error;
    return params;
  };
  row.answer = [](const Call& call, const CommonParams& params) {
    return answer(call, static_cast<const P&>(params));
  };
  return row;
}

constexpr std::array kRequests = {
#define IPEC_REQUEST(method, id, params, about, on) \
  Row<params, &answers::id>(method, About::about, On::on),
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

PolicyBeside FindPolicyBeside(const Call& call) {
  if (call.snapshot->path.empty()) return {};
  for (const std::string& path : pipeline::PoliciesBeside(call.snapshot->path)) {
    const std::string uri = UriOf(path);
    if (SnapshotPtr snapshot = call.host.SnapshotOf(uri)) return {uri, std::move(snapshot)};
  }
  return {};
}

}  // namespace ipec::lsp
