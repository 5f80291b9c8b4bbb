/**
 * The part of the prelude on which the rest stands: calls to the host. An asynchronous one yields to
 * the scheduler, which resumes the thread with the answer. So that this also works inside the
 * author's own coroutines, `resume` and `wrap` hand such a yield on to the outermost thread.
 */
export const corePrelude = `
local MARK, SYNC = __mark, __sync
__mark, __sync = nil, nil
local yield, resume, create, status = coroutine.yield, coroutine.resume, coroutine.create, coroutine.status
local isyieldable = coroutine.isyieldable

local function settle(ok, ...)
  if not ok then error((...), 0) end
  return ...
end

function __await(name, ...)
  if not isyieldable() then
    error(name .. " can't be called here: inside a callback of table.sort or string.gsub nothing can wait", 3)
  end
  return settle(yield(MARK, name, ...))
end

function __call_sync(name, ...)
  return settle(SYNC(name, ...))
end

local function pump(co, ok, first, ...)
  if ok and first == MARK and status(co) == "suspended" then
    return pump(co, resume(co, yield(MARK, ...)))
  end
  return ok, first, ...
end

function coroutine.resume(co, ...)
  return pump(co, resume(co, ...))
end

function coroutine.wrap(body)
  local co = create(body)
  return function(...)
    return settle(pump(co, resume(co, ...)))
  end
end
`;
