import { randomUUID } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReachCrashPoint } from '../backend/crashPoint.ts';
import { createLogWriter, type LogWriter } from '../backend/StackWriter.ts';
import type { StateBackend } from '../backend/StateBackend.ts';
import type { ActingAs, EngineContext, LockMemory } from '../engine/context/EngineContext.ts';
import { createRedactor } from '../engine/redaction/redactor.ts';
import type { Sealer } from '../services/secrets/Sealer.ts';
import { currentUser } from './process/currentUser.ts';
import { currentProcess, probeLiveness } from './process/probeLiveness.ts';
import { createProcessGroups, type GroupSettings } from './process/processGroups.ts';
import { createProviderSource } from './providers/createProviderSource.ts';

/** What differs between one runner and another. */
export interface ContextParts {
  readonly backend: StateBackend;
  readonly readOnly: boolean;
  readonly sealer: Sealer;
  readonly locks: LockMemory;
  readonly inside: EngineContext['inside'];
  readonly reach: ReachCrashPoint;
  /** Files of providers of the user's own, by type. */
  readonly providers: Readonly<Record<string, string>>;
  readonly preImageMax: number;
  readonly notice: (message: string) => void;
  /** Where the records of process groups lie, and whether this process may be ended with its run. */
  readonly groups: Pick<GroupSettings, 'folder' | 'isDedicated'>;
}

/** What is sealed for a part of it; the rest is as public as a path, or the name of a type. */
const SECRET_IN_PARTS: readonly string[] = [
  'resource.properties',
  'resource.attributes',
  'preimage',
];

/** Whether all of a sealed value is secret, by its `sealContext`. */
function isSecretAsAWhole(context: string): boolean {
  return !SECRET_IN_PARTS.includes(context.split('/')[1] ?? '');
}

/** Gives the engine this machine: its clock, its chance, its processes; it acts for the local user. */
export function createContext(parts: ContextParts): EngineContext {
  const { backend, reach } = parts;
  const self = currentProcess();
  const redactor = createRedactor();
  const writers = new Map<string, LogWriter>();
  const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    await delay(milliseconds, undefined, signal ? { signal } : {});
  };

  /** The same one for all who write a log, so that their commands share its appends. */
  function writerOf(lineage: string): LogWriter {
    const known = writers.get(lineage);
    if (known !== undefined) return known;
    const writer = createLogWriter({ backend, lineage, reach, random: Math.random, sleep });
    writers.set(lineage, writer);
    return writer;
  }

  const shared = {
    ...parts,
    self,
    redactor,
    sealer: {
      ...parts.sealer,
      async open(sealed: string, context: string) {
        const value = await parts.sealer.open(sealed, context);
        if (isSecretAsAWhole(context)) redactor.addLong(value);
        return value;
      },
    },
    notice: (message: string) => parts.notice(redactor.text(message)),
    probe: probeLiveness,
    groups: createProcessGroups({ ...parts.groups, self }),
    clock: Date.now,
    uptime: () => uptime() * 1000,
    random: Math.random,
    newId: randomUUID,
    sleep,
    providers: createProviderSource(parts.providers, parts.sealer, parts.notice),
  };
  const as = ({ actor, locks }: ActingAs): EngineContext => ({
    ...shared,
    actor,
    locks,
    writer: (lineage) => writerOf(lineage).as(actor),
    as,
  });
  return as({ actor: `${currentUser().name}@${hostname()}`, locks: parts.locks });
}
