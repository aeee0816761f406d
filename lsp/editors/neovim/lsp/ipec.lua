-- For Neovim 0.11 and newer: `vim.lsp.enable('ipec')`. Older ones: `require('ipec').setup()`.
return require('ipec').config()
