import { formatTime } from '../../sdk/presentation.ts';
import { argument, type CommandSpec, isSet, textFlag } from '../CommandSpec.ts';
import { durationFlag } from '../checkedFlags.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { renderLockDetails } from '../render/renderLock.ts';
import { renderTable } from '../render/table.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

export const lockAcquire: CommandSpec = {
  path: ['stack', 'lock', 'acquire'],
  summary: 'Lock a stack, so that nobody else changes it or runs against it',
  details:
    'The lock is remembered for this user on this machine: the commands that follow work under it.\n' +
    'Elsewhere, carry its id in SLOTH_RUNNER_LOCK_ID (see --json). A new stack is created.',
  args: [stackArgument],
  flags: {
    reason: { type: 'string', help: "why you're acquiring the lock" },
    'locked-by': {
      type: 'string',
      placeholder: 'WHO',
      help: 'who or what is locking (default: user@host)',
    },
    operation: { type: 'string', placeholder: 'NAME', help: 'operation being performed' },
    wait: { type: 'string', placeholder: 'TIME', help: 'stand in line for so long, as 5m' },
    ttl: { type: 'string', placeholder: 'TIME', help: 'how long it lasts (default: lock_timeout)' },
  },
  examples: ['sloth-runner stack lock acquire web --reason "Deploying v2.0.0" --wait 5m'],
  async run(context, input) {
    const name = argument(input, 0);
    const wait = durationFlag(input, 'wait', 'stack lock acquire');
    const ttl = durationFlag(input, 'ttl', 'stack lock acquire');
    const runner = await context.open();
    const optional = {
      lockedBy: textFlag(input, 'locked-by'),
      operation: textFlag(input, 'operation'),
      reason: textFlag(input, 'reason'),
      wait,
      ttl,
    };
    const given = Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    );
    const { lock, stackCreated, renewed } = await runner.locks.acquire(name, {
      ...given,
      signal: context.signal,
      onQueued: (position, holder) => {
        if (isSet(input, 'quiet') || isSet(input, 'json')) return;
        const by = holder === null ? '' : `, held by ${holder.lockedBy}`;
        context.terminal.err(
          `Waiting for the lock of '${name}' (place ${position} in line${by})\n`,
        );
      },
    });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, created: stackCreated, renewed, lock }),
      () => [
        ...(stackCreated ? [`${good('✓')} Stack '${name}' created`] : []),
        `${good('✓')} Lock ${renewed ? 'renewed' : 'acquired'} for stack '${name}'`,
        '',
        ...renderLockDetails(lock),
      ],
    );
    return 0;
  },
};

export const lockRelease: CommandSpec = {
  path: ['stack', 'lock', 'release'],
  summary: 'Give a lock back',
  args: [stackArgument],
  flags: {
    'unlocked-by': { type: 'string', placeholder: 'WHO', help: 'who is releasing the lock' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const unlockedBy = textFlag(input, 'unlocked-by');
    const runner = await context.open();
    const lock = await runner.locks.release(name, unlockedBy === undefined ? {} : { unlockedBy });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, released: lock }),
      () => [`${good('✓')} Lock released for stack '${name}'`],
    );
    return 0;
  },
};

export const lockForceRelease: CommandSpec = {
  path: ['stack', 'lock', 'force-release'],
  summary: 'Break a lock whoever holds it; only for emergencies',
  details:
    'An execution that still runs under it is marked interrupted, and can write nothing more.',
  args: [stackArgument],
  flags: {
    reason: { type: 'string', help: 'why it has to be broken; kept in the event trail' },
    'unlocked-by': { type: 'string', placeholder: 'WHO', help: 'who is breaking it' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const { good, warn } = context.terminal.paint;
    const runner = await context.open();
    const [reason, by] = [textFlag(input, 'reason'), textFlag(input, 'unlocked-by')];
    if (!isSet(input, 'json') && !isSet(input, 'quiet')) {
      printLines(context, [`${warn('⚠')} WARNING: Force releasing lock for stack '${name}'`]);
    }
    const lock = await runner.locks.forceRelease(name, {
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { by }),
    });
    printResult(
      context,
      input,
      () => ({ stack: name, broken: lock }),
      () => [
        `${good('✓')} Lock force-released`,
        '',
        `It was held by ${lock.lockedBy} since ${formatTime(lock.lockedAt)}`,
      ],
    );
    return 0;
  },
};

export const lockList: CommandSpec = {
  path: ['stack', 'lock', 'list'],
  summary: 'List all stacks that are locked',
  async run(context, input) {
    const runner = await context.open();
    const locks = await runner.locks.list();
    if (isSet(input, 'json')) {
      printJson(
        context,
        locks.map(({ stack, lock, waiters }) => ({ stack, lock, waiters })),
      );
      return 0;
    }
    const rows = locks.map(({ stack, lock, waiters }) => [
      stack,
      lock?.lockedBy ?? '',
      lock === null ? '' : formatTime(lock.lockedAt),
      lock?.operation ?? '',
      lock?.reason ?? '',
      String(waiters.length),
    ]);
    const heads = ['STACK', 'LOCKED BY', 'LOCKED AT', 'OPERATION', 'REASON', 'WAITING'];
    const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
    printLines(context, locks.length === 0 ? ['No stack is locked'] : table);
    return 0;
  },
};
