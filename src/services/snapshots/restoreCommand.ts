import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import type { Change } from '../../model/change.ts';
import type { Content } from '../../model/content.ts';
import { CURRENT_WORKFLOW } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { sameJson } from '../../model/json.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import { contentChanges, contentKinds } from './contentChanges.ts';

/**
 * Sets an older content again, as a new commit: history is never rewritten, so a restore can itself
 * be undone. Results in the number of entries it changed.
 */
export function restoreCommand(
  version: string,
  older: Content,
  by: string,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<number> {
  return {
    operation: 'snapshot.restore',
    execution: authority.execution,
    needs: contentKinds.map((kind) => ({ kind })),
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const changes = contentChanges(content, older);
      const message = `stack '${head.name}' restored to snapshot ${version} by ${by}`;
      return {
        result: changes.length,
        fence: permit.fence,
        changes: [...permit.changes, ...changes, ...versionChange(content, older)],
        events: [
          ...permit.events,
          event('snapshot.restored', 'snapshot', message, { version, changed: changes.length }),
        ],
      };
    },
  };
}

/** The stack's version is that of the content that it has: it goes back with it. */
function versionChange(from: Content, to: Content): Change[] {
  const [now, then] = [from, to].map(({ workflow }) => workflow.get(CURRENT_WORKFLOW));
  if (sameJson(now ?? null, then ?? null)) return [];
  return [{ type: 'stack.put', version: then?.version ?? '' }];
}
