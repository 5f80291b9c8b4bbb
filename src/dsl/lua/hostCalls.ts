import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { findBytes } from '../../model/bytes.ts';
import { parseDuration } from '../../model/duration.ts';
import type { ExecOptions, HttpOptions, LogLevel, TaskHost } from '../../model/host.ts';
import { isCommonText } from '../../model/isCommonText.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import { parseSize } from '../../model/size.ts';
import type { ResourceDefinition } from '../../model/workflow.ts';
import { assertOptions } from '../definition/assertOptions.ts';
import { buildResource } from '../definition/buildResource.ts';

type Arguments = readonly (JsonValue | undefined)[];
type Answer = JsonValue | undefined;

/** Host calls that a Lua thread waits for, by the name the prelude uses. */
export type AsyncCalls = Readonly<Record<string, (...args: Arguments) => Promise<Answer>>>;

/** Host calls that answer at once. */
export type SyncCalls = Readonly<Record<string, (...args: Arguments) => Answer>>;

/** The asynchronous calls of the prelude, served by a host; `file` is the workflow's. */
export function asyncCalls(host: TaskHost, file: string): AsyncCalls {
  return {
    'state.set': (key, value) => {
      if (value === undefined || value === null)
        return host.stateDelete(text(key, 'the key')).then(nothing);
      return host.stateSet(text(key, 'the key'), value).then(nothing);
    },
    'state.get': (key) => host.stateGet(text(key, 'the key')),
    'state.delete': (key) => host.stateDelete(text(key, 'the key')),
    'state.get_all': () => host.stateGetAll(),
    'state.has': async (key) => (await host.stateGet(text(key, 'the key'))) !== undefined,
    'state.keys': async () => Object.keys(await host.stateGetAll()).sort(),
    'state.increment': (key, by) =>
      host.stateIncrement(text(key, 'the key'), number(by, 'the step')),
    'state.compare_swap': (key, expected, next) =>
      host.stateCompareSwap(text(key, 'the key'), expected ?? undefined, next ?? null),
    'stack.set_output': (key, value, options) =>
      host
        .stackSetOutput(text(key, 'the name'), value ?? null, {
          sensitive: optionsOf('stack.set_output', options, ['sensitive']).sensitive === true,
        })
        .then(nothing),
    'stack.get_output': (key, stack) =>
      host.stackGetOutput(text(key, 'the name'), optionalText(stack)),
    'stack.output': (stack, key) =>
      host.stackOutput(text(stack, 'the stack'), text(key, 'the name')),
    'resource.ensure': async (...given) => ({ ...(await host.ensure(resourceOf(given, file))) }),
    'resource.absent': async (...given) => ({
      ...(await host.ensureAbsent(resourceOf(given, file))),
    }),
    'resource.inspect': (...given) => host.inspect(resourceOf(given, file)),
    'exec.run': async (command, options) => ({
      ...(await host.exec(commandOf(command), execOptions(options))),
    }),
    'fs.read': (path) => host.fsRead(bytes(path, 'the path')),
    'fs.write': (path, content, options) => {
      const { mode } = optionsOf('fs.write', options, ['mode']);
      const wanted = mode === undefined ? {} : { mode: modeOf(mode) };
      return host.fsWrite(bytes(path, 'the path'), contentOf(content), wanted).then(nothing);
    },
    'fs.append': (path, content) =>
      host.fsAppend(bytes(path, 'the path'), contentOf(content)).then(nothing),
    'fs.exists': (path) => host.fsExists(bytes(path, 'the path')),
    'fs.stat': async (path) => {
      const stat = await host.fsStat(bytes(path, 'the path'));
      return stat && { ...stat };
    },
    'fs.mkdir': (path) => host.fsMkdir(bytes(path, 'the path')).then(nothing),
    'fs.remove': (path) => host.fsRemove(bytes(path, 'the path')),
    'fs.copy': (from, to) =>
      host.fsCopy(bytes(from, 'the path'), bytes(to, 'the path')).then(nothing),
    'fs.rename': (from, to) =>
      host.fsRename(bytes(from, 'the path'), bytes(to, 'the path')).then(nothing),
    'fs.list': (path) => host.fsList(bytes(path ?? '.', 'the path')),
    'fs.glob': (pattern) => host.fsGlob(text(pattern, 'the pattern')),
    'http.request': async (url, options) => ({
      ...(await host.http(text(url, 'the URL'), httpOptions(options))),
    }),
    'yaml.decode': (source) => host.yamlDecode(text(source, 'the text')),
    'yaml.encode': (value) => host.yamlEncode(asText(value ?? null)),
    'os.tmpname': async () => {
      const path = join(tmpdir(), `lua_${randomUUID().slice(0, 8)}`);
      await host.fsWrite(path, '', { mode: 0o600 });
      return path;
    },
    'module.find': async (name) => findModule(text(name, 'the module'), file),
  };
}

/** The calls of the prelude that answer at once. */
export function syncCalls(host: TaskHost): SyncCalls {
  return {
    'stack.name': () => host.stackName(),
    log: (level, message) => {
      host.log(level as LogLevel, bytes(message, 'the message'));
      return undefined;
    },
    print: (message) => {
      host.print(bytes(message, 'the text'));
      return undefined;
    },
    secret: (value) => {
      host.secret(value ?? null);
      return typeof value === 'string' && isCommonText(value);
    },
    'json.encode': (value) => canonicalJson(asText(value ?? null)),
    'json.decode': (source) => host.jsonDecode(text(source, 'the text')),
    'task.output_cut': (task) => {
      throw new SlothError('task.output_cut', { task: text(task, 'the task') });
    },
    'os.getenv': (name) => host.env[text(name, 'the name')],
    nearest: (typed, names) => nearest(text(typed, 'the name'), listed(names), 1)[0] ?? '',
  };
}

/** A resource as a task names it: type, name, fields, and the line of the call. */
function resourceOf([type, name, fields, line]: Arguments, file: string): ResourceDefinition {
  const at = { file, line: typeof line === 'number' ? line : 1 };
  const raw = { name: asText(name ?? null), fields: record(asText(fields ?? null)), at };
  return buildResource(text(type, 'the type'), raw);
}

function listed(value: Answer): string[] {
  return Array.isArray(value) ? value.map((each) => text(each, 'each name')) : [];
}

function nothing(): undefined {
  return undefined;
}

function invalid(reason: string): never {
  throw new SlothError('host.call_failed', { name: 'the call', reason });
}

/** A string of Lua that has to be text: where it is shown, stored, or handed to the system. */
function text(value: Answer, what: string): string {
  const given = bytes(value, what);
  if (given.isWellFormed()) return given;
  throw new SlothError('value.not_text', { where: what });
}

/** A string of Lua, whatever bytes are in it. */
function bytes(value: Answer, what: string): string {
  if (typeof value === 'string') return value;
  return invalid(`${what} must be a text, not ${typeName(value)}`);
}

function asText(value: JsonValue): JsonValue {
  const where = findBytes(value, 'the value');
  if (where !== undefined) throw new SlothError('value.not_text', { where });
  return value;
}

function contentOf(value: Answer): string {
  return typeof value === 'number' ? String(value) : bytes(value, 'the content');
}

function scalar(value: Answer, what: string): string {
  return typeof value === 'number' ? String(value) : text(value, what);
}

function optionalText(value: Answer): string | undefined {
  return value === undefined || value === null ? undefined : text(value, 'the name');
}

function number(value: Answer, what: string): number {
  if (typeof value === 'number') return value;
  return invalid(`${what} must be a number, not ${typeName(value)}`);
}

function record(value: Answer): JsonObject {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  return Array.isArray(value) && value.length === 0 ? {} : invalid('the options must be a table');
}

const HTTP_OPTIONS = ['method', 'headers', 'body', 'timeout'];
const EXEC_OPTIONS = [
  'workdir',
  'env',
  'timeout',
  'stdin',
  'max_output',
  'keep_output',
  'stdout_file',
  'stderr_file',
];

/** Options of a call. */
function optionsOf(name: string, value: Answer, known: readonly string[]): JsonObject {
  const given = record(value);
  assertOptions(name, given, Object.fromEntries(known.map((key) => [key, 'any'])));
  return given;
}

function typeName(value: Answer): string {
  if (value === undefined || value === null) return 'nil';
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`;
}

function commandOf(value: Answer): string | readonly string[] {
  if (Array.isArray(value)) return value.map((each) => text(each, 'each argument'));
  return text(value, 'the command');
}

function execOptions(given: Answer): ExecOptions {
  const { workdir, env, timeout, stdin, max_output, keep_output, stdout_file, stderr_file } =
    optionsOf('exec.run', given, EXEC_OPTIONS);
  return {
    ...(workdir === undefined ? {} : { workdir: text(workdir, 'workdir') }),
    ...(env === undefined ? {} : { env: textRecord(env) }),
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
    ...(stdin === undefined ? {} : { stdin: bytes(stdin, 'stdin') }),
    ...(max_output === undefined ? {} : { maxOutput: byteCount(max_output) }),
    ...(keep_output === undefined ? {} : { keepOutput: flag(keep_output, 'keep_output') }),
    ...(stdout_file === undefined ? {} : { stdoutFile: text(stdout_file, 'stdout_file') }),
    ...(stderr_file === undefined ? {} : { stderrFile: text(stderr_file, 'stderr_file') }),
  };
}

function httpOptions(given: Answer): HttpOptions {
  const { method, headers, body, timeout } = optionsOf('http', given, HTTP_OPTIONS);
  return {
    ...(method === undefined ? {} : { method: text(method, 'method') }),
    ...(headers === undefined ? {} : { headers: textRecord(headers) }),
    ...(body === undefined ? {} : { body: bytes(body, 'body') }),
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
  };
}

function textRecord(value: Answer): Record<string, string> {
  const pairs = Object.entries(record(value)).map(([key, each]): [string, string] => [
    key,
    typeof each === 'boolean' ? String(each) : scalar(each, `'${key}'`),
  ]);
  return Object.fromEntries(pairs);
}

function flag(value: Answer, what: string): boolean {
  if (typeof value === 'boolean') return value;
  return invalid(`${what} must be true or false, not ${typeName(value)}`);
}

/** A mode as a number, or as it is written: `0644`. */
function modeOf(value: JsonValue): number {
  if (typeof value === 'number') return value;
  const written = text(value, 'mode');
  return /^(0o)?[0-7]{3,5}$/.test(written)
    ? Number.parseInt(written.replace('0o', ''), 8)
    : invalid(`mode '${written}' is none such as "0644"`);
}

function byteCount(value: Answer): number {
  const parsed = parseSize(typeof value === 'number' ? String(value) : text(value, 'max_output'));
  return parsed ?? invalid('max_output is no size such as "64MB"');
}

function milliseconds(value: Answer): number {
  const parsed = parseDuration(typeof value === 'number' ? String(value) : text(value, 'timeout'));
  return parsed ?? invalid('the timeout is no duration such as "30s"');
}

/** A Lua module is a file beside the workflow: `a.b` is `a/b.lua` or `a/b/init.lua`. */
function findModule(name: string, file: string): string {
  const base = join(dirname(file), ...name.split('.'));
  const found = [`${base}.lua`, join(base, 'init.lua')].find((path) => existsSync(path));
  if (found === undefined) throw new SlothError('workflow.module_missing', { name });
  return found;
}
