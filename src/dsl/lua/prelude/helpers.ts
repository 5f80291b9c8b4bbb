/**
 * Helpers for tasks over the same providers that resources have: each brings an object to what is
 * wanted, changes nothing where it is so already, gives `{ changed, action }`, and registers the
 * object with the stack. They take a table, or the usual arguments in their usual order.
 */
export const helperPrelude = `
local await, sync = __await, __call_sync
local error, getinfo, pairs, tostring, type = error, debug.getinfo, pairs, tostring, type

local OWN = getinfo(1, "S").source

-- The line of the workflow that called, however many of our own functions lie between.
local function line_of_caller()
  for level = 2, 12 do
    local info = getinfo(level, "Sl")
    if info and info.source ~= OWN and info.currentline > 0 then return info.currentline, level - 1 end
  end
  return 1, 2
end

-- An error at the line of the workflow that called.
local function fail(message)
  local _, level = line_of_caller()
  error(message, level)
end

-- What an option has to be; any other is a text.
local KINDS = {
  vars = { table = true }, values = { table = true },
  packages = { table = true, string = true }, name = { table = true, string = true },
  mode = { string = true, number = true }, content = { string = true, number = true },
  block = { string = true, number = true }, line = { string = true, number = true },
  version = { string = true, number = true }, replacement = { string = true, number = true },
}
local TEXT = { string = true }

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

-- Refuses what a helper doesn't know: an option that is ignored would change something else than was
-- meant. A helper names its arguments in their order, its other options, and what it can't do without.
local function check(helper, given)
  for key, value in pairs(given) do
    if not helper.known[key] then
      local near = sync("nearest", tostring(key), helper.names)
      local hint = near ~= "" and "; did you mean " .. near .. "?"
        or "; it knows " .. table.concat(helper.names, ", ")
      fail(helper.name .. " has no option '" .. tostring(key) .. "'" .. hint)
    end
    local kinds = helper.any and key ~= "name" and { [type(value)] = true } or KINDS[key] or TEXT
    if not kinds[type(value)] then
      local wanted = kinds.string and "a text" or "a table"
      fail(helper.name .. ": '" .. key .. "' must be " .. wanted .. ", not a " .. type(value))
    end
    if key == "state" and value ~= "present" and value ~= "absent" then
      fail(helper.name .. ": 'state' must be present or absent, not " .. tostring(value))
    end
  end
  for _, name in ipairs(helper.needs) do
    local is_there = false
    for other in name:gmatch("[^|]+") do is_there = is_there or given[other] ~= nil end
    if not is_there then fail(helper.name .. " needs '" .. name:gsub("|.*", "") .. "'") end
  end
  return given
end

-- The table a helper was called with; positional arguments get their names.
local function options(helper, ...)
  local first, order = (...), helper.order
  if type(first) == "table" and select("#", ...) == 1 then return check(helper, first) end
  local rest = table.pack(...)
  local given = {}
  for index, name in ipairs(order) do given[name] = rest[index] end
  local last = rest[#order + 1]
  if type(last) == "table" then
    for key, value in pairs(last) do given[key] = value end
  elseif last ~= nil or rest.n > #order + 1 then
    fail(helper.name .. " takes " .. table.concat(order, ", ") .. " and a table of options")
  end
  return check(helper, given)
end

local function helper(name, order, more, needs)
  local names, known = words(order .. " " .. more), {}
  for _, each in ipairs(names) do known[each] = true end
  return { name = name, order = words(order), names = names, known = known, needs = words(needs or "") }
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
  local result, count = { changed = false, action = "unchanged" }, 0
  for key in pairs(names) do count = count + 1 end
  if count ~= #names or count == 0 then fail("the list of names is empty, or holds nothing at one place") end
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

local of_file_ops_copy = helper("file_ops.copy", "src dest", "content mode owner group state", "dest")
function file_ops.copy(...)
  local given = options(of_file_ops_copy, ...)
  local fields = file_fields(given)
  fields.source = given.src
  return perform("file", given.dest, fields, is_absent(given))
end

local of_file_ops_fetch = helper("file_ops.fetch", "url dest", "src checksum mode owner group state content", "dest")
function file_ops.fetch(...)
  local given = options(of_file_ops_fetch, ...)
  local fields = file_fields(given)
  fields.source, fields.checksum = given.url or given.src, given.checksum
  return perform("file", given.dest, fields, is_absent(given))
end

local of_file_ops_template = helper("file_ops.template", "src dest vars", "values content validate check mode owner group state", "dest")
function file_ops.template(...)
  local given = options(of_file_ops_template, ...)
  local fields = file_fields(given)
  fields.source = given.src
  fields.values, fields.check = given.vars or given.values, given.validate or given.check
  return perform("template", given.dest, fields, is_absent(given))
end

local of_file_ops_lineinfile = helper("file_ops.lineinfile", "path line", "regexp match state", "path line|regexp|match")
function file_ops.lineinfile(...)
  local given = options(of_file_ops_lineinfile, ...)
  local match = given.regexp or given.match
  local fields = { path = given.path, line = given.line or "", match = match }
  return perform("line", given.path .. ": " .. (match or given.line), fields, is_absent(given))
end

local of_file_ops_blockinfile = helper("file_ops.blockinfile", "path block name", "marker content comment state", "path")
function file_ops.blockinfile(...)
  local given = options(of_file_ops_blockinfile, ...)
  local name = given.name or given.marker or "sloth-runner"
  local content = given.block or given.content or ""
  local fields = { path = given.path, name = name, content = content, comment = given.comment }
  return perform("block", given.path .. ": " .. name, fields, is_absent(given))
end

local of_file_ops_replace = helper("file_ops.replace", "path pattern replacement", "regexp match with", "path pattern|regexp|match")
function file_ops.replace(...)
  local given = options(of_file_ops_replace, ...)
  local match = given.pattern or given.regexp or given.match
  local fields = { path = given.path, match = match, with = given.replacement or given.with }
  return perform("replace", given.path .. ": " .. tostring(match), fields)
end

local of_file_ops_unarchive = helper("file_ops.unarchive", "src dest", "state", "dest")
function file_ops.unarchive(...)
  local given = options(of_file_ops_unarchive, ...)
  local fields = { source = given.src, path = given.dest }
  return perform("archive", given.dest, fields, is_absent(given))
end

local of_stat = helper("file_ops.stat", "path", "", "path")
function file_ops.stat(path)
  if type(path) == "table" then path = check(of_stat, path).path end
  if type(path) ~= "string" then fail("file_ops.stat: 'path' must be a text, not a " .. type(path)) end
  local found = await("fs.stat", path)
  if not found then return { exists = false } end
  found.exists = true
  return found
end

pkg = {}

local function package_names(given) return given.packages or given.name or given.package end

local of_pkg_install = helper("pkg.install", "name version", "packages package manager root", "name|packages|package")
function pkg.install(...)
  local given = options(of_pkg_install, ...)
  return each_of(package_names(given), function(name)
    local fields = { name = name, version = given.version, manager = given.manager, root = given.root }
    return perform("package", name, fields)
  end)
end

local of_pkg_remove = helper("pkg.remove", "name", "packages package manager root", "name|packages|package")
function pkg.remove(...)
  local given = options(of_pkg_remove, ...)
  return each_of(package_names(given), function(name)
    local fields = { name = name, manager = given.manager, root = given.root }
    return perform("package", name, fields, true)
  end)
end

-- Only a version that is asked for is told.
local of_package = helper("pkg", "name", "manager root", "name")
local function package_of(...)
  local given = options(of_package, ...)
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
  if not result.success then fail("the lists of packages could not be updated: " .. result.output) end
  return { changed = true, action = "updated" }
end

systemd = {}

local of_service = helper("systemd", "name", "service root", "name|service")
local function service(fields)
  return function(...)
    local given = options(of_service, ...)
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

local function service_state(...)
  local given = options(of_service, ...)
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
  if not found then fail("there is no service '" .. name .. "'") end
  local root = given.root
  local script = (root or "") .. "/etc/init.d/" .. name
  local has_systemd = root == nil and await("fs.exists", "/run/systemd/system")
  local command = has_systemd and { "systemctl", "restart", name } or { script, "restart" }
  local result = await("exec.run", command)
  if not result.success then fail("service '" .. name .. "' did not restart: " .. result.output) end
  return { changed = true, action = "restarted" }
end

user = {}

local of_user_create = helper("user.create", "name", "uid group groups home shell comment system state root create_home", "name")
of_user_create.any = true
function user.create(...)
  local given = options(of_user_create, ...)
  local fields = {}
  for key, value in pairs(given) do fields[key] = value end
  fields.state = nil
  return perform("user", given.name, fields, is_absent(given))
end

local of_user_remove = helper("user.remove", "name", "root", "name")
function user.remove(...)
  local given = options(of_user_remove, ...)
  return perform("user", given.name, { name = given.name, root = given.root }, true)
end

local of_user_exists = helper("user.exists", "name", "root", "name")
function user.exists(...)
  local given = options(of_user_exists, ...)
  return inspect("user", given.name, { name = given.name, root = given.root }) ~= nil
end

git = {}

local function checkout(given, ref)
  local path = given.path or given.dest or given.local_path
  local remote = given.url or given.remote
  if remote == nil then
    local known = inspect("git", path, { path = path, remote = "." })
    if not known then fail("there is no checkout at " .. path) end
    remote = known.remote
  end
  return perform("git", path, { path = path, remote = remote, ref = ref })
end

local of_git_clone = helper("git.clone", "url path", "dest local_path remote ref branch", "url|remote path|dest|local_path")
function git.clone(...)
  local given = options(of_git_clone, ...)
  return checkout(given, given.ref or given.branch)
end

local of_git_pull = helper("git.pull", "path ref", "dest local_path url remote branch", "path|dest|local_path")
function git.pull(...)
  local given = options(of_git_pull, ...)
  return checkout(given, given.ref or given.branch)
end

local of_git_checkout = helper("git.checkout", "path ref", "dest local_path url remote branch", "path|dest|local_path")
function git.checkout(...)
  local given = options(of_git_checkout, ...)
  return checkout(given, given.ref or given.branch)
end
`;
