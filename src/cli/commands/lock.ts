import { acquireLock } from '../../sdk/operations/locks/acquire.ts';
import { forceReleaseLock } from '../../sdk/operations/locks/forceRelease.ts';
import { listLocks } from '../../sdk/operations/locks/list.ts';
import { releaseLock } from '../../sdk/operations/locks/release.ts';
import { operationCommand } from '../operationCommand.ts';
import { localTime } from '../render/localTime.ts';
import { renderLockDetails } from '../render/renderLock.ts';
import { renderTable } from '../render/table.ts';

export const lockAcquire = operationCommand({
  operation: acquireLock,
  path: ['stack', 'lock', 'acquire'],
  args: ['stack'],
  examples: ['sloth-runner stack lock acquire web --reason "Deploying v2.0.0" --wait 5m'],
  tell({ stack, position, holder }) {
    const by = holder === null ? '' : `, held by ${holder.locked_by}`;
    return `Waiting for the lock of '${stack}' (place ${position} in line${by})`;
  },
  render: ({ stack, stack_created, renewed, lock }, { good }) => [
    ...(stack_created ? [`${good('✓')} Stack '${stack}' created`] : []),
    `${good('✓')} Lock ${renewed ? 'renewed' : 'acquired'} for stack '${stack}'`,
    '',
    ...renderLockDetails(lock),
  ],
});

export const lockRelease = operationCommand({
  operation: releaseLock,
  path: ['stack', 'lock', 'release'],
  args: ['stack'],
  render: ({ stack }, { good }) => [`${good('✓')} Lock released for stack '${stack}'`],
});

export const lockForceRelease = operationCommand({
  operation: forceReleaseLock,
  path: ['stack', 'lock', 'force-release'],
  args: ['stack'],
  announce: ({ stack }, { warn }) => [
    `${warn('⚠')} WARNING: Force releasing lock for stack '${stack}'`,
  ],
  render: ({ broken }, { good }) => [
    `${good('✓')} Lock force-released`,
    '',
    `It was held by ${broken.locked_by} since ${localTime(broken.locked_at)}`,
  ],
});

export const lockList = operationCommand({
  operation: listLocks,
  path: ['stack', 'lock', 'list'],
  render(locks) {
    const rows = locks.map(({ stack, lock, waiters }) => [
      stack,
      lock?.locked_by ?? '',
      lock === null ? '' : localTime(lock.locked_at),
      lock?.operation ?? '',
      lock?.reason ?? '',
      String(waiters.length),
    ]);
    const heads = ['STACK', 'LOCKED BY', 'LOCKED AT', 'OPERATION', 'REASON', 'WAITING'];
    const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
    return locks.length === 0 ? ['No stack is locked'] : table;
  },
});
