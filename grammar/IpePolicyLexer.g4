// The lexer splits policy text into tokens. The tokens tile the text: every byte is in exactly one.
//
// The alphabet is bytes, as code points 0 to 255. No encoding is assumed, because kernels assume
// none. The lexer knows no words: `op`, `DEFAULT` and `ALLOW` are all WORD. Names are in tables.
//
// There are two modes, one for each way in which dialects read text:
//   the default mode   mainline kernels
//   QUOTING            rfc-v7, where quotes protect whitespace and comment signs
// A text is read in one mode from beginning to end; nothing in a text changes the mode.
//
// This file is the specification. ipec reads text with compiler/syntax/scanner.cpp, which is
// faster; tests/unit/lexer_test.cpp verifies that the two are equal, token by token.
lexer grammar IpePolicyLexer;

// Mainline ends a line at either byte. A pair counts once: the line between its bytes is empty, and
// empty lines have no effect.
NEWLINE : '\r\n' | '\n' | '\r' ;

// Separates the clauses of a line.
BLANK : [ \t]+ ;

// Vertical tab, form feed and no-break space: part of a word, except at the end of a statement. The
// lexer cannot see where a statement ends, so these bytes are tokens of their own.
ODD_BLANK : [\u000B\u000C\u00A0]+ ;

EQUALS : '=' ;

COMMENT : '#' ~[\u0000\n\r]* ;

// A NUL byte ends the text. It and all bytes after it are signed but never read.
UNREAD : '\u0000' [\u0000-\u00FF]* ;

WORD : ~[\u0000\t\n\u000B\u000C\r #=\u00A0]+ ;

mode QUOTING;

QUOTING_NEWLINE : '\n' -> type(NEWLINE) ;

// Here all seven bytes of the kernel's isspace() separate, including the carriage return.
QUOTING_BLANK : [\t\u000B\u000C\r \u00A0]+ -> type(BLANK) ;

QUOTING_EQUALS : '=' -> type(EQUALS) ;

QUOTING_COMMENT : '#' ~[\u0000\n]* -> type(COMMENT) ;

QUOTING_UNREAD : '\u0000' [\u0000-\u00FF]* -> type(UNREAD) ;

// From a quote to the next one of its kind. A line ending or the end of the text leaves it open.
QUOTED : '"' ~[\u0000\n"]* '"' | '\'' ~[\u0000\n']* '\'' ;

OPEN_QUOTE : '"' ~[\u0000\n"]* | '\'' ~[\u0000\n']* ;

QUOTING_WORD : ~[\u0000\t\n\u000B\u000C\r "#'=\u00A0]+ -> type(WORD) ;
