import { AsyncLocalStorage } from 'node:async_hooks';
import { SlothError } from '../../errors/SlothError.ts';
import type { TaskHost } from '../../model/host.ts';
import type { RawDefinition } from '../definition/RawDefinition.ts';

/** A workflow file while it is being loaded. */
export interface LoadInProgress {
  readonly file: string;
  readonly host: TaskHost;
  readonly workflows: RawDefinition[];
}

/** What the words of a workflow file find the running program by. */
export interface DslSlot {
  /** The host of the task whose code is running. */
  readonly hosts: AsyncLocalStorage<TaskHost>;
  loading: LoadInProgress | null;
}

const KEY = Symbol.for('sloth-runner.dsl');

/**
 * The one slot of this process. It hangs on the global object, because a workflow file may import
 * the package from its own `node_modules`, as another copy of this module.
 */
export function dslSlot(): DslSlot {
  const holder = globalThis as { [KEY]?: DslSlot };
  holder[KEY] ??= { hosts: new AsyncLocalStorage(), loading: null };
  return holder[KEY];
}

/** The host that a call belongs to: its task's, or the loading file's. */
export function currentHost(name: string): TaskHost {
  const slot = dslSlot();
  const host = slot.hosts.getStore() ?? slot.loading?.host;
  if (host === undefined) throw new SlothError('host.not_in_task', { name });
  return host;
}
