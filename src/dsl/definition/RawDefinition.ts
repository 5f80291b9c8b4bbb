import type { SourcePosition } from '../../model/workflow.ts';

/**
 * A task or workflow as its author wrote it, not yet checked: keys as in the specification
 * (`depends_on`), functions already replaced by their handles.
 */
export interface RawDefinition {
  readonly name: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly at: SourcePosition;
}
