/**
 * Pattern matching that never holds up the program. Lua matches in one go, in time that may grow with a
 * power of the text's length: nothing can look at the clock meanwhile. What may take long is done in a
 * thread beside, and waited for like any call to the host.
 */
export const patternPrelude = `
local await, isyieldable, unpack = __await, coroutine.isyieldable, table.unpack
local find, match, gmatch, gsub = string.find, string.match, string.gmatch, string.gsub
-- Steps that may be made here at once: some tenths of a second.
local MOST = 1e8
local KEPT = 500

local repeats, kept = {}, 0

-- How many parts of a pattern can be longer or shorter.
local function count(pattern)
  local known = repeats[pattern]
  if known then return known end
  local plain = gsub(gsub(pattern, "%%[^b]", "x"), "%[%^?%]?[^%]]*%]", "x")
  local _, n = gsub(plain, "[*+-]", "")
  local _, balanced = gsub(plain, "%%b", "")
  if kept >= KEPT then repeats, kept = {}, 0 end
  repeats[pattern], kept = n + balanced, kept + 1
  return n + balanced
end

local function takes_long(subject, pattern)
  if type(subject) ~= "string" or type(pattern) ~= "string" then return false end
  local length = #subject
  if length < 32 then return false end
  local choices = count(pattern)
  if find(pattern, "^", 1, true) ~= 1 then choices = choices + 1 end
  local steps = 1
  for i = 1, choices do steps = steps * length / i end
  return steps > MOST and isyieldable()
end

function string.find(subject, pattern, init, plain)
  if plain or not takes_long(subject, pattern) then return find(subject, pattern, init, plain) end
  return unpack(await("pattern.run", "find", subject, pattern, init or 1))
end

function string.match(subject, pattern, init)
  if not takes_long(subject, pattern) then return match(subject, pattern, init) end
  return unpack(await("pattern.run", "match", subject, pattern, init or 1))
end

function string.gmatch(subject, pattern, init)
  if not takes_long(subject, pattern) then return gmatch(subject, pattern, init) end
  local all, i = await("pattern.run", "gmatch", subject, pattern, init or 1), 0
  return function()
    i = i + 1
    if all[i] then return unpack(all[i]) end
  end
end

local function replaced(whole, value)
  if not value then return whole end
  local kind = type(value)
  if kind ~= "string" and kind ~= "number" then
    error("invalid replacement value (a " .. kind .. ")", 3)
  end
  return value
end

function string.gsub(subject, pattern, replacement, most)
  if not takes_long(subject, pattern) then return gsub(subject, pattern, replacement, most) end
  local kind = type(replacement)
  if kind ~= "table" and kind ~= "function" then
    return unpack(await("pattern.run", "gsub", subject, pattern, replacement, most))
  end
  -- Pieces that stay and pieces that matched, in turn; and what each of these captured.
  local pieces, captures = unpack(await("pattern.run", "split", subject, pattern, most))
  for i, captured in ipairs(captures) do
    local value
    if kind == "table" then value = replacement[captured[1]] else value = replacement(unpack(captured)) end
    pieces[2 * i] = replaced(pieces[2 * i], value)
  end
  return table.concat(pieces), #captures
end
`;
