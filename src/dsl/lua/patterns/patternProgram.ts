/** What the thread of patterns runs: the library's own functions, with all results in a list. */
export const patternProgram = `
local MARK = "\\0\\1mark\\0\\2"

local operations = {
  find = function(subject, pattern, init) return { string.find(subject, pattern, init) } end,
  match = function(subject, pattern, init) return { string.match(subject, pattern, init) } end,
  gsub = function(subject, pattern, replacement, most)
    return { string.gsub(subject, pattern, replacement, most) }
  end,
}

function operations.gmatch(subject, pattern, init)
  local all = {}
  local step = string.gmatch(subject, pattern, init)
  local found = { step() }
  while found[1] ~= nil do
    all[#all + 1] = found
    found = { step() }
  end
  return all
end

function operations.split(subject, pattern, most)
  local captures = {}
  string.gsub(subject, pattern, function(...) captures[#captures + 1] = { ... } end, most)
  -- A mark that the text doesn't hold, around each match.
  local mark, n = MARK, 0
  while string.find(subject, mark, 1, true) do
    n = n + 1
    mark = MARK .. n
  end
  local marked = string.gsub(subject, pattern, mark .. "%0" .. mark, most)
  local pieces, from = {}, 1
  while true do
    local first, last = string.find(marked, mark, from, true)
    pieces[#pieces + 1] = string.sub(marked, from, (first or 0) - 1)
    if not first then break end
    from = last + 1
  end
  return { pieces, captures }
end

function __pattern(name, ...) return operations[name](...) end
`;
