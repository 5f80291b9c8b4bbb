import type { RunMessage } from '../../engine/session/RunMessage.ts';
import type { ExecutionStatus } from '../../model/entry.ts';

/** How a stack ended in an `up` or a `down`. */
export type StackEndStatus =
  | Exclude<ExecutionStatus, 'running'>
  /** Something it needs failed. */
  | 'skipped'
  /** It was not begun, because all was stopped. */
  | 'stopped'
  /** Nothing that it read had changed, so there was nothing to do. */
  | 'unchanged'
  /** Only of a plan: it would change something. */
  | 'pending';

/** What is done to the stacks; `plan` changes nothing. */
export type UpDirection = 'up' | 'down' | 'plan';

/** A stack as an `up` announces it. */
export interface AnnouncedStack {
  readonly stack: string;
  /** Those of the others that go before it. */
  readonly dependsOn: readonly string[];
  /** Why it is among them. */
  readonly reason: string;
}

/** How a stack ended, and why. */
export interface StackEnd {
  readonly stack: string;
  readonly status: StackEndStatus;
  readonly reason: string;
  /** Milliseconds. */
  readonly duration: number;
}

/**
 * What an `up` or a `down` says while it goes on: typed facts, for a live tree, plain lines or NDJSON.
 * Times are epoch milliseconds.
 */
export type UpMessage =
  | {
      readonly type: 'up.started';
      readonly direction: UpDirection;
      readonly stacks: readonly AnnouncedStack[];
      readonly slots: number;
      readonly at: number;
    }
  | { readonly type: 'stack.started'; readonly stack: string; readonly at: number }
  | { readonly type: 'stack.message'; readonly stack: string; readonly message: RunMessage }
  | ({ readonly type: 'stack.ended' } & StackEnd)
  | {
      readonly type: 'up.ended';
      readonly ends: readonly StackEnd[];
      readonly duration: number;
    };
