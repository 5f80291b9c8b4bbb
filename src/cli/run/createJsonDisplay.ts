import { jsonText } from '../terminal/control.ts';
import type { Terminal } from '../terminal/Terminal.ts';
import type { RunDisplay } from './RunDisplay.ts';

/** One JSON document per line, as the run tells it. */
export function createJsonDisplay(terminal: Terminal): RunDisplay {
  return { show: (message) => terminal.out(`${jsonText(message)}\n`), close() {} };
}
