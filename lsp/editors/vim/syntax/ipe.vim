" Policies of IPE, both dialects. The words are those of the compiler's tables; a test compares them.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax iskeyword @,48-57,_,-

" Unknown words are not marked as errors: the server does this, because it knows the target.
syntax match ipeUnknown /[^ \t#]\+/ contains=ipePlaceholder

syntax match ipeDefault /\%(^\|[ \t]\)\@1<=DEFAULT\ze\%([ \t#]\|$\)/

" The first word of a line of a file of claims.
syntax match ipeClaim /^[ \t]*\zs\%(never\|always\|only\)\ze\%([ \t#]\|$\)/

syntax match ipeHeader /\%(^\|[ \t]\)\@1<=policy_name=/ contains=ipeEquals nextgroup=ipeName
syntax match ipeHeader /\%(^\|[ \t]\)\@1<=policy_version=/ contains=ipeEquals nextgroup=ipeVersion
syntax match ipeName /"[^"]*"\|'[^']*'\|[^ \t#]\+/ contained contains=ipePlaceholder
syntax match ipeVersion /["']\=+\=\d\+\%(\.+\=\d\+\)*["']\=\ze\%([ \t#]\|$\)/ contained

syntax match ipeOp /\%(^\|[ \t]\)\@1<=op=["']\=/ contains=ipeEquals nextgroup=ipeOperation,ipeAlias
syntax match ipeOperation /\%(EXECUTE\|FIRMWARE\|KMODULE\|KEXEC_IMAGE\|KEXEC_INITRAMFS\|POLICY\|X509_CERT\|IMA_POLICY\|IMA_X509_CERT\)\ze["']\=\%([ \t#]\|$\)/ contained
syntax match ipeAlias /\%(KERNEL_READ\|\*\)\ze["']\=\%([ \t#]\|$\)/ contained

syntax match ipeProperty /\%(^\|[ \t]\)\@1<=\%(boot_verified\|dmverity_signature\|fsverity_signature\)=["']\=/ contains=ipeEquals nextgroup=ipeBoolean
syntax match ipeBoolean /\%(TRUE\|FALSE\)\ze["']\=\%([ \t#]\|$\)/ contained

syntax match ipeDigestProperty /\%(^\|[ \t]\)\@1<=\%(dmverity_roothash\|fsverity_digest\)=["']\=/ contains=ipeEquals nextgroup=ipeAlgorithm,ipeHex,ipePlaceholder
syntax match ipeAlgorithm /\%(sha256\|sha512\|sha1\|sha224\|sha384\|sha3-224\|sha3-256\|sha3-384\|sha3-512\|blake2b-256\|blake2b-384\|blake2b-512\|blake2s-256\|sm3\|streebog256\|streebog512\|rmd160\|md4\|md5\)\ze:/ contained nextgroup=ipeColon
syntax match ipeColon /:/ contained nextgroup=ipeHex,ipePlaceholder
syntax match ipeHex /\x\+\ze["']\=\%([ \t#]\|$\)/ contained

syntax match ipeAction /\%(^\|[ \t]\)\@1<=action=["']\=/ contains=ipeEquals nextgroup=ipeAllow,ipeDeny
syntax match ipeAllow /ALLOW\ze["']\=\%([ \t#]\|$\)/ contained
syntax match ipeDeny /DENY\ze["']\=\%([ \t#]\|$\)/ contained

syntax match ipeEquals /=/ contained
" Placeholders of template engines.
syntax match ipePlaceholder /@\h\w*@\|\${[^}]*}\|\$\h\w*\|{{[^}]*}}\|%[sd]\|<[A-Za-z_ -]\+>/ contained

" There are no escapes: the first # begins a comment, also within a word.
syntax keyword ipeTodo TODO FIXME XXX contained
syntax match ipeComment /#.*/ contains=ipeTodo,ipeSuppression,@Spell
syntax match ipeSuppression /#\@1<=\s*ipec:\s*allow\%(-file\|-begin\|-end\)\=\%(([^)#]*)\)\=/ contained contains=ipeRules
syntax match ipeRules /(\@1<=[^)#]*/ contained

highlight default link ipeUnknown Normal
highlight default link ipeDefault Keyword
highlight default link ipeClaim Keyword
highlight default link ipeHeader PreProc
highlight default link ipeName Title
highlight default link ipeVersion Number
highlight default link ipeOp Statement
highlight default link ipeOperation Type
highlight default link ipeAlias Type
highlight default link ipeProperty Identifier
highlight default link ipeDigestProperty Identifier
highlight default link ipeBoolean Boolean
highlight default link ipeAlgorithm Special
highlight default link ipeColon Delimiter
highlight default link ipeHex Constant
highlight default link ipeAction Statement
" Green and red in the default scheme. New editors have groups for that.
if hlexists('Added') && hlexists('Removed')
  highlight default link ipeAllow Added
  highlight default link ipeDeny Removed
else
  highlight default link ipeAllow MoreMsg
  highlight default link ipeDeny WarningMsg
endif
highlight default link ipeEquals Operator
highlight default link ipePlaceholder Macro
highlight default link ipeComment Comment
highlight default link ipeTodo Todo
highlight default link ipeSuppression PreProc
highlight default link ipeRules Tag

let b:current_syntax = 'ipe'
