/** Failures of the host as Lua sees them: values that read as their message, also when concatenated. */
export const failurePrelude = `
local failure_class = { __name = "failure" }
failure_class.__tostring = function(self) return self.message end
failure_class.__concat = function(a, b) return tostring(a) .. tostring(b) end

function __failure(message, index)
  return setmetatable({ message = message, index = index }, failure_class)
end

function __failure_index(value)
  if type(value) == "table" and getmetatable(value) == failure_class then return rawget(value, "index") end
  return 0
end
`;
