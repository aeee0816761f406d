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
