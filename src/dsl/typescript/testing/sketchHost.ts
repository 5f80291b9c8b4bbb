import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SlothError } from '../../../errors/SlothError.ts';
import type { TaskHost } from '../../../model/host.ts';
import type { JsonValue } from '../../../model/json.ts';

/** A host in memory, with what was done to it. Processes and files are real. */
export interface SketchedHost {
  readonly host: TaskHost;
  readonly values: Map<string, JsonValue>;
  readonly outputs: Map<string, { value: JsonValue; sensitive: boolean }>;
  readonly printed: string[];
  readonly secrets: JsonValue[];
}

/** Makes a host for tests of the words; what no test needs is refused. */
export function sketchHost(workdir: string): SketchedHost {
  const values = new Map<string, JsonValue>();
  const outputs = new Map<string, { value: JsonValue; sensitive: boolean }>();
  const printed: string[] = [];
  const secrets: JsonValue[] = [];
  const unused = (): never => {
    throw new Error('this test host does not serve that call');
  };
  const host: TaskHost = {
    stateGet: async (key) => values.get(key),
    stateSet: async (key, value) => {
      values.set(key, value);
    },
    stateDelete: async (key) => values.delete(key),
    stateGetAll: async () => Object.fromEntries(values),
    stateIncrement: async (key, by) => {
      const sum = Number(values.get(key) ?? 0) + by;
      values.set(key, sum);
      return sum;
    },
    stateCompareSwap: async (key, expected, next) => {
      if (JSON.stringify(values.get(key)) !== JSON.stringify(expected)) return false;
      values.set(key, next);
      return true;
    },
    stackName: () => 'demo',
    stackSetOutput: async (key, value, options = {}) => {
      outputs.set(key, { value, sensitive: options.sensitive ?? false });
    },
    stackOutput: async (stack, key) => `${stack}.${key}`,
    stackGetOutput: async (key) => outputs.get(key)?.value,
    ensure: unused,
    ensureAbsent: unused,
    inspect: unused,
    exec: (command) =>
      new Promise((done) => {
        const [file = '', ...args] =
          typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
        const child = execFile(file, args, { cwd: workdir }, (_, stdout, stderr) => {
          const exit_code = child.exitCode ?? 1;
          const output = (stdout + stderr).replace(/\n$/, '');
          const success = exit_code === 0;
          done({ stdout, stderr, output, exit_code, success, timed_out: false });
        });
      }),
    log: (level, message) => printed.push(`${level}: ${message}`),
    print: (text) => printed.push(text),
    secret: (value) => secrets.push(value),
    fsRead: async (path) => {
      try {
        return await readFile(resolve(workdir, path), 'utf8');
      } catch (cause) {
        const reason = `${path} can't be read`;
        throw new SlothError('host.call_failed', { name: 'fs.read', reason }, { cause });
      }
    },
    fsWrite: (path, content) => writeFile(resolve(workdir, path), content),
    fsAppend: unused,
    fsExists: unused,
    fsStat: unused,
    fsMkdir: unused,
    fsRemove: unused,
    fsCopy: unused,
    fsRename: unused,
    fsList: unused,
    fsGlob: unused,
    http: unused,
    jsonDecode: (text) => JSON.parse(text) as JsonValue,
    yamlDecode: unused,
    yamlEncode: unused,
    env: { REGION: 'eu' },
    workdir,
    values: { size: 3 },
    params: { color: 'blue' },
  };
  return { host, values, outputs, printed, secrets };
}
