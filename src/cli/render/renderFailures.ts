import { type Failure, sentenceOf } from '../../sdk/presentation.ts';
import { oneLine } from '../run/renderTask.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** Everything that failed, each with what is known of it below, as the end of what it printed. */
export function renderFailures(failures: readonly Failure[], paint: Paint): string[] {
  return failures.flatMap((failure) => {
    const [, ...details] = failure.reason.split('\n');
    return [
      `  ${oneLine(sentenceOf(failure))}`,
      ...details.map((line) => `    ${paint.dim('|')} ${oneLine(line)}`),
    ];
  });
}
