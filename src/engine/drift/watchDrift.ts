import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import {
  contested,
  driftedIn,
  evolveFlips,
  noFlips,
  withFixed,
} from '../../services/drift/evolveFlips.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { type DriftReport, detectDrift } from './detectDrift.ts';
import { type FixedResource, fixDrift } from './fixDrift.ts';

/** How to watch. */
export interface WatchRequest {
  /** Milliseconds between two looks, before jitter. */
  readonly interval: number;
  readonly fix: boolean;
  /** Whether a fix begins with a snapshot. */
  readonly snapshot: boolean;
  readonly machine: ProviderMachine;
  readonly signal: AbortSignal;
  readonly onLook: (report: DriftReport) => void;
  readonly onFixed: (resource: FixedResource) => void;
  /** Told what kept it from looking or fixing; it tries again. */
  readonly onProblem: (error: SlothError, wait: number) => void;
}

/** Times the interval that a watcher waits at the most, when nothing works. */
const LONGEST = 16;

/**
 * Looks again and again, and fixes where it may, until its signal. After a failure it waits twice as
 * long as before. It stops with `drift.contested` when somebody undoes its fixes: two that fight over
 * an object do more harm than either of its states.
 */
export async function watchDrift(
  context: EngineContext,
  head: Head,
  request: WatchRequest,
): Promise<void> {
  const { interval, machine, signal, onLook, onProblem } = request;
  const { lineage, name: stack } = head;
  let flips = noFlips;
  let wait = interval;
  while (!signal.aborted) {
    try {
      const report = await detectDrift(context, { lineage, only: null, machine });
      onLook(report);
      flips = evolveFlips(flips, report);
      const names = contested(flips);
      if (names.length > 0) throw new SlothError('drift.contested', { stack, names });
      const fixed = request.fix ? await fixAll(context, head, report, request) : new Set<string>();
      flips = withFixed(
        flips,
        driftedIn(report).filter((name) => [...fixed].some((each) => name.startsWith(`${each}.`))),
      );
      wait = interval;
    } catch (error) {
      if (signal.aborted) return;
      if (!isSlothError(error) || error.code === 'drift.contested') throw error;
      wait = Math.min(wait * 2, interval * LONGEST);
      onProblem(error, wait);
    }
    // Watchers that were started together would otherwise look at the same moment for ever.
    await context.sleep(wait * (0.9 + 0.2 * context.random()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** The addresses that were fixed. */
async function fixAll(
  context: EngineContext,
  head: Head,
  report: DriftReport,
  { machine, snapshot, onFixed }: WatchRequest,
): Promise<Set<string>> {
  if (driftedIn(report).length === 0) return new Set();
  const { fixed } = await fixDrift(context, head, { only: null, machine, snapshot, onFixed });
  return new Set(fixed.filter((each) => each.status === 'fixed').map((each) => each.resource));
}
