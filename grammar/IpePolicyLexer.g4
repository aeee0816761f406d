// How policy text is cut into tokens. The tokens of a text tile it: every byte is in exactly one.
//
// The alphabet is bytes, as code points 0 to 255; no encoding is assumed, because kernels assume none.
// Words are not known here: `op`, `DEFAULT` and `ALLOW` are all WORD. Names live in tables.
//
// There are two modes, one for each way dialects read text:
//   the default mode   mainline kernels
//   QUOTING            rfc-v7, where quotes protect blanks and comment signs
// A text is read in one mode from end to end; nothing in a text changes the mode.
//
// This file is the specification. ipec reads text with compiler/syntax/scanner.cpp, which is faster,
// and tests/unit/lexer_test.cpp holds the two equal, token by token.
lexer grammar IpePolicyLexer;

// Mainline ends a line at either byte. The pair counts once: the line between its bytes is empty, and
// empty lines mean nothing.
NEWLINE : '\r\n' | '\n' | '\r' ;

// What separates the clauses of a line.
BLANK : [ \t]+ ;

// Vertical tab, form feed and no-break space: part of a word, but not at the end of a statement. What
// ends a statement is not the lexer's to see, so they are tokens of their own.
ODD_BLANK : [\u000B\u000C\u00A0]+ ;

EQUALS : '=' ;

COMMENT : '#' ~[\u0000\n\r]* ;

// A NUL byte ends the text; it and all bytes behind it are signed, but never read.
UNREAD : '\u0000' [\u0000-\u00FF]* ;

WORD : ~[\u0000\t\n\u000B\u000C\r #=\u00A0]+ ;

mode QUOTING;

QUOTING_NEWLINE : '\n' -> type(NEWLINE) ;

// Here all seven bytes that the kernel's isspace() knows separate, carriage return among them.
QUOTING_BLANK : [\t\u000B\u000C\r \u00A0]+ -> type(BLANK) ;

QUOTING_EQUALS : '=' -> type(EQUALS) ;

QUOTING_COMMENT : '#' ~[\u0000\n]* -> type(COMMENT) ;

QUOTING_UNREAD : '\u0000' [\u0000-\u00FF]* -> type(UNREAD) ;

// From a quote to the next one of its kind. A line end or the end of the text leaves it open.
QUOTED : '"' ~[\u0000\n"]* '"' | '\'' ~[\u0000\n']* '\'' ;

OPEN_QUOTE : '"' ~[\u0000\n"]* | '\'' ~[\u0000\n']* ;

QUOTING_WORD : ~[\u0000\t\n\u000B\u000C\r "#'=\u00A0]+ -> type(WORD) ;
