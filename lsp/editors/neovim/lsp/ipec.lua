-- For Neovim 0.11 and newer: `vim.lsp.enable('ipec')`. Older ones: `require('ipec').setup()`.
require('ipec').add_commands()
return require('ipec').config()
