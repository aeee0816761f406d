#include "lint/signed_file.h"

#include "lint/settings.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kExtension = ".p7b";

std::string_view NameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string_view StemOf(std::string_view path) {
  const std::string_view name = NameOf(path);
  const std::size_t dot = name.rfind('.');
  return dot == 0 ? name : name.substr(0, dot);
}

std::string_view NameOfSigned(std::string_view path) {
  const std::string_view name = NameOf(path);
  return name.ends_with(kExtension) ? name.substr(0, name.size() - kExtension.size())
                                    : std::string_view();
}

bool IsSignedBeside(support::FileSystem& files, const std::string& path) {
  const std::string_view name = NameOf(path);
  // Only a text can be the one that was signed.
  if (name.empty() || name.ends_with(kExtension) || name.ends_with(".p7s")) return false;
  const std::string beside = path.substr(0, path.size() - name.size()) + std::string(StemOf(path)) +
                             std::string(kExtension);
  return files.KindOf(beside) == support::PathKind::File;
}

llvm::Expected<ReviewedText> TextBeside(support::FileSystem& files, const std::string& path) {
  if (NameOfSigned(path).empty()) return ReviewedText();
  const std::string stem = path.substr(0, path.size() - kExtension.size());
  for (const char* const extension : {".pol", ".ipe", ".policy"}) {
    const std::string beside = stem + extension;
    if (files.KindOf(beside) != support::PathKind::File) continue;
    llvm::Expected<std::string> text = files.Read(beside);
    if (!text) return text.takeError();
    return ReviewedText{beside, std::move(*text)};
  }
  return ReviewedText();
}

}  // namespace ipec::lint
