/**
 * Which process holds something. A pid alone is never enough: pids are reused, so a new process
 * with the pid of a dead holder would keep its lock alive for ever. The start time tells them apart,
 * the host and the process namespace say on which machine (or in which container) the pid counts.
 */
export interface ProcessIdentity {
  readonly host: string;
  /** The boot and process namespace in which `pid` is valid; equal strings mean comparable pids. */
  readonly scope: string;
  readonly pid: number;
  /** Opaque start time as the operating system gives it (clock ticks since boot on Linux). */
  readonly started: string;
}

/**
 * `suspended`: it lives, and was stopped by a signal, so that it does nothing. `unknown`: it is on another
 * host or in another namespace, or it could not see itself, so only its lease can tell.
 */
export type Liveness = 'alive' | 'suspended' | 'dead' | 'unknown';

/** Injected at the edge; the only way the decisions learn whether a holder still lives. */
export type ProbeLiveness = (process: ProcessIdentity) => Liveness;
