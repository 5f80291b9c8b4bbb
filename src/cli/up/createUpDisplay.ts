import type { UpDirection, UpMessage } from '../../sdk/Runner.ts';
import { cutTo, displayWidth, stripColors } from '../render/table.ts';
import { type Detail, renderTransition } from '../run/renderTransition.ts';
import { CONTROL, jsonText, linesText, spelledLine } from '../terminal/control.ts';
import type { Terminal } from '../terminal/Terminal.ts';
import { renderEnd, renderStacks, renderUpOutcome } from './renderStacks.ts';
import { applyUpMessage, type UpDisplay, type UpView } from './UpView.ts';

/** How often the drawing is refreshed, in milliseconds. */
const FRAME = 100;
const HIDE_CURSOR = `${CONTROL}[?25l`;
const SHOW_CURSOR = `${CONTROL}[?25h`;
const CLEAR_BELOW = `${CONTROL}[0J`;

/** One JSON document per line. */
export function createUpJsonDisplay(terminal: Terminal): UpDisplay {
  return { show: (message) => terminal.out(`${jsonText(message)}\n`), close() {} };
}

/** One plain line per transition, each with its stack; with `quiet`, only how stacks ended. */
export function createUpPlainDisplay(terminal: Terminal, detail: Detail): UpDisplay {
  const view: UpView = new Map();
  const { paint } = terminal;
  let direction: UpDirection = 'up';
  return {
    show(message) {
      if (message.type === 'up.started') ({ direction } = message);
      const lines = linesOf(message);
      applyUpMessage(view, message);
      if (lines.length > 0) terminal.out(linesText(lines));
    },
    close() {},
  };

  function linesOf(message: UpMessage): string[] {
    switch (message.type) {
      case 'stack.started':
        return detail.quiet ? [] : [`${paint.accent('▶')} ${message.stack}`];
      case 'stack.message': {
        const stack = view.get(message.stack);
        if (stack === undefined || detail.quiet) return [];
        return renderTransition(stack.run, message.message, paint, detail)
          .filter((line) => line !== '')
          .map((line) => `${paint.dim(`[${message.stack}]`)} ${line}`);
      }
      case 'stack.ended':
        return [renderEnd(message, paint)];
      case 'up.ended':
        return renderUpOutcome(message.ends, message.duration, direction, paint);
      case 'up.started':
        return [];
    }
  }
}

/** A tree of stacks that is redrawn in place, and the summary below it. */
export function createUpLiveDisplay(terminal: Terminal, clock: () => number): UpDisplay {
  const view: UpView = new Map();
  const { paint } = terminal;
  let direction: UpDirection = 'up';
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): string => (drawn === 0 ? '' : `${CONTROL}[${drawn}F${CLEAR_BELOW}`);
  const showCursor = (): void => terminal.out(SHOW_CURSOR);

  function draw(rows: number): void {
    const all = renderStacks(view, paint, clock());
    // What has ended scrolls away first; what is going on is what somebody wants to see.
    const hidden = Math.max(0, all.length - rows);
    const lines =
      hidden === 0 ? all : [paint.dim(`… ${hidden} lines above`), ...all.slice(hidden + 1)];
    terminal.out(erase() + linesText(lines.map((line) => clip(line, terminal.columns()))));
    drawn = lines.length;
  }

  function finish(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    draw(Number.MAX_SAFE_INTEGER);
    drawn = 0;
    process.off('exit', showCursor);
    showCursor();
  }

  return {
    show(message) {
      applyUpMessage(view, message);
      if (message.type === 'up.started') {
        ({ direction } = message);
        terminal.out(HIDE_CURSOR);
        process.once('exit', showCursor);
        timer = setInterval(() => draw(terminal.rows() - 1), FRAME);
      }
      if (message.type !== 'up.ended') return;
      finish();
      const lines = renderUpOutcome(message.ends, message.duration, direction, paint);
      terminal.out(linesText(lines));
    },
    close: finish,
  };
}

/** A line that wraps would break the drawing; one that is cut loses its colours. */
function clip(given: string, columns: number): string {
  const line = spelledLine(given);
  return displayWidth(line) <= columns ? line : cutTo(stripColors(line), columns);
}
