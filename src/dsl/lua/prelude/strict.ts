/**
 * The end of the prelude: a name that nobody defined is an error at its line. In Lua it is `nil`, and a
 * list of tasks ends at the first typing error in it, without a word.
 */
export const strictPrelude = `
local sync = __call_sync
local error, pairs, rawget, setmetatable, tostring, type = error, pairs, rawget, setmetatable, tostring, type

-- What code that runs under several Luas asks for; nil, as it expects.
local OTHERS = {}
for _, name in ipairs({ "unpack", "loadstring", "setfenv", "getfenv", "module", "jit", "bit", "bit32",
  "ffi", "arg", "newproxy", "gcinfo" }) do
  OTHERS[name] = true
end

local getinfo, getlocal, getupvalue = debug.getinfo, debug.getlocal, debug.getupvalue

-- The names that a function sees beside the global ones.
local function add_locals(names, level)
  for index = 1, 200 do
    local name = getlocal(level + 1, index)
    if not name then break end
    names[#names + 1] = name
  end
  local info = getinfo(level + 1, "f")
  for index = 1, 200 do
    local name = info and getupvalue(info.func, index)
    if not name then break end
    names[#names + 1] = name
  end
end

local function hint(name, known, level)
  local names = {}
  for key in pairs(known) do
    if type(key) == "string" and key:sub(1, 2) ~= "__" then names[#names + 1] = key end
  end
  if level then add_locals(names, level + 1) end
  local near = sync("nearest", tostring(name), names)
  return near ~= "" and "; did you mean " .. near .. "?" or ""
end

for _, name in ipairs({ "state", "stack", "exec", "log", "fs", "json", "yaml", "http", "workflow",
  "file_ops", "pkg", "systemd", "user", "git" }) do
  setmetatable(_G[name], {
    __index = function(self, key)
      error("there is no " .. name .. "." .. tostring(key) .. hint(key, self), 2)
    end,
  })
end

__await, __call_sync = nil, nil

setmetatable(_G, {
  __index = function(self, name)
    if OTHERS[name] then return nil end
    error("nothing is defined as '" .. tostring(name) .. "'" .. hint(name, self, 2), 2)
  end,
})
`;
