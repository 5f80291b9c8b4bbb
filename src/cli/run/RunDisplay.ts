import type { RunMessage } from '../../sdk/presentation.ts';

/** Shows a run while it goes on. */
export interface RunDisplay {
  readonly show: (message: RunMessage) => void;
  /** Leaves the terminal as it should be, however the run ended. */
  readonly close: () => void;
}
