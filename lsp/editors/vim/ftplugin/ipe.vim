" Policies of IPE: comments, and words as the kernel splits them.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal iskeyword=@,48-57,_,-
setlocal nowrap
" `ipec fmt` reads standard input and writes standard output; gq then formats a whole policy. The name leads to ipec.toml.
if executable('ipec')
  let &l:formatprg = 'ipec fmt ' . (empty(expand('%')) ? '' : '--stdin-filename=' . shellescape(expand('%:p')) . ' ') . '-'
  if !exists(':CompilerSet')
    setlocal makeprg=ipec\ lint\ --output=concise\ --color=never\ %:S
    setlocal errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%f:%l:%c:\ %tnfo:\ %m,%f:%l:%c:\ %m,%-G%.%#
  endif
endif

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< iskeyword< wrap< formatprg< makeprg< errorformat<'
