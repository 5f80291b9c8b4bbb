import { CONTROL, linesText } from '../terminal/control.ts';
import type { Terminal } from '../terminal/Terminal.ts';
import type { RunDisplay } from './RunDisplay.ts';
import { applyMessage, createRunView, type RunView } from './RunView.ts';
import { type Detail, renderOutcome, renderTransition } from './renderTransition.ts';
import { type Canvas, renderTree } from './renderTree.ts';

/** How often the drawing is refreshed, in milliseconds. */
const FRAME = 100;
const HIDE_CURSOR = `${CONTROL}[?25l`;
const SHOW_CURSOR = `${CONTROL}[?25h`;
const CLEAR_BELOW = `${CONTROL}[0J`;

/** More lines than any run has: the last drawing shows every task. */
const ALL_ROWS = 1_000_000;

/** A tree that is redrawn in place; what should stay is written above it. */
export function createLiveDisplay(
  terminal: Terminal,
  detail: Detail,
  clock: () => number,
): RunDisplay {
  const view = createRunView();
  const { paint } = terminal;
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;

  const canvas = (rows: number): Canvas => ({
    columns: terminal.columns(),
    rows,
    paint,
    now: clock(),
  });
  const erase = (): string => (drawn === 0 ? '' : `${CONTROL}[${drawn}F${CLEAR_BELOW}`);

  function draw(above: readonly string[] = []): void {
    const lines = view.started === null ? [] : renderTree(view, canvas(terminal.rows() - 1));
    // One write for all of it, so that no terminal shows a half-erased tree.
    terminal.out(erase() + linesText([...above, ...lines]));
    drawn = lines.length;
  }

  function begin(): void {
    terminal.out(HIDE_CURSOR);
    process.once('exit', showCursor);
    timer = setInterval(draw, FRAME);
  }

  function finish(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    const lines = renderTree(view, canvas(ALL_ROWS)).slice(0, -1);
    terminal.out(erase() + linesText(lines));
    drawn = 0;
    process.off('exit', showCursor);
    showCursor();
  }

  /** Also when the process leaves early: a shell without a cursor is a nuisance. */
  function showCursor(): void {
    terminal.out(SHOW_CURSOR);
  }

  return {
    show(message) {
      applyMessage(view, message);
      if (message.type === 'execution.ended') {
        finish();
        const failures = failureLines(view, detail, paint);
        terminal.out(linesText([...failures, ...renderOutcome(view, message, paint)]));
        return;
      }
      const stays = renderTransition(view, message, paint, detail);
      if (message.type === 'execution.started') begin();
      if (staysAbove(message.type)) draw(detail.quiet ? [] : stays);
    },
    close: finish,
  };
}

/** What the tree itself doesn't show. */
function staysAbove(type: string): boolean {
  return !['task.started', 'task.ended', 'task.retrying', 'resource.ended'].includes(type);
}

/** Where failures happened, with the last lines of what they printed: the tree has no room for it. */
function failureLines(view: RunView, detail: Detail, paint: Terminal['paint']): string[] {
  const failed = [...view.tasks.values()].filter((task) => task.status === 'failed');
  return failed.flatMap(({ ended }) =>
    ended === null ? [] : ['', ...renderTransition(view, ended, paint, detail)],
  );
}
