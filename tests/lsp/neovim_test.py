#!/usr/bin/env python3
"""A user's session with Neovim and lsp/editors/neovim: neovim_test.py IPEC ROOT

Types keys to open a broken policy, see its findings, complete and look up words, fix, format and rename. The buffer must
then equal the result of the command line. Exit status: 0, 1, or 77 (skipped) if Neovim is missing, which is a failure
if CI is set.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PATIENCE = 20  # seconds, on a busy machine

INIT = """
vim.opt.runtimepath:prepend({vim})
vim.opt.runtimepath:prepend({neovim})
vim.cmd('filetype plugin on | syntax on | set noswapfile completeopt=menuone')
told, chosen = {}, {}
vim.notify = function(text) table.insert(told, text) end
wanted = ''
vim.ui.select = function(items, options, done)
  for i, item in ipairs(items) do
    local title = options.format_item and options.format_item(item) or tostring(item)
    table.insert(chosen, title)
    if title:find(wanted, 1, true) then return done(item, i) end
  end
  done(nil, nil)
end
require('ipec').setup({
  cmd = { {ipec}, 'lsp' },
  on_attach = function(_, buffer) vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc' end,
})
"""

BROKEN = """policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=KERNEL_MODULE dmverity_signature=TRUE action=ALLOW
op=EXECUTE   boot_verified=yes action=ALLOW
op=EXECUTE   dmverity_signature=TRUE   action=ALLOW
op=EXECUTE   dmverity_signature=TRUE   action=ALLOW
"""

RECORD = ('type=1420 audit(1653364370.067:61): ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="x" path="/usr/x" dev="dm-0" ino=3 '
          'rule="DEFAULT action=DENY"')

TRUSTS_INITRAMFS = ("IPE2007", 3, 13)  # the finding that remains


class Failure(Exception):
    pass


class Neovim:
    def __init__(self, home, init, file):
        self.server = os.path.join(home, "socket")
        self.environment = dict(os.environ, HOME=home, TERM="dumb", LC_ALL="C.UTF-8", XDG_RUNTIME_DIR=home)
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            self.environment[f"XDG_{name}_HOME"] = os.path.join(home, name.lower())
        self.process = subprocess.Popen(
            ["nvim", "--headless", "--listen", self.server, "-u", init, "-i", "NONE", file], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait("there", lambda: os.path.exists(self.server))

    def remote(self, option, text):
        done = subprocess.run(["nvim", "--server", self.server, option, text], env=self.environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        return done.stdout.decode()

    def type(self, keys):
        self.remote("--remote-send", keys)

    def lua(self, code):
        """The value of the expression `code`, transferred as JSON."""
        code = code.replace("'", "''")
        answer = self.remote("--remote-expr", f"json_encode(luaeval('(function() return {code} end)()'))")
        try:
            return json.loads(answer)
        except ValueError:
            raise Failure(f"{code}: {answer}") from None

    def lines(self):
        return self.lua("vim.api.nvim_buf_get_lines(0, 0, -1, false)")

    @staticmethod
    def wait(what, ready):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = ready()
            if found:
                return found
            time.sleep(0.05)
        raise Failure(f"{what}: not within {PATIENCE} seconds")

    def codes(self):
        """(code, line, column) of each finding that is shown, from 0."""
        shown = self.lua("vim.tbl_map(function(d) return { d.code or vim.tbl_get(d, 'user_data', 'lsp', 'code') or '?', "
                         "d.lnum, d.col } end, vim.diagnostic.get(0))")
        return sorted(tuple(one) for one in shown)


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}:\n  found  {found!r}\n  wanted {wanted!r}")


def contains(what, found, wanted):
    if wanted not in found:
        raise Failure(f"{what}: {wanted!r} is not in {found!r}")


def fix(editor, keys, title, ready):
    """Chooses the code action whose title contains `title`, at the place that `keys` move to."""
    editor.lua(f"(function() wanted = {json.dumps(title)} chosen = {{}} return 1 end)()")
    editor.type(f"{keys}:lua vim.lsp.buf.code_action()<CR>")
    try:
        editor.wait(title, ready)
    except Failure as failure:
        raise Failure(f"{failure}; offered was {editor.lua('chosen')}, the buffer is {editor.lines()}") from None


def work(editor, ipec, file):
    expect("the type of the file", editor.lua("vim.bo.filetype"), "ipe")
    expect("its syntax", editor.lua("vim.b.current_syntax"), "ipe")
    first = [("IPE0201", 2, 3), ("IPE0305", 3, 27), ("IPE1003", 5, 0)]
    editor.wait("findings", lambda: editor.codes() == first or None)

    # Hover: a window explains the word.
    editor.type("<Esc>4Gfb:lua vim.lsp.buf.hover()<CR>")
    popup = ("(function() for _, w in ipairs(vim.api.nvim_list_wins()) do if vim.api.nvim_win_get_config(w).relative ~= '' then "
             "return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), ' ') end end return '' end)()")
    contains("the window of hover", editor.wait("hover", lambda: editor.lua(popup)), "initramfs")
    editor.type("<Esc>jk")

    # Completion: an operation after `op=`, chosen from the list that opens.
    editor.type("Goop=KEXEC_IN<C-x><C-o>")
    editor.wait("the list", lambda: editor.lua("vim.fn.pumvisible()"))
    contains("what may follow", editor.lua("vim.tbl_map(function(i) return i.word end, vim.fn.complete_info().items)"), "KEXEC_INITRAMFS")
    editor.type("<C-y> dmv<C-x><C-o>")
    editor.wait("the second list", lambda: editor.lua("vim.fn.pumvisible()"))
    words = editor.lua("vim.tbl_map(function(i) return i.abbr ~= '' and i.abbr or i.word end, vim.fn.complete_info().items)")
    if not any(word.startswith("dmverity_signature") for word in words):
        raise Failure(f"properties that may follow: {words}")
    editor.type("<C-e><Esc>0Dccop=KEXEC_INITRAMFS dmverity_signature=TRUE action=ALLOW<Esc>")
    expect("what was typed", editor.lines()[6], "op=KEXEC_INITRAMFS dmverity_signature=TRUE action=ALLOW")
    editor.wait("findings still", lambda: editor.codes() == first)

    # Fixes, as the findings propose.
    fix(editor, "3G0f=l", "KMODULE", lambda: editor.lines()[2] == "op=KMODULE dmverity_signature=TRUE action=ALLOW")
    fix(editor, "4G0fy", "TRUE", lambda: editor.lines()[3] == "op=EXECUTE   boot_verified=TRUE action=ALLOW")
    # The kernel accepts the policy now, so the linter runs: two lines are duplicates.
    editor.wait("the linter's findings", lambda: editor.codes() == [("IPE1003", 5, 0), TRUSTS_INITRAMFS])
    fix(editor, "6G0", "remove", lambda: len(editor.lines()) == 6)
    editor.wait("one finding", lambda: editor.codes() == [TRUSTS_INITRAMFS])

    # Formatting, as `ipec fmt` does it.
    text = "\n".join(editor.lines()) + "\n"
    wanted = subprocess.run([ipec, "fmt", "-"], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
    if wanted == text:
        raise Failure("there is nothing to lay out")
    editor.type(":lua if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync() end<CR>")
    editor.wait("the layout", lambda: "\n".join(editor.lines()) + "\n" == wanted)

    # Rename, references, symbols.
    editor.type("gg0f=l:lua vim.lsp.buf.rename('device')<CR>")
    editor.wait("the new name", lambda: editor.lines()[0].startswith("policy_name=device policy_version=1.0.0"))
    editor.type(":lua vim.lsp.buf.document_symbol()<CR>")
    texts = "vim.tbl_map(function(i) return i.text end, vim.fn.getqflist({ items = 1 }).items)"
    symbols = editor.wait("symbols", lambda: editor.lua(texts) or
                          editor.lua("vim.tbl_map(function(i) return i.text end, vim.fn.getloclist(0))"))
    contains("symbols", " ".join(symbols), "device")
    contains("symbols", " ".join(symbols), "KEXEC_INITRAMFS")
    editor.type("<Esc>:cclose | lclose<CR>")

    # The server's commands. They also exist if Neovim 0.11 starts the server with the file in `lsp/`.
    editor.lua("(function() vim.api.nvim_del_user_command('IpecEvaluate') vim.api.nvim_del_user_command('IpecShowTable') "
               "vim.lsp.commands['ipec.showTable'] = nil return 1 end)()")
    enabled = editor.lua("dofile(vim.api.nvim_get_runtime_file('lsp/ipec.lua', false)[1])['filetypes']")
    expect("what the file in lsp/ starts", enabled, ["ipe", "ipelog"])
    expect("what lenses call", editor.lua("vim.lsp.commands['ipec.showTable'] ~= nil"), True)
    event = '{"op":"EXECUTE","hook":"BPRM_CHECK","pid":1,"comm":"init","boot_verified":true,"file":{"path":"/init","dev":"rootfs","ino":2}}'
    editor.type(f":IpecEvaluate {event}<CR>")
    told = editor.wait("an answer", lambda: editor.lua("told"))
    contains("the answer", told[-1], "ALLOW, by op=EXECUTE boot_verified=TRUE action=ALLOW")
    # Without an event it asks for one and offers the last one.
    editor.lua("(function() vim.ui.input = function(options, done) asked = options.default done(options.default) end return 1 end)()")
    editor.type(":IpecEvaluate<CR>")
    editor.wait("a second answer", lambda: len(editor.lua("told")) == 2)
    expect("the event that is offered", editor.lua("asked"), event)
    editor.type(":w<CR>")
    editor.type(":IpecShowTable<CR>")
    table = editor.wait("a table", lambda: editor.lua("vim.bo.buftype") == "nofile" and editor.lines())
    matrix = subprocess.run([ipec, "matrix", file], stdout=subprocess.PIPE, check=False).stdout.decode()
    contains("the table of a person", matrix, "initramfs")
    expect("the table", "\n".join(table).rstrip("\n"), matrix.rstrip("\n"))
    editor.type(":bwipe!<CR>")

    # A log with a record: hover explains it, and nothing is reported. Another log is left alone.
    log = os.path.splitext(file)[0] + ".log"
    with open(log, "w", encoding="utf-8") as stream:
        stream.write(f"[    1.5] usb: a device\n{RECORD}\n")
    editor.type(f":edit {log}<CR>")
    editor.wait("the type of a log", lambda: editor.lua("vim.bo.filetype") == "ipelog")
    attached = "vim.tbl_count(vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0))"
    editor.wait("a server for the log", lambda: editor.lua(attached) == 1)
    editor.type("<Esc>2G0:lua vim.lsp.buf.hover()<CR>")
    contains("hover of a record", editor.wait("hover", lambda: editor.lua(popup)), "denied `EXECUTE` for `/usr/x`")
    expect("findings of a log", editor.codes(), [])
    editor.type("<Esc>jk")
    other = os.path.join(os.path.dirname(file), "other.log")
    with open(other, "w", encoding="utf-8") as stream:
        stream.write("type=1420 audit(1.000:1): subj_apparmor=x\npolicy_name=x\n")
    editor.type(f":edit {other}<CR>")
    editor.wait("the other log", lambda: editor.lua("vim.fn.expand('%:t')") == "other.log")
    expect("the type of another log", editor.lua("vim.bo.filetype == 'ipelog'"), False)
    expect("servers for it", editor.lua(attached), 0)

    expect("other messages", len(editor.lua("told")), 2)
    done = subprocess.run([ipec, "check", file], stdout=subprocess.PIPE, check=False)
    expect("exit status of ipec check", done.returncode, 0)


def logged(home):
    """Errors that Neovim itself logs: unknown messages, unreadable answers."""
    for directory, _, files in os.walk(home):
        for name in files:
            if name == "lsp.log":
                with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as stream:
                    yield from (line for line in stream if "[START]" not in line and line.strip())


def main(ipec, root):
    if not shutil.which("nvim"):
        print("there is no nvim; .ci/install --tests gets it")
        return 1 if os.environ.get("CI") else SKIPPED
    with tempfile.TemporaryDirectory(prefix="ipec-neovim-") as home:
        file, init = os.path.join(home, "broken.pol"), os.path.join(home, "init.lua")
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(BROKEN)
        editors = os.path.join(root, "lsp", "editors")
        text = INIT
        for name, value in (("vim", os.path.join(editors, "vim")), ("neovim", os.path.join(editors, "neovim")), ("ipec", ipec)):
            text = text.replace("{" + name + "}", json.dumps(value))
        with open(init, "w", encoding="utf-8") as stream:
            stream.write(text)
        editor = Neovim(home, init, file)
        problem = ""
        try:
            work(editor, ipec, file)
            messages = editor.lua("vim.api.nvim_exec('messages', true)")
            if "rror" in messages:
                raise Failure(f"messages:\n{messages}")
            server = editor.lua("(vim.lsp.get_active_clients or vim.lsp.get_clients)()[1].rpc.pid")
            editor.type("<Esc>:qall!<CR>")
            editor.process.wait(timeout=PATIENCE)
            if server:
                editor.wait("the server's end", lambda: not os.path.exists(f"/proc/{server}"))
        except (Failure, subprocess.TimeoutExpired) as failure:
            problem = str(failure)
            if editor.process.poll() is None:
                try:
                    problem += f"\nmessages:\n{editor.lua('vim.api.nvim_exec([[messages]], true)')}"
                except (Failure, subprocess.TimeoutExpired):
                    pass
        finally:
            if editor.process.poll() is None:
                editor.process.kill()
            editor.process.wait()
        problems = [f"lsp.log: {line.rstrip()}" for line in logged(home)]
        if not any("lsp.log" in files for _, _, files in os.walk(home)):
            problems.append("Neovim keeps no log where this test looks")
    print("\n".join(filter(None, [problem, *problems])) or "Neovim and ipec lsp work together")
    return 1 if problem or problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
