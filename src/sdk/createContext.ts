import { randomUUID } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReachCrashPoint } from '../backend/crashPoint.ts';
import { createStackWriter, type StackWriter } from '../backend/StackWriter.ts';
import type { StateBackend } from '../backend/StateBackend.ts';
import type { EngineContext, LockMemory, Sealer } from '../engine/context/EngineContext.ts';
import { createRedactor } from '../engine/redaction/redactor.ts';
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

/** Whether all of a sealed value is secret; of the properties of a resource only a part may be. */
function isSecretAsAWhole(context: string): boolean {
  return !context.includes('/resource.properties/') && !context.includes('/resource.attributes/');
}

/** Gives the engine this machine: its clock, its chance, its processes. */
export function createContext(parts: ContextParts): EngineContext {
  const self = currentProcess();
  const actor = `${currentUser().name}@${hostname()}`;
  const redactor = createRedactor();
  const writers = new Map<string, StackWriter>();
  const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    await delay(milliseconds, undefined, signal ? { signal } : {});
  };
  return {
    ...parts,
    actor,
    self,
    redactor,
    sealer: {
      ...parts.sealer,
      async open(sealed, context) {
        const value = await parts.sealer.open(sealed, context);
        if (isSecretAsAWhole(context)) redactor.addLong(value);
        return value;
      },
    },
    notice: (message) => parts.notice(redactor.text(message)),
    probe: probeLiveness,
    groups: createProcessGroups({ ...parts.groups, self }),
    clock: Date.now,
    uptime: () => uptime() * 1000,
    random: Math.random,
    newId: randomUUID,
    sleep,
    providers: createProviderSource(parts.providers, parts.sealer, parts.notice),
    writer(lineage) {
      const known = writers.get(lineage);
      if (known !== undefined) return known;
      const { backend, reach } = parts;
      const options = { backend, lineage, actor, reach, random: Math.random, sleep };
      const writer = createStackWriter(options);
      writers.set(lineage, writer);
      return writer;
    },
  };
}
