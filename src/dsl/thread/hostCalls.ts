import type { TaskHost } from '../../model/host.ts';

/** The calls of a host that are answered later. */
export type AskedCall = {
  [Name in keyof TaskHost]: TaskHost[Name] extends (...args: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof TaskHost];

/** The calls of a host that nobody waits for. */
export type ToldCall = 'log' | 'print' | 'secret';

// A record, so that a call which is added to the host and forgotten here is a type error.
const asked: Readonly<Record<AskedCall, true>> = {
  stateGet: true,
  stateSet: true,
  stateDelete: true,
  stateGetAll: true,
  stateIncrement: true,
  stateCompareSwap: true,
  stackSetOutput: true,
  stackOutput: true,
  stackGetOutput: true,
  ensure: true,
  ensureAbsent: true,
  inspect: true,
  exec: true,
  fsRead: true,
  fsWrite: true,
  fsAppend: true,
  fsExists: true,
  fsStat: true,
  fsMkdir: true,
  fsRemove: true,
  fsCopy: true,
  fsRename: true,
  fsList: true,
  fsGlob: true,
  http: true,
  yamlDecode: true,
  yamlEncode: true,
};

/** The names of the calls that are answered later. */
export const askedCalls = Object.keys(asked) as readonly AskedCall[];
