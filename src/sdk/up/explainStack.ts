import type { StaleUse } from '../../backend/StateBackend.ts';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import type { Lock } from '../../model/lock.ts';
import { shownStatus } from '../../model/origin.ts';
import {
  checkDependencies,
  type DependencyFinding,
} from '../../services/deps/checkDependencies.ts';
import type { StackGraph } from '../../services/deps/StackGraph.ts';
import { findQueues } from './queue.ts';
import type { KeptRequest } from './UpRequest.ts';

/** Something that explains the condition of a stack. */
export type StackReason =
  | { readonly kind: 'never_ran' }
  | {
      readonly kind: 'running';
      readonly execution: string;
      readonly by: string;
      readonly since: number;
    }
  | { readonly kind: 'locked'; readonly lock: Lock }
  | {
      /** A living `up` has it in line. */
      readonly kind: 'waiting';
      readonly by: string;
      readonly since: number;
      readonly waitsFor: readonly string[];
    }
  | {
      /** An `up` that is over had it in line and did not come to it. */
      readonly kind: 'skipped';
      readonly by: string;
      readonly since: number;
      readonly because: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly execution: string;
      readonly status: string;
      readonly reason: string;
    }
  | { readonly kind: 'stale'; readonly use: StaleUse }
  | {
      /** Its object could not be brought to what is declared. */
      readonly kind: 'failed_resource';
      readonly resource: string;
      readonly reason: string;
    }
  | { readonly kind: 'unreadable'; readonly resource: string; readonly reason: string }
  | { readonly kind: 'drifted'; readonly resources: readonly string[] }
  | { readonly kind: 'dependency'; readonly finding: DependencyFinding };

/** Everything that explains why a stack is as it is; nothing for one that is as it should be. */
export async function explainStack(
  context: EngineContext,
  graph: StackGraph,
  stack: string,
): Promise<StackReason[]> {
  const { backend, probe } = context;
  const findings = checkDependencies(graph, stack).map(
    (finding): StackReason => ({ kind: 'dependency', finding }),
  );
  const view = await backend.read({ name: stack }, [
    { kind: 'drift' },
    { kind: 'execution' },
    { kind: 'resource' },
  ]);
  if (view === undefined) return [{ kind: 'never_ran' }, ...findings];
  const { head, content } = view;
  const reasons: StackReason[] = [];
  if (head.executionCount === 0) reasons.push({ kind: 'never_ran' });
  for (const { id: execution, by, startedAt: since } of head.open) {
    reasons.push({ kind: 'running', execution, by, since });
  }
  if (head.lock !== null && head.open.length === 0)
    reasons.push({ kind: 'locked', lock: head.lock });
  for (const { entry, stack: queued } of await findQueues(context)) {
    if (queued !== stack) continue;
    const bytes = await backend.chunk(entry.request);
    const asked = bytes && (JSON.parse(new TextDecoder().decode(bytes)) as KeptRequest).stacks;
    const needs = [...(graph.edges.get(stack)?.keys() ?? [])];
    const others = needs.filter((name) => asked?.includes(name));
    const { by, at: since } = entry;
    const statusOf = (name: string): string => graph.nodes.get(name)?.status ?? 'missing';
    if (probe(entry.process) === 'alive' && head.open.length === 0) {
      const queues = new Set((await findQueues(context)).map((each) => each.stack));
      const waitsFor = others.filter((name) => queues.has(name) || statusOf(name) === 'running');
      reasons.push({ kind: 'waiting', by, since, waitsFor });
    } else if (head.open.length === 0) {
      const because = others.filter((name) => statusOf(name) !== 'completed');
      reasons.push({ kind: 'skipped', by, since, because });
    }
  }
  const last = head.lastExecution;
  if (last !== null && last.status !== 'success' && last.status !== 'running') {
    const reason = content.execution.get(last.id)?.reason ?? '';
    reasons.push({ kind: 'failed', execution: last.id, status: last.status, reason });
  }
  for (const use of await backend.staleUses()) {
    if (use.stack === stack) reasons.push({ kind: 'stale', use });
  }
  const isWorkedOn = head.open.length > 0;
  for (const [resource, { status, reason = '' }] of content.resource) {
    if (shownStatus(status, isWorkedOn) !== 'failed') continue;
    reasons.push({ kind: 'failed_resource', resource, reason });
  }
  for (const [resource, { status, reason }] of content.drift) {
    if (status === 'unreadable') reasons.push({ kind: 'unreadable', resource, reason });
  }
  const drifted = [...content.drift].flatMap(([address, { status }]) =>
    status === 'modified' || status === 'deleted' ? [address] : [],
  );
  if (drifted.length > 0) reasons.push({ kind: 'drifted', resources: drifted });
  return [...reasons, ...findings];
}
