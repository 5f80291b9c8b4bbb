import { SlothError } from '../sdk/presentation.ts';
import type { CommandContext } from './CommandSpec.ts';

/**
 * Asks before something that can't be taken back. Without anybody to ask, it is refused and the flag
 * to pass is named: a script that hangs at an invisible prompt is worse than one that fails.
 */
export async function confirm(
  { terminal }: CommandContext,
  question: string,
  flag: { readonly name: string; readonly given: boolean },
): Promise<void> {
  if (flag.given) return;
  if (!terminal.isInteractive()) {
    throw new SlothError('usage.confirmation_needed', { question, flag: flag.name });
  }
  const answer = (await terminal.ask(`${question} (yes/no): `)).trim().toLowerCase();
  if (answer !== 'yes' && answer !== 'y') throw new SlothError('usage.declined', { question });
}
