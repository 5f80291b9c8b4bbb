import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { AgreedPlan } from '../../engine/resources/agreedPlan.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { strictText } from '../../model/bytes.ts';

/** What a run is asked for, as a plan keeps it. */
export interface PlannedRequest {
  readonly file: string;
  readonly workflow: string;
  readonly stack: string;
  readonly valuesFile: string | null;
  readonly set: readonly string[];
  readonly setString: readonly string[];
  readonly params: readonly string[];
  readonly allowDeletions: boolean;
}

/** A plan in a file: what was seen, and what of. */
export interface PlanFile extends AgreedPlan {
  readonly request: PlannedRequest;
  /** Stands for the workflow and all that was handed to it. */
  readonly fingerprint: string;
}

const FORMAT = 'sloth-runner plan 1';

const text = v.string();
const texts = v.array(text);
const schema = v.object({
  format: v.literal(FORMAT),
  stack: text,
  lineage: text,
  serial: v.number(),
  hash: text,
  fingerprint: text,
  request: v.object({
    file: text,
    workflow: text,
    stack: text,
    valuesFile: v.nullable(text),
    set: texts,
    setString: v.optional(texts, []),
    params: texts,
    allowDeletions: v.boolean(),
  }),
  resources: v.array(v.looseObject({ resource: text, action: text })),
});

/** Writes a plan in one step, for its owner's eyes: values that were set stand in it. */
export async function writePlanFile(path: string, plan: PlanFile): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const body = JSON.stringify({ format: FORMAT, ...plan }, null, 2);
    await writeFile(partial, `${body}\n`, { mode: 0o600 });
    await rename(partial, path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Reads a plan back. Rejects with `plan.unreadable` what is none. */
export async function readPlanFile(path: string): Promise<PlanFile> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(strictText(await readFile(path)));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const checked = v.safeParse(schema, parsed);
  if (checked.success) return checked.output as unknown as PlanFile;
  throw unreadable(path, new Error('it was not written by --plan-out of this version'));
}

function unreadable(path: string, cause: unknown): SlothError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlothError('plan.unreadable', { path, reason }, { cause });
}
