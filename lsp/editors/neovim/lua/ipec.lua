-- `ipec lsp` in Neovim 0.7 and newer, without other plugins.
--
--   require('ipec').setup({
--     cmd = { 'ipec', 'lsp' },
--     settings = { target = 'linux-6.12' },     -- the section `ipec`: target, config, lint.enable, …
--     on_attach = function(client, buffer) … end,
--   })

local ipec = {}

local options = { cmd = { 'ipec', 'lsp' }, settings = {} }

-- The root directory for the server: the one of ipec.toml, or the repository.
local function root_of(path)
  local directory = vim.fn.fnamemodify(path, ':p:h')
  for _, name in ipairs({ 'ipec.toml', '.git' }) do
    local above = directory
    while true do
      if vim.loop.fs_stat(above .. '/' .. name) then
        return above
      end
      local parent = vim.fn.fnamemodify(above, ':h')
      if parent == above then
        break
      end
      above = parent
    end
  end
  return directory
end

function ipec.config()
  return {
    name = 'ipec',
    cmd = options.cmd,
    filetypes = { 'ipe', 'ipelog' },
    root_markers = { 'ipec.toml', '.git' },
    settings = { ipec = options.settings },
    init_options = next(options.settings) and options.settings or nil,
    on_attach = options.on_attach,
    capabilities = options.capabilities,
  }
end

-- One server per root directory; Neovim before 0.8 has no vim.lsp.start.
local clients = {}

local function attach(buffer)
  if vim.bo[buffer].buftype ~= '' then
    return
  end
  local config = ipec.config()
  config.root_dir = root_of(vim.api.nvim_buf_get_name(buffer))
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  local id = clients[config.root_dir]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(config)
    clients[config.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

-- The server that answers for `buffer`.
local function client_of(buffer)
  local all = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer }) or vim.lsp.buf_get_clients(buffer)
  for _, client in pairs(all) do
    if client.name == 'ipec' then
      return client
    end
  end
end

local function ask(command, more, handler)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if not client then
    vim.notify('ipec: no server is attached to this buffer', vim.log.levels.WARN)
    return
  end
  local argument = vim.tbl_extend('error', { uri = vim.uri_from_bufnr(buffer) }, more)
  local params = { command = command, arguments = { argument } }
  local answered = function(problem, result)
    if problem then
      vim.notify('ipec: ' .. problem.message, vim.log.levels.ERROR)
    elseif result then
      handler(result)
    end
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:request('workspace/executeCommand', params, answered, buffer)
  else
    client.request('workspace/executeCommand', params, answered, buffer)
  end
end

local last_event = '{"op":"EXECUTE","hook":"BPRM_CHECK","file":{"path":"/usr/bin/true"},"boot_verified":false}'

-- Shows the decision for an event: a JSON object as for `ipec eval`. Without one, asks for it and offers `offered` or
-- the last one.
function ipec.evaluate(event, offered)
  if not event or event == '' then
    vim.ui.input({ prompt = 'Event (JSON): ', default = offered or last_event }, function(given)
      if given and given ~= '' then
        ipec.evaluate(given)
      end
    end)
    return
  end
  local readable, value = pcall(vim.fn.json_decode, event)
  if not readable or type(value) ~= 'table' then
    vim.notify('ipec: the event must be a JSON object', vim.log.levels.ERROR)
    return
  end
  last_event = event
  ask('ipec.evaluate', { event = value }, function(answer)
    local by = type(answer.rule) == 'table' and answer.rule.text or answer.match
    local record = type(answer.audit) == 'string' and answer.audit or 'no audit record'
    vim.notify(('%s, by %s\n%s'):format(answer.decision, by, record))
  end)
end

-- Shows the decision table in its own window.
function ipec.show_table()
  ask('ipec.showTable', {}, function(answer)
    vim.cmd('botright new')
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(answer.text, '\n'))
    vim.bo.modifiable = false
  end)
end

-- Commands for the user and for code lenses.
function ipec.add_commands()
  vim.api.nvim_create_user_command('IpecEvaluate', function(call)
    ipec.evaluate(call.args)
  end, { nargs = '?', desc = 'Evaluate an event (JSON) against the policy' })
  vim.api.nvim_create_user_command('IpecShowTable', ipec.show_table, { desc = 'Show the decision table of the policy' })
  vim.lsp.commands['ipec.showTable'] = ipec.show_table
  -- A lens has an event, to be edited.
  vim.lsp.commands['ipec.evaluate'] = function(command)
    ipec.evaluate(nil, command.arguments[1].event)
  end
  -- A lens leads to the statement that decides.
  vim.lsp.commands['ipec.showStatement'] = function(command)
    local place = command.arguments[1]
    local start = { line = 0, character = 0 }
    vim.lsp.util.jump_to_location({ uri = place.uri, range = place.range or { start = start, ['end'] = start } }, 'utf-16')
  end
end

-- The groups of the syntax file for the tokens of the server, so that no color changes when it answers.
local groups = {
  ['type.keyword'] = 'ipeOp',
  ['type.namespace'] = 'ipeName',
  ['type.number'] = 'ipeHex',
  ['type.class'] = 'ipeOperation',
  ['type.property'] = 'ipeProperty',
  ['type.enumMember'] = 'ipeBoolean',
  ['typemod.enumMember.allow'] = 'ipeAllow',
  ['typemod.enumMember.deny'] = 'ipeDeny',
  ['type.type'] = 'ipeAlgorithm',
  ['type.operator'] = 'ipeEquals',
  ['type.comment'] = 'ipeComment',
  ['type.decorator'] = 'ipeRules',
}

function ipec.link_groups()
  -- Neovim before 0.9 shows no tokens of servers.
  if vim.fn.has('nvim-0.9') == 0 then
    return
  end
  for token, group in pairs(groups) do
    vim.api.nvim_set_hl(0, '@lsp.' .. token .. '.ipe', { link = group, default = true })
  end
end

function ipec.setup(given)
  options = vim.tbl_extend('force', options, given or {})
  ipec.add_commands()
  ipec.link_groups()
  vim.api.nvim_create_autocmd('FileType', {
    pattern = { 'ipe', 'ipelog' },
    group = vim.api.nvim_create_augroup('ipec', {}),
    callback = function(event)
      attach(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains({ 'ipe', 'ipelog' }, vim.bo[buffer].filetype) then
      attach(buffer)
    end
  end
end

return ipec
