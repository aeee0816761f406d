-- Detects policies of IPE, and files of claims about them, by name. Other programs use *.policy, too, so there the text must look like one.
local function detect(pattern, looks)
  vim.api.nvim_create_autocmd({ 'BufNewFile', 'BufRead' }, {
    pattern = pattern,
    callback = function(event)
      if looks(event.buf) then
        vim.api.nvim_buf_set_option(event.buf, 'filetype', 'ipe')
      end
    end,
  })
end

detect({ '*.pol', '*.ipe', '*.pol.in', '*.ipe.in', '*.claims', 'ipe-policy' }, function()
  return true
end)

detect('*.policy', function(buffer)
  for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, 200, false)) do
    if line:match('^[ \t]*policy_name=%S') then
      return true
    end
  end
  return false
end)

-- Logs with audit records of IPE, for hover. Most logs are not: the first lines must have a record. A client sends the whole text, so that
-- long logs are left alone. Another type that a log has already stays.
local most_bytes = 8 * 1024 * 1024
vim.api.nvim_create_autocmd('BufRead', {
  pattern = { '*.log', '*.jsonl' },
  callback = function(event)
    local size = vim.fn.getfsize(vim.api.nvim_buf_get_name(event.buf))
    if vim.bo[event.buf].filetype ~= '' or size < 0 or size > most_bytes then
      return
    end
    for _, line in ipairs(vim.api.nvim_buf_get_lines(event.buf, 0, 1000, false)) do
      if line:match('ipe_op=%S+ ipe_hook=') or line:match('IPE ctx_') or line:match('old_active_pol_name=') then
        vim.api.nvim_buf_set_option(event.buf, 'filetype', 'ipelog')
        return
      end
    end
  end,
})
