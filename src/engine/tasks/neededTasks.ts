import type { RunSession } from '../session/RunSession.ts';

const known = new WeakMap<RunSession, ReadonlySet<string>>();

/**
 * The tasks of a run that others, resources or the hook at its end depend on. Only what these printed and returned
 * is kept for those others while the run goes on: two hundred tasks that leave a megabyte each would otherwise stay in
 * memory to its end.
 */
export function neededTasks(session: RunSession): ReadonlySet<string> {
  const found = known.get(session);
  if (found !== undefined) return found;
  const { tasks, onComplete } = session.definition;
  const needed = new Set(tasks.flatMap(({ dependsOn }) => dependsOn));
  // Whoever is told how the whole ended is told what each task gave.
  if (onComplete !== null) for (const { name } of tasks) needed.add(name);
  for (const { dependsOn, references } of session.resources) {
    for (const name of dependsOn) needed.add(name);
    for (const { of } of references) needed.add(of);
  }
  known.set(session, needed);
  return needed;
}
