#include "lsp/features/policy_in.h"

#include <utility>

#include <fmt/format.h>

#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::lsp {

llvm::Expected<std::string> PolicyIn(const std::string& name, std::string bytes) {
  support::SourceBuffer source(name, std::move(bytes));
  const content::Content content = content::Classify(source.text());
  if (content.kind == content::Kind::Table) {
    llvm::Expected<pipeline::TableText> table = pipeline::ReadTableText(source);
    if (!table) return table.takeError();
    return table->text.text().str();
  }
  if (content.kind == content::Kind::Other || content.kind == content::Kind::Pem) {
    return support::ErrorOf(
        fmt::format("{} is {}, not a policy", support::Printable(name), content.what));
  }
  const pipeline::PolicyFile file = pipeline::OpenPolicyFile(std::move(source));
  if (file.IsRejectedMessage()) {
    return support::ErrorOf(support::Printable(name) + " is a damaged signed file");
  }
  return file.text.text().str();
}

}  // namespace ipec::lsp
