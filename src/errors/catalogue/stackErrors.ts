import { formatTime } from '../../model/formatTime.ts';
import { ExitStatus, errorSpec } from '../ErrorSpec.ts';

const notFound = { exit: ExitStatus.notFound, http: 404 } as const;
const conflict = { exit: ExitStatus.failed, http: 409 } as const;
const locked = { exit: ExitStatus.locked, http: 423 } as const;

/** Who holds a lock, as an error tells it; `since` in epoch milliseconds, 0 where nobody does. */
export interface HolderDetails {
  readonly stack: string;
  readonly by: string;
  readonly since: number;
  readonly operation: string;
  readonly reason: string;
}

/** Stacks, their locks, executions, snapshots and values. */
export const stackErrors = {
  'stack.not_found': errorSpec<{ stack: string; near: readonly string[] }>({
    ...notFound,
    what: ({ stack }) => `there is no stack '${stack}'`,
    why: ({ near }) => (near.length > 0 ? `did you mean ${near.join(' or ')}?` : ''),
    todo: ({ stack }) =>
      `see 'sloth-runner stack list', or create it: sloth-runner stack new ${stack}`,
  }),
  'stack.exists': errorSpec<{ stack: string }>({
    ...conflict,
    what: ({ stack }) => `a stack '${stack}' exists already`,
    why: () => 'names of stacks are unique',
    todo: () => 'choose another name, or delete the old one first',
  }),
  'stack.bad_name': errorSpec<{ stack: string; reason: string }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ stack }) => `'${stack}' can't be the name of a stack`,
    why: ({ reason }) => reason,
    todo: () => 'use letters, digits, dot, dash and underscore, beginning with a letter or digit',
  }),
  'stack.depended_on': errorSpec<{ stack: string; dependents: readonly string[] }>({
    ...conflict,
    what: ({ stack }) => `stack '${stack}' can't be deleted`,
    why: ({ dependents }) => `other stacks depend on it: ${dependents.join(', ')}`,
    todo: () => 'delete those first, or remove their dependency',
  }),
  'stack.has_objects': errorSpec<{ stack: string; count: number }>({
    ...conflict,
    what: ({ stack, count }) =>
      `stack '${stack}' still looks after ${count} ${count === 1 ? 'object' : 'objects'}`,
    why: () => 'without the stack, nobody would know of them any more',
    todo: ({ stack }) =>
      `delete its objects first: sloth-runner destroy --stack ${stack}\n` +
      `or leave them where they are: sloth-runner stack delete ${stack} --keep-objects`,
  }),
  'stack.locked': errorSpec<HolderDetails>({
    ...locked,
    what: ({ stack, by, since }) =>
      `stack '${stack}' is locked by ${by} since ${formatTime(since)}`,
    why: ({ operation, reason }) =>
      [operation && `operation: ${operation}`, reason && `reason: ${reason}`]
        .filter(Boolean)
        .join(', '),
    todo: ({ stack }) =>
      `wait for it: sloth-runner stack lock acquire ${stack} --wait 5m\n` +
      `or, when its holder is gone for good: sloth-runner stack lock force-release ${stack}`,
  }),
  'stack.busy': errorSpec<{ stack: string; by: string; since: number; execution: string }>({
    ...locked,
    what: ({ stack, execution, since }) =>
      `execution ${execution} is running on stack '${stack}' since ${formatTime(since)}`,
    why: ({ by }) => `it was started by ${by}`,
    todo: ({ stack }) =>
      `wait for it to end; watch it: sloth-runner events list --stack ${stack} --follow`,
  }),
  'lock.queued': errorSpec<{ stack: string; waiting: number; first: string }>({
    ...locked,
    what: ({ stack, waiting }) =>
      `stack '${stack}' is free, but ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for its lock`,
    why: ({ first }) => `${first} is the next in line`,
    todo: ({ stack }) => `stand in line: sloth-runner stack lock acquire ${stack} --wait 5m`,
  }),
  'lock.wait_timeout': errorSpec<HolderDetails & { waited: string }>({
    ...locked,
    what: ({ stack, waited }) => `no lock on stack '${stack}' after waiting ${waited}`,
    why: ({ by, since }) =>
      since === 0 ? `${by} come first` : `it is held by ${by} since ${formatTime(since)}`,
    todo: ({ stack }) =>
      `wait longer with --wait, or, when its holder is gone for good:\nsloth-runner stack lock force-release ${stack}`,
  }),
  'lock.not_remembered': errorSpec<{ folder: string; reason: string }>({
    exit: ExitStatus.failed,
    http: 500,
    what: ({ folder }) => `a lock can't be remembered in ${folder}`,
    why: ({ reason }) => reason,
    todo: () =>
      'set HOME or XDG_STATE_HOME to a folder that can be written,\n' +
      'or choose the id of the lock yourself, and carry it in SLOTH_RUNNER_LOCK_ID',
  }),
  'lock.not_held': errorSpec<{ stack: string }>({
    ...conflict,
    what: ({ stack }) => `stack '${stack}' is not locked`,
    why: () => 'there is nothing to release',
    todo: ({ stack }) => `see: sloth-runner stack lock status ${stack}`,
  }),
  'lock.not_holder': errorSpec<HolderDetails & { identity: string }>({
    ...locked,
    what: ({ stack, by, identity }) =>
      `the lock of stack '${stack}' belongs to ${by}, not to ${identity}`,
    why: ({ since }) => `it was taken at ${formatTime(since)}`,
    todo: ({ stack, by }) =>
      `release it as its holder: --unlocked-by "${by}"\n` +
      `or, when that holder is gone for good: sloth-runner stack lock force-release ${stack}`,
  }),
  'lock.lost': errorSpec<{ stack: string; by: string }>({
    ...locked,
    what: ({ stack }) => `this process lost its lock on stack '${stack}'`,
    why: ({ by }) =>
      by ? `it was taken over by ${by}` : 'it was released from outside, or it expired',
    todo: ({ stack }) =>
      `look at what happened: sloth-runner events list --stack ${stack} --type 'lock.*'`,
  }),
  'execution.too_many': errorSpec<{ running: number; limit: number }>({
    ...conflict,
    http: 429,
    what: ({ running }) => `${running} executions are running already`,
    why: ({ limit }) => `stacks.max_concurrent_executions is ${limit}`,
    todo: () => 'wait for one to end, or raise the limit in the configuration',
  }),
  'execution.orphans': errorSpec<{ stack: string; groups: readonly string[] }>({
    what: ({ stack }) => `What an earlier run on stack '${stack}' started still runs`,
    why: ({ groups }) => `${groups.join('; ')}, and can't be ended from here`,
    todo: () => 'end it, then resume; or go on beside it with --beside-orphans',
    exit: ExitStatus.locked,
    http: 409,
  }),
  'execution.nothing_to_resume': errorSpec<{ stack: string; status: string }>({
    ...notFound,
    what: ({ stack }) => `stack '${stack}' has nothing to resume`,
    why: ({ status }) => (status ? `its last execution ended with '${status}'` : 'it never ran'),
    todo: () => 'start a new execution: the same command without --resume',
  }),
  'execution.nested': errorSpec<{ stack: string; execution: string; because: string }>({
    ...conflict,
    what: ({ stack, execution }) =>
      `this task is part of execution ${execution} of stack '${stack}'`,
    why: ({ because }) => because,
    todo: () => 'do it when the execution has ended, or in a stack of its own',
  }),
  'execution.not_found': errorSpec<{ stack: string; execution: string }>({
    ...notFound,
    what: ({ stack, execution }) =>
      execution ? `stack '${stack}' has no execution '${execution}'` : `stack '${stack}' never ran`,
    why: () => '',
    todo: ({ stack }) => `see: sloth-runner stack history ${stack}`,
  }),
  'execution.no_task': errorSpec<{ stack: string; execution: string; task: string }>({
    ...notFound,
    what: ({ stack, execution, task }) =>
      `execution '${execution}' of stack '${stack}' has no task '${task}'`,
    why: () => '',
    todo: ({ stack, execution }) => `see: sloth-runner stack history ${stack} ${execution}`,
  }),
  'events.none_at': errorSpec<{ stack: string; serial: string }>({
    ...notFound,
    what: ({ stack, serial }) => `commit ${serial} of stack '${stack}' has no events`,
    why: () => '',
    todo: ({ stack }) => `see: sloth-runner stack log ${stack}`,
  }),
  'resource.not_found': errorSpec<{ stack: string; address: string; near: readonly string[] }>({
    ...notFound,
    what: ({ stack, address }) => `stack '${stack}' has no resource '${address}'`,
    why: ({ near }) => (near.length > 0 ? `did you mean ${near.join(' or ')}?` : ''),
    todo: ({ stack }) => `see: sloth-runner stack show ${stack}`,
  }),
  'resource.exists': errorSpec<{ stack: string; address: string; identity: string }>({
    ...conflict,
    what: ({ stack, address }) => `stack '${stack}' has the resource '${address}' already`,
    why: ({ identity }) => `it is ${identity}`,
    todo: () => 'import it under another name, or not at all: it is looked after already',
  }),
  'resource.owned': errorSpec<{
    address: string;
    identity: string;
    stack: string;
    owner: string;
  }>({
    ...conflict,
    what: ({ address, identity }) => `resource '${address}' is somebody else's: ${identity}`,
    why: ({ stack, owner }) => `'${owner}' of stack '${stack}' is the same object`,
    todo: ({ stack }) =>
      `declare it in one of the two stacks only; see: sloth-runner stack show ${stack}`,
  }),
  'resource.not_importable': errorSpec<{ type: string; types: readonly string[] }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ type }) => `objects of type '${type}' can't be imported`,
    why: ({ types }) => `those that can: ${types.join(', ')}`,
    todo: () => 'declare it in a workflow: what is there already as declared is left as it is',
  }),
  'resource.failed': errorSpec<{ address: string; reason: string }>({
    exit: ExitStatus.failed,
    http: 422,
    what: ({ address }) => `resource '${address}' could not be brought to what is declared`,
    why: ({ reason }) => reason,
    todo: () => 'correct the cause named, then run it again',
  }),
  'resource.image_not_found': errorSpec<{
    stack: string;
    address: string;
    id: string;
    ids: readonly string[];
  }>({
    ...notFound,
    what: ({ address, id }) => `nothing was kept of '${address}' as '${id}'`,
    why: ({ ids }) => (ids.length > 0 ? `there are: ${ids.join(', ')}` : 'nothing of it was kept'),
    todo: ({ stack, address }) => `see: sloth-runner stack resource history ${stack} ${address}`,
  }),
  'drift.unreadable': errorSpec<{ address: string; reason: string }>({
    what: ({ address }) => `Resource '${address}' can't be read, so nothing of it can be accepted`,
    why: ({ reason }) => reason,
    todo: () => 'make it readable, look again with: stack drift detect',
    exit: ExitStatus.failed,
    http: 409,
  }),
  'drift.nothing_to_accept': errorSpec<{ stack: string; what: string }>({
    ...notFound,
    what: ({ stack, what }) => `'${what}' of stack '${stack}' has no drift to accept`,
    why: () => 'it is as it was applied',
    todo: ({ stack }) => `look again: sloth-runner stack drift detect ${stack}`,
  }),
  'drift.contested': errorSpec<{ stack: string; names: readonly string[] }>({
    ...conflict,
    what: ({ stack }) => `somebody undoes what is fixed in stack '${stack}', so nothing more is`,
    why: ({ names }) => `drifted again and again: ${names.join(', ')}`,
    todo: ({ stack }) =>
      `find out who: sloth-runner stack drift show ${stack}
then accept it, adopt it, or stop them`,
  }),
  'plan.protected': errorSpec<{ address: string; action: string }>({
    ...conflict,
    what: ({ address, action }) => `resource '${address}' is protected and would be ${action}`,
    why: () => 'its declaration says protect = true',
    todo: () => 'take the protection off first, in a run of its own, if this is meant',
  }),
  'plan.found': errorSpec<{ address: string; what: string; unkept: string }>({
    ...conflict,
    what: ({ address, what }) =>
      `for resource '${address}', ${what} that this stack did not make would have to go`,
    why: ({ unkept }) =>
      unkept === ''
        ? 'a stack deletes only what it made, or what it was told to own'
        : `a stack deletes only what it made, and what is there can't be kept: ${unkept}`,
    todo: () => 'move it out of the way, or import it if it is meant to belong to the stack',
  }),
  'plan.too_many_deletions': errorSpec<{
    stack: string;
    count: number;
    total: number;
    most: number;
  }>({
    ...conflict,
    what: ({ stack, count, total }) =>
      `${count} of the ${total} resources of stack '${stack}' would be deleted`,
    why: ({ most }) =>
      most === 0
        ? 'the workflow declares none any more, which is rather a mistake than a wish'
        : `one run deletes ${most} at the most`,
    todo: () => 'pass --allow-deletions if this is meant',
  }),
  'plan.stale': errorSpec<{ stack: string; reason: string }>({
    ...conflict,
    what: ({ stack }) =>
      `the plan for stack '${stack}' no longer holds, and nothing of it was done`,
    why: ({ reason }) => reason,
    todo: () => 'make a new one with --dry-run --plan-out, and look at it',
  }),
  'plan.unreadable': errorSpec<{ path: string; reason: string }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ path }) => `${path} can't be used as a plan`,
    why: ({ reason }) => reason,
    todo: () => 'make one: sloth-runner run … --dry-run --plan-out FILE',
  }),
  'plan.drifted': errorSpec<{ stack: string; conflicts: readonly string[] }>({
    ...conflict,
    what: ({ stack }) => `changes made to stack '${stack}' from outside would be reverted`,
    why: ({ conflicts }) => conflicts.join('; '),
    todo: () => 'say what to do with them: --on-drift overwrite, or --on-drift keep',
  }),
  'snapshot.not_found': errorSpec<{
    stack: string;
    version: string;
    latest: string;
    near: readonly string[];
  }>({
    ...notFound,
    what: ({ stack, version }) => `stack '${stack}' has no snapshot '${version}'`,
    why: ({ latest, near }) => {
      if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
      return latest ? `the latest is ${latest}` : 'it has none at all';
    },
    todo: ({ stack }) => `see: sloth-runner stack snapshot list ${stack}`,
  }),
  'snapshot.protected': errorSpec<{ stack: string; version: string }>({
    ...conflict,
    what: ({ stack, version }) => `snapshot ${version} of stack '${stack}' is protected`,
    why: () => 'somebody said that it is to stay',
    todo: ({ stack, version }) =>
      `if it may go: sloth-runner stack snapshot unprotect ${stack} ${version}`,
  }),
  'log.compacted': errorSpec<{ stack: string; serial: number }>({
    ...notFound,
    http: 410,
    what: ({ stack, serial }) => `commit #${serial} of stack '${stack}' is no longer kept`,
    why: () => 'the log was compacted, and no snapshot is of exactly that moment',
    todo: ({ stack }) => `see which are kept: sloth-runner stack snapshot list ${stack}`,
  }),
  'snapshot.file_invalid': errorSpec<{ path: string; reason: string }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ path }) => `${path} can't be used as an exported snapshot`,
    why: ({ reason }) => reason,
    todo: () => 'export it again: sloth-runner stack snapshot export STACK VERSION -o FILE',
  }),
  'snapshot.foreign': errorSpec<{ stack: string; path: string; from: string }>({
    ...conflict,
    what: ({ path, stack }) => `${path} is no snapshot of stack '${stack}'`,
    why: ({ from }) => `stack '${from}' exported it, and that is another log`,
    todo: () => 'pass --force to import it all the same; its encrypted values stay unreadable here',
  }),
  'snapshot.corrupt': errorSpec<{ chunk: string; reason: string }>({
    exit: ExitStatus.failed,
    http: 500,
    what: ({ chunk }) => `a part of the stored content can't be read: chunk ${chunk.slice(0, 12)}`,
    why: ({ reason }) => reason,
    todo: () => 'see which snapshots are whole: sloth-runner stack snapshot verify STACK --all',
  }),
  'output.not_found': errorSpec<{ stack: string; key: string; near: readonly string[] }>({
    ...notFound,
    what: ({ stack, key }) => `stack '${stack}' has no output '${key}'`,
    why: ({ near }) => (near.length > 0 ? `did you mean ${near.join(' or ')}?` : ''),
    todo: ({ stack }) => `see all of them: sloth-runner stack output ${stack}`,
  }),
  'state.key_not_found': errorSpec<{ stack: string; key: string; near: readonly string[] }>({
    ...notFound,
    what: ({ stack, key }) => `the state of stack '${stack}' has no key '${key}'`,
    why: ({ near }) => (near.length > 0 ? `did you mean ${near.join(' or ')}?` : ''),
    todo: ({ stack }) => `see all of them: sloth-runner stack state list ${stack}`,
  }),
  'state.bad_key': errorSpec<{ key: string; reason: string }>({
    exit: ExitStatus.usage,
    http: 400,
    what: ({ key }) => `'${key}' can't be a key of the state`,
    why: ({ reason }) => reason,
    todo: () => 'use a non-empty text of at most 512 characters',
  }),
  'state.not_a_number': errorSpec<{ key: string; type: string }>({
    ...conflict,
    what: ({ key }) => `'${key}' can't be incremented`,
    why: ({ type }) => `its value is a ${type}, not a number`,
    todo: () => 'set it to a number first',
  }),
};
