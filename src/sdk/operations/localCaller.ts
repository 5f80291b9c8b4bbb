import type { EngineContext } from '../../engine/context/EngineContext.ts';
import type { Caller } from './Call.ts';

/** A lock id carried from elsewhere: `SLOTH_RUNNER_LOCK_ID`. */
export interface HandedOn {
  readonly id: string;
  /** `SLOTH_RUNNER_STACK`: the only stack that it is for; `null` for whichever is named. */
  readonly stack: string | null;
}

/** Whoever runs this process: the store is theirs, so they may do all that it can, also in another's name. */
export function localCaller(
  { actor, locks }: Pick<EngineContext, 'actor' | 'locks'>,
  handedOn: HandedOn | null,
): Caller {
  return {
    actor,
    locks,
    // Another stack's lock is taken under an id of its own: one id for two would let each be shown for both.
    handedOn(stack) {
      if (handedOn === null) return null;
      return handedOn.stack === null || handedOn.stack === stack ? handedOn.id : null;
    },
    may: () => true,
  };
}
