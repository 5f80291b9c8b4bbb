import { describeError, toSlothError } from '../../errors/SlothError.ts';
import { applyResource } from '../objects/applyResource.ts';
import { removeResource } from '../objects/removeResource.ts';
import type { DeclaredResource } from '../resources/DeclaredResource.ts';
import type { SkippedTask } from '../schedule/schedule.ts';
import type { RunSession } from '../session/RunSession.ts';
import { applySession, entryOf, ready } from '../session/sessionResources.ts';
import type { TaskOutcome } from '../session/TaskOutcome.ts';

/** Applies one resource of a run, and tells how it went. Rejects only where it could not be recorded. */
export async function runResource(
  session: RunSession,
  declared: DeclaredResource,
): Promise<TaskOutcome> {
  const { name, definition, provider } = declared;
  return told(session, name, async () => {
    const { properties, identity } = await ready(session, declared);
    const { verb, attributes } = await applyResource(
      applySession(session),
      {
        address: name,
        provider,
        properties,
        identity,
        dependencies: session.dependencies.get(name) ?? [],
        options: definition.options,
        leave: session.keep.get(name) ?? [],
        // Without the text of the line: a secret may stand in it.
        at: { file: definition.at.file, line: definition.at.line },
      },
      await entryOf(session, name),
    );
    session.applied.set(name, { properties, attributes });
    return verb;
  });
}

/** Deletes what is no longer declared, dependents first; what can't be deleted stays, and is told. */
export async function runDeletions(session: RunSession): Promise<string> {
  let reason = '';
  for (const address of session.deletions) {
    const entry = await entryOf(session, address);
    if (entry === undefined || session.stop.signal.aborted) continue;
    const outcome = await told(session, address, async () => {
      const provider = await session.context.providers.find(entry.type);
      if (provider === undefined) throw new Error(`there is no type '${entry.type}' any more`);
      const { fate } = await removeResource(applySession(session), address, entry, provider);
      return fate === 'deleted' ? 'deleted' : 'let go';
    });
    if (outcome.status === 'failed') reason ||= `resource '${address}' failed: ${outcome.reason}`;
  }
  return reason;
}

/** Tells that a resource was not looked at, because of another. */
export function tellSkipped(session: RunSession, { task, reason }: SkippedTask): void {
  const { context, report } = session;
  count(session, 'skipped');
  const at = context.clock();
  report({
    type: 'resource.ended',
    resource: task,
    status: 'skipped',
    at,
    duration: 0,
    verb: '',
    reason,
  });
}

/** Failures of one object, that say nothing about the others. */
const LOCAL: ReadonlySet<string> = new Set([
  'resource.failed',
  'resource.owned',
  'plan.protected',
  'plan.found',
  'workflow.invalid',
]);

/** Does something to a resource between the messages that tell of it. */
async function told(
  session: RunSession,
  resource: string,
  action: () => Promise<string>,
): Promise<TaskOutcome> {
  const { context, report, redactor } = session;
  const begun = context.clock();
  report({ type: 'resource.started', resource, at: begun });
  const end = (status: 'completed' | 'failed', verb: string, reason: string): TaskOutcome => {
    const at = context.clock();
    count(session, verb || status);
    report({ type: 'resource.ended', resource, status, at, duration: at - begun, verb, reason });
    return { status, reason, abort: false };
  };
  try {
    return end('completed', await action(), '');
  } catch (thrown) {
    const error = toSlothError(thrown);
    // A lost lock, a full disk: nobody may go on. Everything else concerns this object alone.
    if (!LOCAL.has(error.code)) throw thrown;
    const { what, why } = describeError(error);
    return end('failed', '', redactor.text(why === '' ? what : why));
  }
}

function count({ tally }: RunSession, how: string): void {
  tally.set(how, (tally.get(how) ?? 0) + 1);
}
