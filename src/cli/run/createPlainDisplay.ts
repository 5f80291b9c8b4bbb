import { linesText } from '../terminal/control.ts';
import type { Terminal } from '../terminal/Terminal.ts';
import type { RunDisplay } from './RunDisplay.ts';
import { applyMessage, createRunView } from './RunView.ts';
import { type Detail, renderOutcome, renderTransition } from './renderTransition.ts';

/** One plain line per transition, for logs and pipes. With `quiet`, only failures and the end. */
export function createPlainDisplay(terminal: Terminal, detail: Detail): RunDisplay {
  const view = createRunView();
  const { paint } = terminal;
  return {
    show(message) {
      const failed =
        (message.type === 'task.ended' || message.type === 'resource.ended') &&
        message.status === 'failed';
      const lines =
        message.type === 'execution.ended'
          ? renderOutcome(view, message, paint)
          : detail.quiet && !failed
            ? []
            : renderTransition(view, message, paint, detail);
      applyMessage(view, message);
      if (lines.length > 0) terminal.out(linesText(lines));
    },
    close() {},
  };
}
