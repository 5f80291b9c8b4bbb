import { format } from 'node:util';
import type { LogLevel } from '../../../model/host.ts';
import { requireScope } from '../callHost.ts';
import { strict } from '../strict.ts';

function logAt(level: LogLevel): (...parts: readonly unknown[]) => void {
  return (...parts) => requireScope(`log.${level}`).host.log(level, format(...parts));
}

/** Messages for whoever watches the run; placeholders as in `console.log`. Secrets are masked. */
export const log = strict('log', {
  debug: logAt('debug'),
  info: logAt('info'),
  warn: logAt('warn'),
  error: logAt('error'),
  success: logAt('success'),
});
