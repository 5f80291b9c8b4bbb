/** The modules that need no \`require\`: thin adapters from Lua's manners to the host's calls. */
export const modulePrelude = `
local await, sync = __await, __call_sync

state = {
  set = function(key, value) await("state.set", key, value) end,
  get = function(key, default)
    local value = await("state.get", key)
    if value == nil then return default end
    return value
  end,
  delete = function(key) return await("state.delete", key) end,
  get_all = function() return await("state.get_all") end,
  has = function(key) return await("state.has", key) end,
  keys = function() return await("state.keys") end,
  increment = function(key, by) return await("state.increment", key, by or 1) end,
  compare_swap = function(key, expected, next_value)
    return await("state.compare_swap", key, expected, next_value)
  end,
}

stack = {
  name = function() return sync("stack.name") end,
  set_output = function(key, value, options) await("stack.set_output", key, value, options) end,
  get_output = function(key, name) return await("stack.get_output", key, name) end,
  output = function(name, key) return await("stack.output", name, key) end,
}

-- A result reads like its output wherever a text is wanted.
local result_class = {
  __tostring = function(self) return self.output end,
  __concat = function(a, b) return tostring(a) .. tostring(b) end,
  __len = function(self) return #self.output end,
}

exec = {
  run = function(command, options)
    return setmetatable(await("exec.run", command, options), result_class)
  end,
}

local function logger(level)
  return function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    sync("log", level, table.concat(parts, " "))
  end
end
log = {
  debug = logger("debug"), info = logger("info"), warn = logger("warn"),
  error = logger("error"), success = logger("success"),
}

function print(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  sync("print", table.concat(parts, "\\t") .. "\\n")
end

function secret(value)
  if sync("secret", value) then
    local info = debug.getinfo(2, "Sl")
    sync("log", "warn", ("%s:%d: this secret is short or common: wherever its text stands, it is masked")
      :format(info.short_src, info.currentline))
  end
  return value
end

fs = {}
for _, name in ipairs({ "read", "write", "append", "exists", "stat", "mkdir", "remove", "copy", "rename", "list", "glob" }) do
  fs[name] = function(...) return await("fs." .. name, ...) end
end

json = {
  null = __json_null,
  encode = function(value) return sync("json.encode", value) end,
  decode = function(text) return sync("json.decode", text) end,
}
yaml = {
  encode = function(value) return await("yaml.encode", value) end,
  decode = function(text) return await("yaml.decode", text) end,
}

local function request(name, url, fixed, options)
  if options ~= nil and type(options) ~= "table" then
    error("http." .. name .. ": the options must be a table, not a " .. type(options), 3)
  end
  local wanted = {}
  for key, value in pairs(options or {}) do wanted[key] = value end
  for key, value in pairs(fixed) do wanted[key] = value end
  return await("http.request", url, wanted)
end
http = {
  get = function(url, options) return request("get", url, { method = "GET" }, options) end,
  delete = function(url, options) return request("delete", url, { method = "DELETE" }, options) end,
  post = function(url, body, options)
    return request("post", url, { method = "POST", body = body }, options)
  end,
  put = function(url, body, options)
    return request("put", url, { method = "PUT", body = body }, options)
  end,
  request = function(url, options) return request("request", url, {}, options) end,
}
__json_null = nil
`;
