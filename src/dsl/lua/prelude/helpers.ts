/**
 * Helpers for tasks over the same providers that resources have: each brings an object to what is
 * wanted, changes nothing where it is so already, gives `{ changed, action }`, and registers the
 * object with the stack. They take a table, or the usual arguments in their usual order.
 */
export const helperPrelude = `
local await = __await

local OWN = debug.getinfo(1, "S").source

-- The line of the workflow that called, however many of our own functions lie between.
local function line_of_caller()
  for level = 2, 12 do
    local info = debug.getinfo(level, "Sl")
    if info and info.source ~= OWN and info.currentline > 0 then return info.currentline end
  end
  return 1
end

-- The table a helper was called with; positional arguments get their names.
local function options(first, names, ...)
  if type(first) == "table" then return first end
  local given, rest = { [names[1]] = first }, { ... }
  for index = 2, #names do given[names[index]] = rest[index - 1] end
  local last = rest[#names]
  if type(last) == "table" then
    for key, value in pairs(last) do given[key] = value end
  end
  return given
end

local function perform(type_name, name, fields, absent)
  local call = absent and "resource.absent" or "resource.ensure"
  return await(call, type_name, name, fields, line_of_caller())
end

local function inspect(type_name, name, fields)
  return await("resource.inspect", type_name, name, fields, line_of_caller())
end

local function is_absent(given) return given.state == "absent" end

-- Several of them count as changed where one of them is.
local function each_of(names, action)
  if type(names) ~= "table" then return action(names) end
  local result = { changed = false, action = "unchanged" }
  for _, name in ipairs(names) do
    local one = action(name)
    if one.changed then result = one end
  end
  return result
end

file_ops = {}

local function file_fields(given)
  -- What is to be absent needs no content to be named by.
  local content = is_absent(given) and not (given.src or given.url) and "" or nil
  return { path = given.dest, content = given.content or content,
    mode = given.mode, owner = given.owner, group = given.group }
end

function file_ops.copy(...)
  local given = options((...), { "src", "dest" }, select(2, ...))
  local fields = file_fields(given)
  fields.source = given.src
  return perform("file", given.dest, fields, is_absent(given))
end

function file_ops.fetch(...)
  local given = options((...), { "url", "dest" }, select(2, ...))
  local fields = file_fields(given)
  fields.source, fields.checksum = given.url or given.src, given.checksum
  return perform("file", given.dest, fields, is_absent(given))
end

function file_ops.template(...)
  local given = options((...), { "src", "dest", "vars" }, select(2, ...))
  local fields = file_fields(given)
  fields.source = given.src
  fields.values, fields.check = given.vars or given.values, given.validate or given.check
  return perform("template", given.dest, fields, is_absent(given))
end

function file_ops.lineinfile(...)
  local given = options((...), { "path", "line" }, select(2, ...))
  local match = given.regexp or given.match
  local fields = { path = given.path, line = given.line or "", match = match }
  return perform("line", given.path .. ": " .. (match or given.line), fields, is_absent(given))
end

function file_ops.blockinfile(...)
  local given = options((...), { "path", "block", "name" }, select(2, ...))
  local name = given.name or given.marker or "sloth-runner"
  local content = given.block or given.content or ""
  local fields = { path = given.path, name = name, content = content, comment = given.comment }
  return perform("block", given.path .. ": " .. name, fields, is_absent(given))
end

function file_ops.replace(...)
  local given = options((...), { "path", "pattern", "replacement" }, select(2, ...))
  local match = given.pattern or given.regexp or given.match
  local fields = { path = given.path, match = match, with = given.replacement or given.with }
  return perform("replace", given.path .. ": " .. tostring(match), fields)
end

function file_ops.unarchive(...)
  local given = options((...), { "src", "dest" }, select(2, ...))
  local fields = { source = given.src, path = given.dest }
  return perform("archive", given.dest, fields, is_absent(given))
end

function file_ops.stat(path)
  if type(path) == "table" then path = path.path end
  local found = await("fs.stat", path)
  if not found then return { exists = false } end
  found.exists = true
  return found
end

pkg = {}

local function package_names(given) return given.packages or given.name or given.package end

function pkg.install(...)
  local given = options((...), { "name", "version" }, select(2, ...))
  return each_of(package_names(given), function(name)
    local fields = { name = name, version = given.version, manager = given.manager, root = given.root }
    return perform("package", name, fields)
  end)
end

function pkg.remove(...)
  local given = options((...), { "name" }, select(2, ...))
  return each_of(package_names(given), function(name)
    local fields = { name = name, manager = given.manager, root = given.root }
    return perform("package", name, fields, true)
  end)
end

-- Only a version that is asked for is told.
local function package_of(first, ...)
  local given = options(first, { "name" }, ...)
  local fields = { name = given.name, version = "any", manager = given.manager, root = given.root }
  return inspect("package", given.name, fields)
end

function pkg.is_installed(...) return package_of(...) ~= nil end

function pkg.version(...)
  local found = package_of(...)
  return found and found.version
end

function pkg.update()
  local script = [[
    for each in apt-get dnf apk pacman brew; do command -v $each >/dev/null && break; done
    case $each in
      apt-get) exec apt-get update ;; dnf) exec dnf --assumeyes makecache ;;
      apk) exec apk update ;; pacman) exec pacman --sync --refresh ;; brew) exec brew update ;;
    esac]]
  local result = await("exec.run", { "/bin/sh", "-c", script })
  if not result.success then error("the lists of packages could not be updated: " .. result.output, 2) end
  return { changed = true, action = "updated" }
end

systemd = {}

local function service(fields)
  return function(...)
    local given = options((...), { "name" }, select(2, ...))
    local wanted = { name = given.name or given.service, root = given.root }
    for key, value in pairs(fields) do wanted[key] = value end
    -- What was said of it before stays: enabling a service doesn't stop it.
    local known = inspect("service", wanted.name, { name = wanted.name, enabled = true, root = given.root })
    if known then
      if wanted.status == nil then wanted.status = known.status end
      if wanted.enabled == nil then wanted.enabled = known.enabled end
    end
    return perform("service", wanted.name, wanted)
  end
end

systemd.start = service({ status = "running" })
systemd.stop = service({ status = "stopped" })
systemd.enable = service({ enabled = true })
systemd.disable = service({ enabled = false })

local function service_state(first, ...)
  local given = options(first, { "name" }, ...)
  local name = given.name or given.service
  return inspect("service", name, { name = name, enabled = true, root = given.root }), given, name
end

function systemd.status(...)
  local found = service_state(...)
  return found and found.status or "unknown"
end

function systemd.is_active(...) return systemd.status(...) == "running" end

-- Restarting is done whatever the state is: it always changes something.
function systemd.restart(...)
  local found, given, name = service_state(...)
  if not found then error("there is no service '" .. tostring(name) .. "'", 2) end
  local root = given.root
  local script = (root or "") .. "/etc/init.d/" .. name
  local has_systemd = root == nil and await("fs.exists", "/run/systemd/system")
  local command = has_systemd and { "systemctl", "restart", name } or { script, "restart" }
  local result = await("exec.run", command)
  if not result.success then error("service '" .. name .. "' did not restart: " .. result.output, 2) end
  return { changed = true, action = "restarted" }
end

user = {}

function user.create(...)
  local given = options((...), { "name" }, select(2, ...))
  local fields = {}
  for key, value in pairs(given) do fields[key] = value end
  fields.state = nil
  return perform("user", given.name, fields, is_absent(given))
end

function user.remove(...)
  local given = options((...), { "name" }, select(2, ...))
  return perform("user", given.name, { name = given.name, root = given.root }, true)
end

function user.exists(...)
  local given = options((...), { "name" }, select(2, ...))
  return inspect("user", given.name, { name = given.name, root = given.root }) ~= nil
end

git = {}

local function checkout(given, ref)
  local path = given.path or given.dest or given.local_path
  local remote = given.url or given.remote
  if remote == nil then
    local known = inspect("git", path, { path = path, remote = "." })
    if not known then error("there is no checkout at " .. tostring(path), 3) end
    remote = known.remote
  end
  return perform("git", path, { path = path, remote = remote, ref = ref })
end

function git.clone(...)
  local given = options((...), { "url", "path" }, select(2, ...))
  return checkout(given, given.ref or given.branch)
end

function git.pull(...)
  local given = options((...), { "path", "ref" }, select(2, ...))
  return checkout(given, given.ref or given.branch)
end

function git.checkout(...)
  local given = options((...), { "path", "ref" }, select(2, ...))
  return checkout(given, given.ref or given.branch)
end
`;
