import type { StackGraph } from '../../services/deps/StackGraph.ts';
import { conditionOf } from './statusColors.ts';

/** The graph for machines. */
export interface GraphJson {
  readonly stacks: readonly object[];
  readonly dependencies: readonly object[];
}

/** Writes a graph as plain data. */
export function graphJson({ nodes, edges }: StackGraph): GraphJson {
  return {
    stacks: [...nodes.values()].map((node) => {
      const { name, status, version, stale, locked, drifted, description, tags, outputs } = node;
      const known = { name, status, version, stale, locked, drifted, description, tags, outputs };
      return { ...known, condition: conditionOf(node) };
    }),
    dependencies: [...edges.values()].flatMap((to) =>
      [...to.values()].map(({ from, to: needed, declarations, outputs }) => ({
        from,
        to: needed,
        declarations,
        outputs,
      })),
    ),
  };
}
