// The shape of policy text: lines of clauses, a comment at the end of a line.
//
// One grammar for all dialects, and a total one: whatever the lexer makes of a text is a policy, so
// parsing cannot fail. Which words may stand where, and how often, is the checker's to judge.
//
// Every decision is LL(1): the token at hand is enough. The generated parser then never simulates the
// grammar at run time, which is what makes it fast; tests/unit/lexer_test.cpp looks that it stays so.
parser grammar IpePolicyParser;

options { tokenVocab = IpePolicyLexer; superClass = FlatParser; }

@postinclude {#include "grammar/flat_parser.h"}

policy : line (NEWLINE line)* UNREAD? EOF ;

line : clause? (BLANK clause?)* COMMENT? ;

// `key=value`, `key=` or `key`. The first `=` separates; later ones belong to the value.
clause
  : (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE)+ (EQUALS (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE | EQUALS)*)?
  | EQUALS (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE | EQUALS)*
  ;
