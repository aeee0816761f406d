#pragma once

// The base class of the generated parser. ANTLR's own base class supports every kind of grammar:
// tokens are objects, each rule builds a context on the heap, and before each decision the error
// strategy checks whether to recover. Our grammar is LL(1), does not recurse and accepts every
// text, so the generated functions only need the type of the current token, which this class
// provides. The names are those that ANTLR's generated code calls; they hide the inherited ones.
//
// A class derived from the generated parser defines what happens at a rule and at a token.

#include <exception>

#include "antlr4-runtime.h"

namespace ipec::grammar {

class FlatParser : public antlr4::Parser {
 public:
  explicit FlatParser(antlr4::TokenStream*) : antlr4::Parser(nullptr) {}

 protected:
  // A rule of the parser begins. The current token is its first, or follows it if the rule is
  // empty.
  virtual void EnterRule(std::size_t rule) = 0;
  // Consumes the current token, which belongs to the rule entered last or to an enclosing one. The
  // next token becomes the current one.
  virtual void TakeToken() = 0;
  // The grammar rejected a text, or needs more than one token of lookahead. Does not return.
  [[noreturn]] virtual void Reject() = 0;

  // The type of the current token, EOF at the end.
  std::size_t lookahead() const { return input_.type; }
  void set_lookahead(std::size_t type) { input_.type = type; }

  // The rest is for generated code.
  struct Input {
    std::size_t type = EOF;
    std::size_t LA(int) const { return type; }
  };
  struct NoErrors {
    void sync(FlatParser*) const {}
    void reportMatch(FlatParser*) const {}
    void recoverInline(FlatParser* parser) const { parser->Reject(); }
    void reportError(FlatParser* parser, const std::exception&) const { parser->Reject(); }
    void recover(FlatParser* parser, const std::exception_ptr&) const { parser->Reject(); }
  };
  // Contexts store nothing, so one of each kind serves every rule of every parser.
  struct Contexts {
    template <typename Context>
    Context* createInstance(antlr4::ParserRuleContext*, std::size_t) const {
      static Context context(nullptr, 0);
      return &context;
    }
  };
  template <typename Action>
  struct OnExit {
    Action action;
    ~OnExit() { action(); }
  };

  template <typename Action>
  static OnExit<Action> finally(Action action) {
    return {action};
  }
  void enterRule(antlr4::ParserRuleContext*, std::size_t, std::size_t rule) final {
    EnterRule(rule);
  }
  void exitRule() {}
  void enterOuterAlt(antlr4::ParserRuleContext*, std::size_t) final {}
  void setState(std::size_t) {}
  std::size_t getState() const final { return 0; }
  antlr4::Token* match(std::size_t type) final {
    if (type != input_.type) Reject();
    return consume();
  }
  antlr4::Token* consume() final {
    if (input_.type != EOF) TakeToken();
    return nullptr;
  }
  antlr4::Token* getCurrentToken() final { Reject(); }
  antlr4::TokenStream* getTokenStream() final { Reject(); }

 private:
  Input input_;
  NoErrors errors_;

 protected:
  static constexpr antlr4::ParserRuleContext* _ctx = nullptr;
  Input* const _input = &input_;
  NoErrors* const _errHandler = &errors_;
  Contexts _tracker;
};

}  // namespace ipec::grammar
