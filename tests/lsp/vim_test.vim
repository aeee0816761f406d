" vim -es -u NONE -c 'let g:root = "…" | source vim_test.vim': detects the file type and highlights words.
set nocompatible hidden nomodeline
let g:failures = []
execute 'set runtimepath^=' . fnameescape(g:root . '/lsp/editors/vim')
try
  filetype plugin on
  syntax on
  execute 'edit' fnameescape(g:root . '/examples/policies/container-host.pol')
catch
  call add(g:failures, v:exception)
endtry

function s:Expect(line, word, group) abort
  silent! enew!
  setlocal filetype=ipe
  call setline(1, a:line)
  let column = stridx(a:line, a:word) + 1
  for at in [column, column + len(a:word) - 1]
    let group = synIDattr(synID(1, at, 1), 'name')
    if group !=# a:group
      call add(g:failures, printf('`%s` of `%s` is %s, not %s', a:word, a:line, group, a:group))
    endif
  endfor
endfunction

if &filetype !=# 'ipe' || !exists('b:current_syntax') || &commentstring !=# '# %s'
  call add(g:failures, 'container-host.pol is of type ' . &filetype)
endif
" Every byte of the example has a group, except whitespace.
for number in range(1, line('$'))
  let text = getline(number)
  for column in range(1, len(text))
    if text[column - 1] !~# '\s' && synID(number, column, 1) == 0
      call add(g:failures, printf('line %d, column %d has no group: %s', number, column, text))
      break
    endif
  endfor
endfor

for s:word in g:words.operations
  call s:Expect('op=' . s:word . ' action=DENY', s:word, 'ipeOperation')
  call s:Expect('DEFAULT op="' . s:word . '"#x', s:word, 'ipeOperation')
  call s:Expect('op=' . s:word . '_X', s:word . '_X', 'ipeUnknown')
endfor
for s:word in g:words.aliases
  call s:Expect('op=' . s:word . ' action=DENY', s:word, 'ipeAlias')
endfor
for s:word in g:words.booleans
  call s:Expect(s:word . '=TRUE', s:word, 'ipeProperty')
  call s:Expect(s:word . '=FALSE#x', 'FALSE', 'ipeBoolean')
endfor
for s:word in g:words.digests
  call s:Expect(s:word . '=00af', s:word, 'ipeDigestProperty')
  call s:Expect(s:word . '=00af', '00af', 'ipeHex')
  for s:algorithm in g:words.algorithms
    call s:Expect(s:word . '=' . s:algorithm . ':00af x=y', s:algorithm, 'ipeAlgorithm')
    call s:Expect(s:word . '=' . s:algorithm . ':00af x=y', '00af', 'ipeHex')
  endfor
endfor
call s:Expect('policy_name="a b" policy_version=1.2.3', 'a b', 'ipeName')
call s:Expect('policy_name=a policy_version=1.2.3', '1.2.3', 'ipeVersion')
call s:Expect('DEFAULT action=ALLOW', 'DEFAULT', 'ipeDefault')
for s:word in ['never', 'always', 'only']
  call s:Expect(' ' . s:word . ' op=*#x', s:word, 'ipeClaim')
  call s:Expect(s:word . ' op=*#x', '*', 'ipeAlias')
endfor
call s:Expect('DEFAULT action=ALLOW', 'ALLOW', 'ipeAllow')
call s:Expect('DEFAULT action=DENY#x', 'DENY', 'ipeDeny')
call s:Expect('op=EXEC#UTE', '#UTE', 'ipeComment')
call s:Expect('op=READ action=DENY', 'READ', 'ipeUnknown')
call s:Expect('a=b # ipec: allow(weak-digest) why', 'weak-digest', 'ipeRules')
call s:Expect('a=b # ipec: allow(weak-digest) why', 'ipec: allow', 'ipeSuppression')
call s:Expect('dmverity_roothash=sha256:@ROOT@ action=ALLOW', '@ROOT@', 'ipePlaceholder')

" ALLOW and DENY look different in the default scheme.
for s:background in ['light', 'dark']
  execute 'set background=' . s:background
  for s:mode in ['cterm', 'gui']
    let s:colors = map(['ipeAllow', 'ipeDeny'], {_, name -> synIDattr(synIDtrans(hlID(name)), 'fg', s:mode)})
    if s:colors[0] ==# '' || s:colors[0] ==# s:colors[1] || s:colors[1] ==# ''
      call add(g:failures, printf('ALLOW and DENY look alike in %s, %s: %s', s:background, s:mode, string(s:colors)))
    endif
  endfor
endfor

" File names. *.policy counts only if the text looks like a policy.
for [s:name, s:text, s:type] in [
      \ ['ipe-policy', '', 'ipe'], ['a.ipe', '', 'ipe'], ['b.pol', '', 'ipe'],
      \ ['c.policy', '<?xml version="1.0"?>', 'other'], ['d.policy', 'policy_name=a policy_version=0.0.1', 'ipe']]
  let s:file = tempname() . '/' . s:name
  call mkdir(fnamemodify(s:file, ':h'), 'p')
  call writefile([s:text], s:file)
  execute 'edit' fnameescape(s:file)
  if (&filetype ==# 'ipe') != (s:type ==# 'ipe')
    call add(g:failures, s:name . ' is of type ' . &filetype)
  endif
endfor

" A log with a record of IPE; others keep their type.
for [s:name, s:text, s:type] in [
      \ ['a.log', 'type=1420 audit(1.000:1): ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 rule="DEFAULT action=DENY"', 'ipelog'],
      \ ['b.log', 'AUDIT1420 IPE ctx_pid=1 ctx_op=EXECUTE', 'ipelog'],
      \ ['c.jsonl', '{"MESSAGE":"IPE_ACCESS ipe_op=EXECUTE ipe_hook=MMAP"}', 'ipelog'],
      \ ['d.log', 'type=1420 audit(1.000:1): subj_apparmor=x', ''], ['e.txt', 'ipe_op=EXECUTE ipe_hook=MMAP', 'text'],
      \ ['f.log', 'IPE_OP=EXECUTE IPE_HOOK=MMAP', ''], ['g.log', '', '']]
  let s:file = tempname() . '/' . s:name
  call mkdir(fnamemodify(s:file, ':h'), 'p')
  call writefile(repeat(['boot'], 900) + [s:text], s:file)
  execute 'edit' fnameescape(s:file)
  if &filetype !=# s:type
    call add(g:failures, s:name . ' is of type ' . &filetype)
  endif
endfor

call writefile(g:failures, g:answer)
execute len(g:failures) ? 'cquit' : 'qall!'
