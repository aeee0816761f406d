#include "compiler/driver/key_files.h"

#include <algorithm>
#include <utility>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using command::Environment;
using command::ExitStatus;
using command::Report;
using support::ErrorOf;
using support::Quoted;

ExitStatus ReadFileOf(const std::string& path, Environment& env, std::string& bytes) {
  llvm::Expected<support::SourceBuffer> read = command::ReadOperand(path, env);
  if (!read) return Report(env, read.takeError());
  bytes = read->text().str();
  return ExitStatus::Ok;
}

ExitStatus ReadCertificateOf(const std::string& path, Environment& env,
                             sign::SigningCertificate& certificate) {
  std::string bytes;
  const ExitStatus status = ReadFileOf(path, env, bytes);
  if (status != ExitStatus::Ok) return status;
  llvm::Expected<sign::SigningCertificate> read = sign::ReadSigningCertificate(bytes);
  if (!read) {
    return Report(env, ExitStatus::Findings,
                  "the certificate " + Quoted(support::Abbreviated(path)) +
                      " cannot be used: " + llvm::toString(read.takeError()));
  }
  certificate = std::move(*read);
  return ExitStatus::Ok;
}

llvm::Error CheckInputs(std::span<const std::string> inputs, const std::string& output,
                        Environment& env) {
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) {
    return ErrorOf("standard input can be read only once");
  }
  for (const std::string& input : inputs) {
    if (input.empty() || input == "-" || output.empty() || output == "-") continue;
    if (env.files.SameFile(input, output)) {
      return ErrorOf(Quoted(output) + " is read and would be overwritten");
    }
  }
  return llvm::Error::success();
}

ExitStatus ReadTrustedKeys(std::span<const std::string> trusted,
                           std::span<const std::string> revoked, pipeline::Keyrings searched,
                           Environment& env, pipeline::TrustedKeys& keys) {
  std::vector<pipeline::KeyringFile> files;
  files.reserve(trusted.size() + revoked.size());
  for (const std::string& word : trusted) files.push_back(pipeline::ParseKeyringFile(word));
  for (const std::string& path : revoked) files.push_back({pipeline::Keyring::Revoked, path});
  ExitStatus status = ExitStatus::Ok;
  for (const pipeline::KeyringFile& file : files) {
    std::string bytes;
    if (const ExitStatus read = ReadFileOf(file.path, env, bytes); read != ExitStatus::Ok) {
      status = Worse(status, read);
    } else if (llvm::Error error = keys.Add(file, bytes)) {
      status = Worse(status, Report(env, ExitStatus::Usage, llvm::toString(std::move(error))));
    } else if (file.keyring != pipeline::Keyring::Revoked && !searched.Contains(file.keyring)) {
      env.err << "ipec: note: this kernel does not search the " << Name(file.keyring)
              << " keyring for keys of policies, so "
              << support::Quoted(support::Abbreviated(file.path)) << " does not count\n";
    }
  }
  return status;
}

}  // namespace ipec::driver
