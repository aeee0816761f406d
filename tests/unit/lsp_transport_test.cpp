// Messages in, whatever is between them; messages out.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lsp/protocol/params.h"
#include "lsp/transport.h"

namespace ipec::lsp {
namespace {

using State = MessageReader::State;

// The reader's result for the bytes: messages, `!` with an error, and at the end the rest.
std::vector<std::string> Read(const std::string& bytes, std::size_t longest = 1000) {
  support::StringSource source(bytes);
  MessageReader reader(source, longest);
  std::vector<std::string> read;
  while (true) {
    switch (reader.Next()) {
      case State::Message:
        read.emplace_back(reader.body());
        break;
      case State::Malformed:
        read.push_back("!" + reader.problem().value());
        break;
      case State::End:
        read.push_back("." + reader.problem().value_or(""));
        return read;
    }
  }
}

using Strings = std::vector<std::string>;

TEST_CASE("messages, one after the other") {
  CHECK(Read("") == Strings{"."});
  CHECK(Read("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]") ==
        Strings{"{}", "[1]", "."});
  CHECK(Read("content-length:2\nX: y\n\n{}") == Strings{"{}", "."});
  CHECK(Read("Content-Length: 0\r\n\r\n") == Strings{"", "."});
  CHECK(Read("Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: "
             "2\r\n\r\n{}") == Strings{"{}", "."});
}

// An input that never arrives.
class SilentSource final : public support::ByteSource {
 public:
  llvm::Expected<std::size_t> Read(char*, std::size_t) override {
    FAIL("reading would wait for ever");
    return 0;
  }
  bool WaitFor(std::chrono::milliseconds) override { return false; }
};

TEST_CASE("the server does not wait for a client that is gone") {
  SilentSource source;
  MessageReader reader(source);
  int asked = 0;
  reader.WaitOnlyWhile([&] { return ++asked < 3; });
  CHECK_FALSE(reader.gave_up());
  CHECK(reader.Next() == State::End);
  CHECK(reader.gave_up());
  CHECK(asked == 3);
  CHECK(reader.Next() == State::End);
  CHECK(asked == 3);
}

TEST_CASE("malformed input is skipped") {
  CHECK(Read("hello\r\n\r\nContent-Length: 2\r\n\r\n{}") ==
        Strings{"!a message without Content-Length", "{}", "."});
  CHECK(Read("Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n{}") ==
        Strings{"!a Content-Length that is not a number", "{}", "."});
  CHECK(Read("Content-Length: -1\r\n\r\n") ==
        Strings{"!a Content-Length that is not a number", "."});
  CHECK(Read("Content-Length: 1001\r\n\r\n" + std::string(1001, ' ') +
             "Content-Length: 2\r\n\r\n{}") ==
        Strings{"!a message of 1001 bytes, more than 1000", "{}", "."});
  CHECK(Read("Content-Type: x; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}") ==
        Strings{"!a message that is not in UTF-8", "."});
  const std::string long_line(100'000, 'x');
  CHECK(Read(long_line + "\r\n\r\nContent-Length: 2\r\n\r\n{}").back() == ".");
}

TEST_CASE("an editor that closes the connection within a message") {
  CHECK(Read("Content-Len") == Strings{".the editor closed the connection within a header"});
  CHECK(Read("Content-Length: 5\r\n\r\n{}") ==
        Strings{".the editor closed the connection within a message"});
  // The announced length is not allocated.
  support::StringSource source("Content-Length: 18446744073709551615\r\n\r\n{}");
  MessageReader reader(source, SIZE_MAX);
  CHECK(reader.Next() == State::End);
}

TEST_CASE("what counts as a message") {
  CHECK(ReadMessage(R"({"jsonrpc":"2.0","id":1,"method":"a"})").kind == MessageKind::Request);
  CHECK(ReadMessage(R"({"jsonrpc":"2.0","id":"x","method":"a"})").id == "\"x\"");
  CHECK(ReadMessage(R"({"jsonrpc":"2.0","method":"a"})").kind == MessageKind::Notification);
  CHECK(ReadMessage(R"({"jsonrpc":"2.0","id":1,"result":null})").kind == MessageKind::Response);
  CHECK(ReadMessage(R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}})").kind ==
        MessageKind::Response);
  for (const auto& [body, code] : {
           std::pair("", ErrorCode::ParseError),
           std::pair("{", ErrorCode::ParseError),
           std::pair("[]", ErrorCode::InvalidRequest),
           std::pair("{}", ErrorCode::InvalidRequest),
           std::pair(R"({"id":1,"method":"a"})", ErrorCode::InvalidRequest),
           std::pair(R"({"jsonrpc":"2.0","id":[],"method":"a"})", ErrorCode::InvalidRequest),
           std::pair(R"({"jsonrpc":"2.0","id":1})", ErrorCode::InvalidRequest),
       }) {
    INFO(body);
    const Message message = ReadMessage(body);
    CHECK(message.kind == MessageKind::Broken);
    REQUIRE(message.error);
    CHECK(message.error->code == code);
    CHECK_FALSE(message.error->message.empty());
  }
  CHECK(ReadMessage(std::string(100'000, '[')).error->code == ErrorCode::InvalidRequest);
  std::string many;
  for (int i = 0; i < 5'000'000; ++i) many += "1,";
  CHECK(ReadMessage("[" + many + "1]").error->code == ErrorCode::InvalidRequest);
}

TEST_CASE("bytes that are not UTF-8 are kept") {
  const Message message = ReadMessage(
      "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"textDocument\":{\"uri\":\"u\","
      "\"version\":1,\"text\":\"a\xFF\xC3\xBC\xC3\"}}}");
  REQUIRE(message.kind == MessageKind::Notification);
  OpenParams asked;
  REQUIRE_FALSE(static_cast<bool>(Read(message.params, asked)));
  CHECK(asked.text == "a\xFF\xC3\xBC\xC3");
}

// The error in the parameters of a message that takes a `P`; empty: none.
template <typename P>
std::string Wrong(const char* params) {
  const Message message =
      ReadMessage(std::string(R"({"jsonrpc":"2.0","method":"m","params":)") + params + "}");
  REQUIRE(message.kind == MessageKind::Notification);
  P read;
  return llvm::toString(Read(message.params, read));
}

TEST_CASE("what a request needs") {
  CHECK(Wrong<NoParams>("{}").empty());
  CHECK(Wrong<NoParams>("[]").empty());
  CHECK(Wrong<DocumentParams>("{}") == "`textDocument.uri` is missing");
  CHECK(Wrong<DocumentParams>("[]") == "`params` is not an object");
  const auto with = [](const char* field) {
    return std::string(R"({"textDocument":{"uri":"file:///a"},)") + field + "}";
  };
  const auto position = [&](const char* field) {
    return Wrong<PositionParams>(with(field).c_str());
  };
  CHECK(position(R"("position":{"line":-1,"character":0})") == "`position` is missing");
  CHECK(position(R"("position":{"line":1.5,"character":0})") == "`position` is missing");
  CHECK(position(R"("position":{"line":4294967295,"character":0})").empty());
  const auto changes = [&](const char* field) { return Wrong<ChangeParams>(with(field).c_str()); };
  CHECK(changes(R"("contentChanges":{})") == "`contentChanges` is malformed");
  CHECK(changes(R"("contentChanges":[{"text":"a","range":{}}])") ==
        "`contentChanges` is malformed");
  CHECK(changes(R"("contentChanges":[{"text":"a","range":null}])").empty());
  CHECK(Wrong<SelectionParams>(with(R"("positions":[{}])").c_str()) == "`positions` is malformed");
  CHECK(Wrong<RenameParams>(with(R"("position":{"line":0,"character":0})").c_str()) ==
        "`newName` is missing");
  CHECK(Wrong<QueryParams>("{}") == "`query` is missing");
  CHECK(Wrong<CommandParams>("{}") == "`command` is missing");
  CHECK(Wrong<ActionItemParams>("{}") == "`data.uri` is missing");
}

TEST_CASE("messages out") {
  support::StringOutput out;
  MessageWriter writer(out);
  writer.Write(WriteReply("7", Reply::Fail(ErrorCode::MethodNotFound, "no \"x\"")));
  CHECK(out.str() ==
        "Content-Length: 69\r\n\r\n"
        R"({"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no \"x\""}})");
}

}  // namespace
}  // namespace ipec::lsp
