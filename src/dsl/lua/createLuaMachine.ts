import { LuaFactory, LuaGlobal } from 'wasmoon';
import { describeError, SlothError, toSlothError } from '../../errors/SlothError.ts';
import { textToBytes } from '../../model/bytes.ts';
import { formatDuration } from '../../model/duration.ts';
import type { CallOptions } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import { createMarshal, type Marshal } from './createMarshal.ts';
import type { AsyncCalls, SyncCalls } from './hostCalls.ts';
import { type LuaApi, type RawModule, REGISTRY } from './LuaState.ts';
import { createSourceFiles, type SourceFiles } from './luaFailure.ts';

/** Instructions between two looks at the clock. */
const HOOK_EVERY = 10_000;
/** How long a thread may compute before others get a turn, in milliseconds. */
const SLICE = 10;
const MEMORY_LIMIT = 512 * 1024 * 1024;
const RESUME_OK = 0;
const RESUME_YIELD = 1;
const MASK_COUNT = 8;

/** The host calls that one thread may make. */
export interface ThreadHost {
  readonly async: AsyncCalls;
  readonly sync: SyncCalls;
}

/** What to run on a thread: pushes a function and its arguments, and says how many arguments. */
export type PushCall = (L: number) => number;

/** Reads the results of a finished thread from its stack. */
export type ReadResults<T> = (L: number, count: number) => T;

/** One Lua engine and its threads. */
export interface LuaMachine {
  readonly api: LuaApi;
  readonly marshal: Marshal;
  readonly sources: SourceFiles;
  setGlobal(name: string, value: JsonValue): void;
  /** A global as data, with functions as handles. */
  readGlobal(name: string): unknown;
  /** Runs trusted text to its end at once: the prelude. */
  runPrelude(name: string, text: string): void;
  /** Compiles a file's text onto a thread's stack; refuses with `workflow.syntax`. */
  compile(L: number, file: string, text: string): void;
  run<T>(push: PushCall, read: ReadResults<T>, host: ThreadHost, options: CallOptions): Promise<T>;
  close(): void;
}

interface Thread {
  readonly L: number;
  readonly host: ThreadHost;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  sliceEnd: number;
  preempted: boolean;
  /** Failures handed to Lua as error values, so that one that comes back out is the original. */
  readonly failures: SlothError[];
}

/**
 * Makes a Lua engine with cooperative threads. A call to the host yields its thread until the
 * answer is there; a count hook takes the turn from a thread that only computes, and ends one whose
 * deadline has passed, also inside `pcall` and inside the author's own coroutines.
 */
export async function createLuaMachine(): Promise<LuaMachine> {
  // Not the library's own engine: that also prepares to pass JavaScript objects in, which we don't
  // do, and which takes a tenth of the time a small run takes.
  const state = new LuaGlobal(await new LuaFactory().getLuaModule(), true);
  state.setMemoryMax(MEMORY_LIMIT);
  const { lua: api, address: main } = state;
  api.luaL_openlibs(main);
  const raw = api.module as unknown as RawModule;
  const marshal = createMarshal(api, main);
  const sources = createSourceFiles();
  const threads = new Map<number, Thread>();
  let current: Thread | null = null;

  const hook = api.module.addFunction((L: number) => {
    const outer = threads.get(L);
    const thread = outer ?? current;
    if (thread === null) return;
    if (Date.now() > thread.deadline || thread.signal?.aborted === true) {
      // From here on at every instruction: a pcall that swallows the error dies at its next step.
      api.lua_sethook(L, hook, MASK_COUNT, 1);
      marshal.pushText(L, 'the time of the task is up');
      api.lua_error(L);
    }
    if (outer !== undefined && Date.now() >= outer.sliceEnd && api.lua_isyieldable(L) !== 0) {
      outer.preempted = true;
      api.lua_yieldk(L, 0, 0, null);
    }
  }, 'vii');

  const syncEntry = api.module.addFunction((L: number) => {
    const name = marshal.text(L, 1);
    try {
      const call = current?.host.sync[name];
      if (call === undefined)
        throw new SlothError('internal.bug', { reason: `no host call ${name}` });
      const answer = call(...readArguments(L, 2, name));
      api.lua_pushboolean(L, 1);
      marshal.push(L, answer);
    } catch (thrown) {
      api.lua_pushboolean(L, 0);
      pushFailure(L, current, thrown);
    }
    return 2;
  }, 'ii');

  function readArguments(L: number, from: number, name: string): (JsonValue | undefined)[] {
    const args: (JsonValue | undefined)[] = [];
    const top = api.lua_gettop(L);
    for (let index = from; index <= top; index++) {
      args.push(marshal.read(L, index, `argument ${index - from + 1} of ${name}`));
    }
    return args;
  }

  /** An error value that reads as a message and leads back to the failure it stands for. */
  function pushFailure(L: number, thread: Thread | null, thrown: unknown): void {
    const error = toSlothError(thrown);
    const index = thread?.failures.push(error) ?? 0;
    const { what, why } = describeError(error);
    api.lua_getglobal(L, '__failure');
    marshal.pushText(L, why === '' ? what : `${what}: ${why}`);
    api.lua_pushinteger(L, BigInt(index));
    api.lua_callk(L, 2, 1, 0, null);
  }

  async function run<T>(
    push: PushCall,
    readResults: ReadResults<T>,
    host: ThreadHost,
    options: CallOptions,
  ): Promise<T> {
    const L = api.lua_newthread(main);
    const anchor = api.luaL_ref(main, REGISTRY);
    const thread: Thread = {
      L,
      host,
      deadline: options.deadline ?? Number.POSITIVE_INFINITY,
      signal: options.signal,
      sliceEnd: 0,
      preempted: false,
      failures: [],
    };
    threads.set(L, thread);
    api.lua_sethook(L, hook, MASK_COUNT, HOOK_EVERY);
    try {
      return await drive(thread, push(L), readResults);
    } finally {
      threads.delete(L);
      api.lua_sethook(L, null, 0, 0);
      api.lua_resetthread(L);
      api.luaL_unref(main, REGISTRY, anchor);
    }
  }

  async function drive<T>(thread: Thread, args: number, readResults: ReadResults<T>): Promise<T> {
    const { L } = thread;
    let count = args;
    for (;;) {
      const { status, results } = resume(thread, count);
      if (status === RESUME_OK) return readResults(L, results);
      if (status !== RESUME_YIELD) throw failureOf(thread);
      if (thread.preempted) {
        await new Promise(setImmediate);
        count = 0;
        continue;
      }
      count = await answerCall(thread, results);
      if (thread.signal?.aborted === true) throw timeUp();
    }
  }

  function resume(thread: Thread, args: number): { status: number; results: number } {
    const counter = raw._malloc(4);
    thread.sliceEnd = Date.now() + SLICE;
    thread.preempted = false;
    const before = current;
    current = thread;
    try {
      const status = api.lua_resume(thread.L, null, args, counter) as number;
      return { status, results: raw.getValue(counter, 'i32') };
    } finally {
      current = before;
      raw._free(counter);
    }
  }

  /** Serves the host call that a thread yielded; leaves its answer on the stack. */
  async function answerCall(thread: Thread, results: number): Promise<number> {
    const { L } = thread;
    const first = api.lua_gettop(L) - results + 1;
    const outcome = await serve(thread, first, results);
    api.lua_settop(L, first - 1);
    api.lua_pushboolean(L, outcome.ok ? 1 : 0);
    if (outcome.ok) marshal.push(L, outcome.answer);
    else pushFailure(L, thread, outcome.error);
    return 2;
  }

  async function serve(
    { L, host }: Thread,
    first: number,
    results: number,
  ): Promise<{ ok: true; answer: JsonValue | undefined } | { ok: false; error: unknown }> {
    try {
      if (results < 2) {
        const reason = 'coroutine.yield was called outside of a coroutine';
        throw new SlothError('task.code_failed', { reason });
      }
      const name = marshal.text(L, first + 1);
      const call = host.async[name];
      if (call === undefined)
        throw new SlothError('internal.bug', { reason: `no host call ${name}` });
      return { ok: true, answer: await call(...readArguments(L, first + 2, name)) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  /** What a dead thread's error value stands for, with the line of the workflow that it arose on. */
  function failureOf(thread: Thread): SlothError {
    const { L } = thread;
    if (Date.now() > thread.deadline || thread.signal?.aborted === true) return timeUp();
    const original = originalFailure(thread);
    const message = marshal.text(L, toText(L));
    api.luaL_traceback(L, L, message, 0);
    const traceback = marshal.text(L, -1);
    const source = sources.find(message) ?? sources.find(traceback);
    const options = { cause: new Error(traceback), ...(source ? { source } : {}) };
    if (original === undefined) {
      return new SlothError('task.code_failed', { reason: sources.strip(message) }, options);
    }
    const { code, details } = original;
    return new SlothError(code, details, { ...options, cause: original.cause ?? options.cause });
  }

  function originalFailure({ L, failures }: Thread): SlothError | undefined {
    api.lua_getglobal(L, '__failure_index');
    api.lua_pushvalue(L, -2);
    api.lua_callk(L, 1, 1, 0, null);
    const index = Number(api.lua_tointegerx(L, -1, null));
    api.lua_settop(L, -2);
    return failures[index - 1];
  }

  /** Leaves the value at the top as a text beside it, whatever it is; gives its index. */
  function toText(L: number): number {
    api.lua_getglobal(L, 'tostring');
    api.lua_pushvalue(L, -2);
    api.lua_callk(L, 1, 1, 0, null);
    return -1;
  }

  api.lua_pushcclosure(main, syncEntry, 0);
  api.lua_setglobal(main, '__sync');
  marshal.pushNull(main);
  api.lua_setglobal(main, '__json_null');
  api.lua_createtable(main, 0, 0);
  api.lua_setglobal(main, '__mark');

  return {
    api,
    marshal,
    sources,
    run,
    setGlobal(name, value) {
      marshal.push(main, value);
      api.lua_setglobal(main, name);
    },
    readGlobal(name) {
      api.lua_getglobal(main, name);
      try {
        return marshal.readDefinition(main, -1, name);
      } finally {
        api.lua_settop(main, -2);
      }
    },
    runPrelude(name, text) {
      state.loadString(text, `=${name}`);
      state.runSync();
    },
    compile(L, file, text) {
      // A mark of the encoding and a first line for the system are no code; the lines keep their numbers.
      const bytes = textToBytes(text.replace(/^\uFEFF/, '').replace(/^#[^\n]*/, ''));
      const chunk = raw._malloc(bytes.length);
      raw.HEAPU8.set(bytes, chunk);
      sources.add(file, text);
      const name = sources.chunkName(file);
      const status = api.luaL_loadbufferx(L, chunk, bytes.length, name, 't') as number;
      raw._free(chunk);
      if (status === RESUME_OK) return;
      const message = marshal.text(L, -1);
      const source = sources.find(message) ?? { file, line: 1 };
      throw new SlothError('workflow.syntax', { reason: sources.strip(message) }, { source });
    },
    close: () => state.close(),
  };
}

function timeUp(): SlothError {
  return new SlothError('task.timed_out', { after: formatDuration(0) });
}
