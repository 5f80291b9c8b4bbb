import type { LuaGlobal } from 'wasmoon';

/** The engine's own C interface, under a name of ours. */
export type LuaApi = LuaGlobal['lua'];

/** What the type declarations leave out: the exported functions without string conversion, memory. */
export interface RawModule {
  readonly HEAPU8: Uint8Array;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (pointer: number) => void;
  readonly _lua_tolstring: (L: number, index: number, length: number) => number;
  readonly _lua_pushlstring: (L: number, text: number, length: number) => number;
  readonly _luaL_loadbufferx: (
    L: number,
    text: number,
    length: number,
    name: number,
    mode: number,
  ) => number;
  readonly getValue: (pointer: number, type: 'i32') => number;
}

/** Index of the registry, where references live. */
export const REGISTRY = -1_001_000;

/** Types of Lua values as the C interface numbers them. */
export const LuaType = {
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
} as const;
