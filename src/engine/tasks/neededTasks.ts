import type { RunSession } from '../session/RunSession.ts';

const known = new WeakMap<RunSession, ReadonlySet<string>>();

/**
 * The tasks of a run that other tasks or resources depend on. Only what these printed and returned is kept for
 * those others while the run goes on: two hundred tasks that leave a megabyte each would otherwise stay in
 * memory to its end.
 */
export function neededTasks(session: RunSession): ReadonlySet<string> {
  const found = known.get(session);
  if (found !== undefined) return found;
  const needed = new Set(session.definition.tasks.flatMap(({ dependsOn }) => dependsOn));
  for (const { dependsOn, references } of session.resources) {
    for (const name of dependsOn) needed.add(name);
    for (const { of } of references) needed.add(of);
  }
  known.set(session, needed);
  return needed;
}
