import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type {
  GroupRecord,
  ProcessGroups,
  RecordedRun,
} from '../../engine/context/ProcessGroups.ts';
import type { ProcessIdentity } from '../../model/processIdentity.ts';
import { groupIsAlive } from './groupIsAlive.ts';
import { processScope, processStart } from './processStart.ts';
import { warden } from './warden.ts';

/** The first line of a record. */
interface Heading {
  readonly execution: string;
  readonly owner: ProcessIdentity;
  readonly isDedicated: boolean;
}

/** What the records of this machine need to know of this process. */
export interface GroupSettings {
  /** Where records lie, one file a run. */
  readonly folder: string;
  readonly self: ProcessIdentity;
  /** Whether this process does nothing else, and may be ended where it doesn't stop. */
  readonly isDedicated: boolean;
}

/**
 * Records of groups in files: after the heading, what `/proc/PID/stat` says of each leader, written by
 * itself before it becomes its program, and `- GROUP` for one that is let go. They need not outlive
 * a crash of the machine: no process does.
 */
export function createProcessGroups({ folder, self, isDedicated }: GroupSettings): ProcessGroups {
  return {
    record({ lineage, execution }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${lineage}-${execution}-${self.pid}.groups`);
      const descriptor = openSync(path, 'a', 0o600);
      const heading: Heading = { execution, owner: self, isDedicated };
      writeSync(descriptor, `${JSON.stringify(heading)}\n`);
      return openRecord(path, descriptor);
    },
    recorded(lineage) {
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((name) => name.startsWith(`${lineage}-`) && name.endsWith('.groups'))
        .flatMap((name) => recordedRun(join(folder, name)))
        .filter(({ owner }) => owner.pid !== self.pid || owner.started !== self.started);
    },
  };
}

function openRecord(path: string, descriptor: number): GroupRecord {
  let endWarden: (() => void) | undefined;
  return {
    descriptor() {
      endWarden ??= startWarden(path);
      return descriptor;
    },
    release: (group) => void writeSync(descriptor, `- ${group}\n`),
    close() {
      unlinkSync(path);
      closeSync(descriptor);
      endWarden?.();
    },
  };
}

/**
 * Starts the process that outlives this one, however it ends, and ends its groups. It waits on a pipe
 * that only this process holds, in a session of its own.
 */
function startWarden(path: string): () => void {
  const child = spawn('/bin/sh', ['-c', warden, 'sh', path], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Somebody may have ended it; whoever runs next on the stack finds the record all the same.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin) (child.stdin as { unref(): void }).unref();
  return () => void child.stdin?.destroy();
}

function recordedRun(path: string): readonly RecordedRun[] {
  const [heading, ...lines] = textOf(path).split('\n');
  // A kill between making a file and writing into it: nothing was started yet.
  if (heading === undefined || heading === '' || lines.length === 0) return [];
  const { execution, owner, isDedicated } = JSON.parse(heading) as Heading;
  const isHere = owner.scope === processScope();
  return [
    {
      execution,
      owner,
      isDedicated,
      isOpen: () => existsSync(path),
      groups: () => [...leadersOf(textOf(path)).keys()],
      living: () => (isHere ? [...leadersOf(textOf(path))].filter(isOurs).map(([id]) => id) : []),
      remove: () => {
        if (existsSync(path)) unlinkSync(path);
      },
    },
  ];
}

/** The leaders that are not let go, with their start times. */
function leadersOf(text: string): ReadonlyMap<number, string> {
  const leaders = new Map<number, string>();
  for (const line of text.split('\n').slice(1)) {
    const [first = '', second = ''] = line.split(' ');
    if (first === '-') leaders.delete(Number(second));
    // 0 and 1 would mean this process's own group, and every process there is.
    else if (Number(first) > 1) leaders.set(Number(first), startIn(line));
  }
  return leaders;
}

/** As `processStart` gives it: field 22, counted after the name; what `ps` says is all there is elsewhere. */
function startIn(line: string): string {
  const after = line.slice(line.lastIndexOf(')') + 2);
  return line.includes(')')
    ? (after.split(' ')[19] ?? '')
    : line.slice(line.indexOf(' ') + 1).trim();
}

/** A group without its leader keeps its number to itself as long as it has members. */
function isOurs([group, started]: readonly [number, string]): boolean {
  const now = processStart(group);
  return (now === undefined || now === started) && groupIsAlive(group);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Its run took it away since it was listed.
    return '';
  }
}
