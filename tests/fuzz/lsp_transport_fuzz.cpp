// Any bytes from an editor: the server reads them to the end, and writes only messages. The first
// byte chooses whether they come raw or, as the body of one message, within a session.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/support/assert.h"
#include "lsp/server.h"

namespace {

std::string Framed(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  if (size == 0 || size > 4096) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string input;
  if ((data[0] & 1) != 0) {
    input =
        Framed(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}})") +
        Framed(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":)"
               R"({"uri":"file:///a.pol","languageId":"ipe","version":1,"text":"op=\n"}}})") +
        Framed(bytes);
  } else {
    input = bytes;
  }
  support::MemoryFileSystem files;
  support::StringSource in(input);
  support::StringOutput out;
  support::StringOutput err;
  support::RealProgramRunner programs;
  lsp::Server(files, programs, in, out, err).Run();

  support::StringSource written(out.str());
  lsp::MessageReader reader(written);
  while (reader.Next() != lsp::MessageReader::State::End) {
    const lsp::Message message = lsp::ReadMessage(reader.body());
    IPEC_CHECK(message.kind != lsp::MessageKind::Broken, "the server wrote no message");
  }
  IPEC_CHECK(!reader.problem(), "the server wrote half a message");
  return 0;
}
