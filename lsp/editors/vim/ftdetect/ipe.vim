" Detects policies of IPE, and files of claims about them, by name. Other programs use *.policy, too, so there the text must look like one.
autocmd BufNewFile,BufRead *.pol,*.ipe,*.pol.in,*.ipe.in,*.claims,ipe-policy setlocal filetype=ipe
autocmd BufNewFile,BufRead *.policy
      \ if join(getline(1, 200), "\n") =~# '\(^\|\n\)[ \t]*policy_name=\S'
      \ | setlocal filetype=ipe
      \ | endif
" Logs with audit records of IPE, for hover. Most logs are not: the first lines must have a record. A client sends the whole text, so that
" long logs are left alone. Another type that a log has already stays.
autocmd BufRead *.log,*.jsonl
      \ if getfsize(expand('<afile>')) <= 8 * 1024 * 1024 && getfsize(expand('<afile>')) >= 0
      \     && match(getline(1, 1000), '\Cipe_op=\S\+ ipe_hook=\|IPE ctx_\|old_active_pol_name=') >= 0
      \ | setfiletype ipelog
      \ | endif
