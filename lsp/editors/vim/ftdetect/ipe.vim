" Detects policies of IPE, and files of claims about them, by name. Other programs use *.policy, too, so there the text must look like one.
autocmd BufNewFile,BufRead *.pol,*.ipe,*.pol.in,*.ipe.in,*.claims,ipe-policy setlocal filetype=ipe
autocmd BufNewFile,BufRead *.policy
      \ if join(getline(1, 200), "\n") =~# '\(^\|\n\)[ \t]*policy_name=\S'
      \ | setlocal filetype=ipe
      \ | endif
