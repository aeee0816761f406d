// The shape of policy text: lines of clauses, with a comment at the end of a line.
//
// There is one grammar for all dialects, and it is total: every token sequence of the lexer is a
// policy, so parsing cannot fail. The checker decides which words may occur where, and how often.
//
// Every decision is LL(1): the current token is enough. So the generated parser never simulates the
// grammar at run time, which makes it fast; tests/unit/lexer_test.cpp verifies this.
parser grammar IpePolicyParser;

options { tokenVocab = IpePolicyLexer; superClass = FlatParser; }

@postinclude {#include "grammar/flat_parser.h"}

policy : line (NEWLINE line)* UNREAD? EOF ;

line : clause? (BLANK clause?)* COMMENT? ;

// `key=value`, `key=` or `key`. The first `=` separates; later ones are part of the value.
clause
  : (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE)+ (EQUALS (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE | EQUALS)*)?
  | EQUALS (WORD | ODD_BLANK | QUOTED | OPEN_QUOTE | EQUALS)*
  ;
