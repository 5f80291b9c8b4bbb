import { SlothError } from '../../errors/SlothError.ts';
import { bytesToText, textToBytes } from '../../model/bytes.ts';
import type { JsonValue } from '../../model/json.ts';
import type { FunctionHandle } from '../../model/workflow.ts';
import { type LuaApi, LuaType, type RawModule, REGISTRY } from './LuaState.ts';

/** Carries values between JavaScript and Lua with their types. */
export interface Marshal {
  /** Pushes a JSON value; `undefined` and a `null` at the top become `nil`. */
  push(L: number, value: JsonValue | undefined): void;
  /**
   * The value at an index as JSON; `nil` is `undefined`. Refuses what JSON can't hold with
   * `value.not_json`, naming where in the value it stands.
   */
  read(L: number, index: number, where: string): JsonValue | undefined;
  /** As `read`, but functions become handles: for what a workflow file declares. */
  readDefinition(L: number, index: number, where: string): unknown;
  pushText(L: number, text: string): void;
  text(L: number, index: number): string;
  /** Pushes the value that stands for `null` inside tables. */
  pushNull(L: number): void;
}

interface Walk {
  readonly parents: Set<number>;
  readonly functions: boolean;
}

/**
 * Makes a marshal for one engine.
 *
 * Whole numbers are Lua integers and come back whole; other numbers stay floats. A list that came
 * from JSON carries a mark, so that an empty one is a list again and not a table. Lua's strings are
 * bytes, and go as `model/bytes` spells them: all of them come back, a NUL or a broken character too.
 */
export function createMarshal(api: LuaApi, anchor: number): Marshal {
  const raw = api.module as unknown as RawModule;
  const encoder = new TextEncoder();
  const lengthAt = raw._malloc(8);
  let scratch = raw._malloc(4096);
  let scratchSize = 4096;

  api.lua_createtable(anchor, 0, 0);
  const listMark = api.luaL_ref(anchor, REGISTRY);
  const nullMark = createNull();

  /** JSON's null inside tables: one value of its own, since a table can't hold nil. */
  function createNull(): { readonly ref: number; readonly pointer: number } {
    api.lua_createtable(anchor, 0, 0);
    const pointer = api.lua_topointer(anchor, -1);
    return { ref: api.luaL_ref(anchor, REGISTRY), pointer };
  }

  function pushText(L: number, value: string): void {
    if (!value.isWellFormed()) {
      pushBytes(L, textToBytes(value));
      return;
    }
    const most = value.length * 3;
    if (most > scratchSize) {
      raw._free(scratch);
      scratchSize = most * 2;
      scratch = raw._malloc(scratchSize);
    }
    const { written } = encoder.encodeInto(
      value,
      raw.HEAPU8.subarray(scratch, scratch + scratchSize),
    );
    raw._lua_pushlstring(L, scratch, written);
  }

  function text(L: number, index: number): string {
    const start = raw._lua_tolstring(L, index, lengthAt);
    const length = raw.getValue(lengthAt, 'i32');
    return bytesToText(raw.HEAPU8.subarray(start, start + length));
  }

  function pushBytes(L: number, bytes: Uint8Array): void {
    const place = raw._malloc(Math.max(1, bytes.length));
    raw.HEAPU8.set(bytes, place);
    raw._lua_pushlstring(L, place, bytes.length);
    raw._free(place);
  }

  function pushNull(L: number): void {
    api.lua_rawgeti(L, REGISTRY, BigInt(nullMark.ref));
  }

  function push(L: number, value: JsonValue | undefined): void {
    if (value === undefined || value === null) api.lua_pushnil(L);
    else pushInside(L, value);
  }

  function pushInside(L: number, value: JsonValue): void {
    if (value === null) pushNull(L);
    else if (typeof value === 'string') pushText(L, value);
    else if (typeof value === 'boolean') api.lua_pushboolean(L, value ? 1 : 0);
    else if (typeof value === 'number') pushNumber(L, value);
    else pushTable(L, value);
  }

  function pushNumber(L: number, value: number): void {
    if (Number.isSafeInteger(value)) api.lua_pushinteger(L, BigInt(value));
    else api.lua_pushnumber(L, value);
  }

  function pushTable(L: number, value: JsonValue[] | { readonly [key: string]: JsonValue }): void {
    api.lua_checkstack(L, 4);
    if (Array.isArray(value)) {
      api.lua_createtable(L, value.length, 0);
      for (const [index, item] of value.entries()) {
        pushInside(L, item);
        api.lua_rawseti(L, -2, BigInt(index + 1));
      }
      api.lua_rawgeti(L, REGISTRY, BigInt(listMark));
      api.lua_setmetatable(L, -2);
      return;
    }
    const members = Object.entries(value);
    api.lua_createtable(L, 0, members.length);
    for (const [key, item] of members) {
      pushText(L, key);
      pushInside(L, item);
      api.lua_rawset(L, -3);
    }
  }

  function read(L: number, index: number, where: string, walk: Walk): unknown {
    switch (api.lua_type(L, index) as number) {
      case LuaType.nil:
      case -1:
        return undefined;
      case LuaType.boolean:
        return api.lua_toboolean(L, index) !== 0;
      case LuaType.number:
        return readNumber(L, index, where);
      case LuaType.string:
        return readText(L, index, where, walk);
      case LuaType.table:
        return readTable(L, api.lua_absindex(L, index), where, walk);
      case LuaType.function:
        if (walk.functions) return readFunction(L, index);
        throw notJson(where, 'it is a function');
      default:
        throw notJson(where, `it is a ${api.lua_typename(L, api.lua_type(L, index))}`);
    }
  }

  /** What a file declares is stored and shown, so it is text. */
  function readText(L: number, index: number, where: string, walk: Walk): string {
    const value = text(L, index);
    if (walk.functions && !value.isWellFormed()) throw new SlothError('value.not_text', { where });
    return value;
  }

  function readFunction(L: number, index: number): FunctionHandle {
    api.lua_pushvalue(L, index);
    return { kind: 'function', id: api.luaL_ref(L, REGISTRY) };
  }

  function readNumber(L: number, index: number, where: string): number {
    if (api.lua_isinteger(L, index) === 0) {
      const float = api.lua_tonumberx(L, index, null);
      if (!Number.isFinite(float)) throw notJson(where, `${float} is not a JSON number`);
      return float;
    }
    const whole = Number(api.lua_tointegerx(L, index, null));
    if (Number.isSafeInteger(whole)) return whole;
    throw notJson(where, 'the number is too large to be kept exactly');
  }

  function readTable(L: number, index: number, where: string, walk: Walk): unknown {
    const pointer = api.lua_topointer(L, index);
    if (pointer === nullMark.pointer) return null;
    if (walk.parents.has(pointer)) throw notJson(where, 'it contains itself');
    walk.parents.add(pointer);
    api.lua_checkstack(L, 6);
    const members = readMembers(L, index, where, walk);
    walk.parents.delete(pointer);
    const isList =
      members.length > 0 ? typeof members[0]?.[0] === 'number' : isMarkedList(L, index);
    return isList ? toList(members, where) : toObject(members, where);
  }

  function readMembers(
    L: number,
    index: number,
    where: string,
    walk: Walk,
  ): [key: string | number, value: unknown][] {
    const members: [string | number, unknown][] = [];
    api.lua_pushnil(L);
    while (api.lua_next(L, index) !== 0) {
      const key = readKey(L, where);
      const inside = typeof key === 'number' ? `${where}[${key}]` : `${where}.${key}`;
      members.push([key, read(L, -1, inside, walk)]);
      api.lua_settop(L, -2);
    }
    return members;
  }

  /** The key below the value on the stack. Never converted in place: that would confuse lua_next. */
  function readKey(L: number, where: string): string | number {
    const type = api.lua_type(L, -2) as number;
    if (type === LuaType.string) return text(L, -2);
    if (type === LuaType.number && api.lua_isinteger(L, -2) !== 0) return readNumber(L, -2, where);
    throw notJson(where, 'a key of it is neither a text nor a whole number');
  }

  function isMarkedList(L: number, index: number): boolean {
    if (api.lua_getmetatable(L, index) === 0) return false;
    api.lua_rawgeti(L, REGISTRY, BigInt(listMark));
    const marked = api.lua_rawequal(L, -1, -2) !== 0;
    api.lua_settop(L, -3);
    return marked;
  }

  return {
    push,
    pushText,
    text,
    pushNull,
    read: (L, index, where) =>
      read(L, index, where, { parents: new Set(), functions: false }) as JsonValue | undefined,
    readDefinition: (L, index, where) =>
      read(L, index, where, { parents: new Set(), functions: true }),
  };
}

function toList(members: readonly [string | number, unknown][], where: string): unknown[] {
  const list: unknown[] = [];
  for (const [key, value] of members) {
    if (typeof key !== 'number') throw notJson(where, 'it has both list items and named keys');
    list[key - 1] = value;
  }
  if (members.some(([key]) => Number(key) < 1)) throw notJson(where, 'a list begins with 1');
  if (list.length !== members.length) {
    const hole = Array.from({ length: list.length }, (_, index) => index).find((i) => !(i in list));
    throw notJson(where, `it is a list that holds nothing at place ${(hole ?? 0) + 1}`);
  }
  return list;
}

function toObject(members: readonly [string | number, unknown][], where: string): object {
  // No prototype: a key such as `__proto__` is a key like any other.
  const object = Object.create(null) as Record<string, unknown>;
  // A Lua table remembers no order, and gives another one in each process.
  for (const [key, value] of members.toSorted(byKey)) {
    if (typeof key === 'number') throw notJson(where, 'it has both list items and named keys');
    object[key] = value;
  }
  return object;
}

function byKey(
  [a]: readonly [string | number, unknown],
  [b]: readonly [string | number, unknown],
): number {
  return a < b ? -1 : 1;
}

function notJson(where: string, reason: string): SlothError {
  return new SlothError('value.not_json', { where, reason });
}
