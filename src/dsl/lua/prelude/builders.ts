/**
 * `task` and `workflow`: they only collect what the author wrote, with the line it stands on; the
 * checking is done where both languages share it.
 */
export const builderPrelude = `
local await, sync = __await, __call_sync
local TASK_KEYS, WORKFLOW_KEYS = __task_keys, __workflow_keys
__task_keys, __workflow_keys = nil, nil

__tasks, __resources, __workflows = {}, {}, {}

local function here(level)
  local info = debug.getinfo(level + 1, "Sl")
  return info.source, info.currentline
end

local function unknown(what, key, known)
  local names = {}
  for name in pairs(known) do names[#names + 1] = name end
  local near = sync("nearest", tostring(key), names)
  local hint = near ~= "" and "; did you mean " .. near .. "?" or ""
  error("there is no " .. what .. ":" .. tostring(key) .. "()" .. hint, 3)
end

-- The scenario that must not happen: a list ends, without a word, at a name that is nothing.
local function whole(list, what, level)
  local count, last = 0, 0
  for key in pairs(list) do
    if math.type(key) == "integer" and key > 0 then
      count = count + 1
      if key > last then last = key end
    end
  end
  for index = 1, count == last and 0 or last do
    if rawget(list, index) == nil then error(what .. " holds nothing at place " .. index, level + 1) end
  end
end

local function fields_of(raw, what)
  if raw == nil then return {} end
  if type(raw) ~= "table" then error(what .. " wants a table of what it is, not a " .. type(raw), 4) end
  local fields = {}
  for key, value in pairs(raw) do fields[key] = value end
  return fields
end

-- Tasks and resources may be named by themselves, as in :depends_on({ build, config }).
local function name_of(each)
  local raw = type(each) == "table" and rawget(each, "__raw") or nil
  if not raw then return each end
  return raw.type and raw.type .. "." .. tostring(raw.name) or raw.name
end

local function names_of(value)
  if type(value) ~= "table" or rawget(value, "__raw") then return name_of(value) end
  local names = {}
  whole(value, "depends_on", 3)
  for index, each in ipairs(value) do names[index] = name_of(each) end
  return names
end

-- What a resource's property may be made from before it is known: a text that marks the place.
local function reference(kind, of, name)
  return "\\1" .. kind .. "\\2" .. of .. "\\2" .. tostring(name) .. "\\3"
end

-- A setter takes one value; several values are a list, as in :depends_on("a", "b").
local function setter(key)
  return function(self, first, ...)
    if first == nil and select("#", ...) == 0 then error(key .. " got nothing", 2) end
    if select("#", ...) > 0 then first = { first, ... } end
    if type(first) == "table" and not rawget(first, "__raw") then whole(first, key, 2) end
    if key == "depends_on" then first = names_of(first) end
    self.__raw.fields[key] = first
    return self
  end
end

local function methods_of(keys)
  local methods = { build = function(self) return self end }
  for _, key in ipairs(keys) do methods[key] = setter(key) end
  return methods
end

local task_methods = methods_of(TASK_KEYS)
function task_methods.retries(self, count, strategy)
  self.__raw.fields.retries = count
  self.__raw.fields.retry_strategy = strategy
  return self
end

function task_methods.output(self, name)
  return reference("output", tostring(self.__raw.name), name)
end

local task_class = {
  __name = "task",
  __index = function(self, key)
    local method = task_methods[key]
    if method == nil then unknown("task", key, task_methods) end
    return method
  end,
}

-- Tasks may stand in a list, by name, or both: list items first, then those by name, sorted, because
-- a table remembers no order of its names.
local function task_list(tasks)
  if type(tasks) ~= "table" or rawget(tasks, "__raw") then return tasks end
  local list, names = {}, {}
  whole(tasks, "the list of tasks", 3)
  for index, each in ipairs(tasks) do list[index] = each end
  for key in pairs(tasks) do
    if type(key) == "string" then names[#names + 1] = key end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local each = tasks[name]
    if type(each) == "table" and not rawget(each, "__raw") and each.name == nil then
      each = fields_of(each, "a task")
      each.name = name
    end
    list[#list + 1] = each
  end
  return list
end

local workflow_methods = methods_of(WORKFLOW_KEYS)
function workflow_methods.tasks(self, ...)
  local first = ...
  if first == nil and select("#", ...) < 2 then error("tasks got nothing", 2) end
  if select("#", ...) > 1 then first = { ... } end
  self.__raw.fields.tasks = task_list(first)
  return self
end
local workflow_class = {
  __name = "workflow",
  __index = function(self, key)
    local method = workflow_methods[key]
    if method == nil then unknown("workflow", key, workflow_methods) end
    return method
  end,
}

local function new(registry, class, name, raw, source, line)
  local index = #registry + 1
  local object = setmetatable({
    __raw = { name = name, fields = fields_of(raw, class.__name), source = source, line = line, index = index },
  }, class)
  registry[index] = object.__raw
  return object
end

function task(name, raw)
  local source, line = here(2)
  return new(__tasks, task_class, name, raw, source, line)
end

-- resource.<type>(name, properties) declares an object of that type; inside a task it ensures the
-- object at once, and gives { changed, action }.
local resource_class = {
  __name = "resource",
  __index = function(self, key)
    local address = self.__raw.type .. "." .. tostring(self.__raw.name)
    if key == "address" then return address end
    if key == "attribute" then
      return function(_, name) return reference("attribute", address, name) end
    end
    unknown("resource", key, { address = true, attribute = true })
  end,
}

resource = setmetatable({}, {
  __index = function(_, type_name)
    return function(name, raw)
      local source, line = here(2)
      if rawget(_G, "__tasks_run") then
        local fields = fields_of(raw, "resource." .. type_name)
        fields.depends_on = names_of(fields.depends_on)
        return await("resource.ensure", type_name, name, fields, line)
      end
      local object = new(__resources, resource_class, name, raw, source, line)
      object.__raw.type = type_name
      object.__raw.fields.depends_on = names_of(object.__raw.fields.depends_on)
      return object
    end
  end,
})

workflow = {
  define = function(name, raw)
    local source, line = here(2)
    local defined = new(__workflows, workflow_class, name, raw, source, line)
    local fields = defined.__raw.fields
    fields.tasks = task_list(fields.tasks)
    return defined
  end,
}
`;
