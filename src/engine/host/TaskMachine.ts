import type { TaskHost } from '../../model/host.ts';

/** What one task has of the machine while it runs: its host, what it started, what it printed. */
export interface TaskMachine {
  readonly host: TaskHost;
  /** Ends every process group that the task started and has not ended; resolves when they are gone. */
  readonly endProcesses: () => Promise<void>;
  /** Lets go what the task left running: it was left on purpose, and stays when the run is killed. */
  readonly releaseProcesses: () => void;
  /** What the task printed so far: redacted and capped. */
  readonly printed: () => string;
  /** Whether that is not all of it. */
  readonly isPrintedCut: () => boolean;
}
