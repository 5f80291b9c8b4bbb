import type { RunSession } from '../session/RunSession.ts';

/** How what a run published differs from what its workflow says. */
export interface CheckedOutputs {
  /** Declared, and not there. */
  readonly missing: readonly string[];
  /** There from earlier runs, and no longer declared. */
  readonly dropped: readonly string[];
}

/** Holds the outputs of a stack against those that its workflow declares; nothing where it doesn't. */
export async function checkOutputs({
  context,
  head,
  definition,
}: RunSession): Promise<CheckedOutputs> {
  const { outputs } = definition;
  if (outputs === null) return { missing: [], dropped: [] };
  const view = await context.backend.read({ lineage: head.lineage }, [{ kind: 'output' }]);
  const there = [...(view?.content.output.keys() ?? [])];
  return {
    missing: outputs.filter((name) => !there.includes(name)),
    dropped: there.filter((name) => !outputs.includes(name)),
  };
}
