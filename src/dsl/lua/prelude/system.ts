/**
 * Lua's own \`os\`, \`io\` and \`require\` over the real machine: the ones that come with the engine see
 * an empty file system of their own and a made-up user.
 */
export const systemPrelude = `
local await, sync = __await, __call_sync
local real_error, setmetatable, type = error, setmetatable, type

-- Functions that report failure as nil and a message, as Lua's own do.
local function attempt(name, ...)
  local results = table.pack(pcall(await, name, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  return nil, tostring(results[2]), 1
end

os.getenv = function(name) return sync("os.getenv", name) end
os.execute = function(command)
  if command == nil then return true end
  local result = await("exec.run", command, { keep_output = false })
  return result.success or nil, "exit", result.exit_code
end
os.remove = function(path)
  local removed, message, code = attempt("fs.remove", path)
  if removed == nil then return nil, message, code end
  if not removed then return nil, path .. ": No such file or directory", 2 end
  return true
end
os.rename = function(from, to)
  local _, message, code = attempt("fs.rename", from, to)
  if message then return nil, message, code end
  return true
end
os.tmpname = function() return await("os.tmpname") end
os.exit = function(code)
  if code == nil or code == true or code == 0 then code = "0" end
  real_error("os.exit(" .. tostring(code) .. ") was called; a task ends by returning", 2)
end
os.setlocale = nil

local file_class = { __name = "FILE*" }
file_class.__index = file_class

local function open_check(file)
  if file.closed then real_error("attempt to use a closed file", 3) end
end

local function read_one(file, format)
  local text, at = file.text, file.at
  if type(format) == "number" then
    if at > #text then return format == 0 and nil or nil end
    file.at = at + format
    return text:sub(at, at + format - 1)
  end
  format = format:gsub("^%*", ""):sub(1, 1)
  if format == "a" then
    file.at = #text + 1
    return text:sub(at)
  end
  if at > #text then return nil end
  if format == "n" then
    local from, to = text:find("^%s*[-+]?[%w%.]+", at)
    if not from then return nil end
    file.at = to + 1
    return tonumber(text:sub(from, to))
  end
  local stop = text:find("\\n", at, true)
  file.at = (stop or #text) + 1
  if format == "L" then return text:sub(at, stop or #text) end
  return text:sub(at, stop and stop - 1 or #text)
end

function file_class:read(...)
  open_check(self)
  if not self.text then return nil, "the file is not open for reading" end
  local formats = select("#", ...) == 0 and { "l" } or { ... }
  local results = {}
  for index, format in ipairs(formats) do
    results[index] = read_one(self, format)
    if results[index] == nil then break end
  end
  return table.unpack(results, 1, #formats)
end

function file_class:lines(...)
  local formats = table.pack(...)
  return function() return self:read(table.unpack(formats, 1, formats.n)) end
end

function file_class:write(...)
  open_check(self)
  local parts = table.pack(...)
  for index = 1, parts.n do parts[index] = tostring(parts[index]) end
  local message = self.put(table.concat(parts))
  if message then return nil, message end
  return self
end

function file_class:seek(whence, offset)
  if not self.text then return nil, "the file can't be positioned" end
  local base = whence == "set" and 0 or whence == "end" and #self.text or self.at - 1
  self.at = base + (offset or 0) + 1
  return self.at - 1
end

function file_class:flush() return self end
function file_class:setvbuf() return true end
function file_class:close()
  if self.closed then return true end
  self.closed = true
  if self.finish then return self.finish() end
  return true
end
file_class.__close = file_class.close
file_class.__tostring = function(self) return self.closed and "file (closed)" or "file" end

local function new_file(fields)
  fields.at = 1
  return setmetatable(fields, file_class)
end

local function appender(path)
  return function(text)
    local _, message = attempt("fs.append", path, text)
    return message
  end
end

function io.open(path, mode)
  if type(path) ~= "string" then real_error("io.open wants a path, not a " .. type(path), 2) end
  local kind = (mode or "r"):gsub("b", "")
  if kind == "r" then
    local text, message, code = attempt("fs.read", path)
    if not text then return nil, path .. ": " .. message, code end
    return new_file({ text = text, put = function() return "the file is not open for writing" end })
  end
  if kind ~= "w" and kind ~= "a" then
    return nil, path .. ": mode '" .. tostring(mode) .. "' is not supported; read or write, not both"
  end
  local _, message = attempt(kind == "w" and "fs.write" or "fs.append", path, "")
  if message then return nil, path .. ": " .. message, 1 end
  return new_file({ put = appender(path) })
end

function io.popen(command, mode)
  if mode == "w" then
    local pieces = {}
    return new_file({
      put = function(text) pieces[#pieces + 1] = text end,
      finish = function()
        local result = await("exec.run", command, { stdin = table.concat(pieces), keep_output = false })
        return result.success or nil, "exit", result.exit_code
      end,
    })
  end
  local result = await("exec.run", command)
  return new_file({
    text = result.stdout,
    put = function() return "the pipe is not open for writing" end,
    finish = function() return result.success or nil, "exit", result.exit_code end,
  })
end

local function printer() return function(text) sync("print", text) end end
io.stdin = new_file({ text = "", put = function() return "standard input can't be written" end })
io.stdout = new_file({ put = printer() })
io.stderr = new_file({ put = printer() })

local current_input, current_output = io.stdin, io.stdout
local function selected(file, mode)
  if type(file) ~= "string" then return file end
  local opened, message = io.open(file, mode)
  if not opened then real_error(message, 3) end
  return opened
end
function io.input(file)
  if file ~= nil then current_input = selected(file, "r") end
  return current_input
end
function io.output(file)
  if file ~= nil then current_output = selected(file, "w") end
  return current_output
end
function io.read(...) return current_input:read(...) end
function io.write(...) return current_output:write(...) end
function io.close(file) return (file or current_output):close() end
function io.type(file)
  if getmetatable(file) ~= file_class then return nil end
  return file.closed and "closed file" or "file"
end
function io.tmpfile() return io.open(os.tmpname(), "w") end
function io.lines(path, ...)
  if path == nil then return current_input:lines(...) end
  if type(path) ~= "string" then real_error("io.lines wants a path, not a " .. type(path), 2) end
  local file, message = io.open(path, "r")
  if not file then real_error(message, 2) end
  return file:lines(...)
end

-- require: the modules above by name, then files beside the workflow.
local loaded = {}
for _, name in ipairs(__modules) do loaded[name] = _G[name] end
__modules = nil
package.loaded = loaded

function loadfile(path, mode, env)
  local text, message = attempt("fs.read", path)
  if not text then return nil, message end
  -- As the file itself: a mark of its encoding and a first line for the system are no code.
  text = text:gsub("^\\239\\187\\191", ""):gsub("^#[^\\n]*", "")
  return load(text, sync("source.add", path, text), mode or "t", env or _G)
end

function dofile(path)
  local chunk, message = loadfile(path)
  if not chunk then real_error(message, 2) end
  return chunk()
end

function require(name)
  if loaded[name] ~= nil then return loaded[name] end
  if type(name) ~= "string" then real_error("require wants the name of a module", 2) end
  local path = await("module.find", name)
  local chunk, message = loadfile(path)
  if not chunk then real_error(message, 2) end
  local result = chunk(name, path)
  loaded[name] = result == nil and true or result
  return loaded[name]
end
package.searchpath, package.loadlib, package.cpath = nil, nil, ""

-- How the runtime calls a task's function.
local dependency_class = function(extra)
  return { __index = extra }
end
local function readable(name, result)
  local extra = { message = result.message, ok = true, outputs = result.outputs }
  -- What was cut is not handed over as if it were all.
  if not result.is_cut then extra.output = result.output
  else
    setmetatable(extra, { __index = function(_, key)
      if key == "output" then sync("task.output_cut", name) end
    end })
  end
  return setmetatable(result.outputs, dependency_class(extra))
end
function __invoke(body, self, params, deps, told)
  for name, result in pairs(deps) do deps[name] = readable(name, result) end
  if told.kind == "completed" then return body(readable(self.name, told.result), self, params, deps) end
  if told.kind == "failed" then return body(told.error, self, params, deps) end
  if told.kind == "ended" then return body(told.success, told.results, self, params, deps) end
  return body(self, params, deps)
end
`;
