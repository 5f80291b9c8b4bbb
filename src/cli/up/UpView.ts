import type { AnnouncedStack, StackEnd, UpMessage } from '../../sdk/Runner.ts';
import { applyMessage, createRunView, type RunView } from '../run/RunView.ts';

/** A stack as a display knows it. */
export interface StackView {
  readonly announced: AnnouncedStack;
  readonly run: RunView;
  startedAt: number | null;
  ended: StackEnd | null;
}

/** Shows work on many stacks while it goes on. */
export interface UpDisplay {
  readonly show: (message: UpMessage) => void;
  /** Leaves the terminal as it should be, however it ended. */
  readonly close: () => void;
}

/** What all messages so far add up to, by stack, in the order they were announced. */
export type UpView = Map<string, StackView>;

/** Takes one message into a view. */
export function applyUpMessage(view: UpView, message: UpMessage): void {
  switch (message.type) {
    case 'up.started':
      for (const announced of message.stacks) {
        const stack = { announced, run: createRunView(), startedAt: null, ended: null };
        view.set(announced.stack, stack);
      }
      return;
    case 'stack.started':
      update(view, message.stack, (stack) => {
        stack.startedAt = message.at;
      });
      return;
    case 'stack.message':
      update(view, message.stack, (stack) => applyMessage(stack.run, message.message));
      return;
    case 'stack.ended':
      update(view, message.stack, (stack) => {
        stack.ended = message;
      });
      return;
    case 'up.ended':
  }
}

function update(view: UpView, name: string, change: (stack: StackView) => void): void {
  const stack = view.get(name);
  if (stack !== undefined) change(stack);
}
