import type { ClockEntry } from '../../model/entry.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** Where a log says that the clock went back; `serial` is the first commit after that. */
export interface ClockStep extends ClockEntry {
  readonly serial: number;
}

/** Where the clock went back: one of the times beside it was wrong. Oldest first. */
export async function clockStepsOf(
  { backend }: EngineContext,
  lineage: string,
): Promise<readonly ClockStep[]> {
  const view = await backend.read({ lineage }, [{ kind: 'clock' }]);
  return [...(view?.content.clock ?? [])]
    .map(([serial, step]) => ({ ...step, serial: Number(serial) }))
    .sort((a, b) => a.serial - b.serial);
}
