import { type DriftDecision, SlothError } from '../sdk/presentation.ts';
import {
  type CommandContext,
  type CommandInput,
  type FlagSpec,
  isSet,
  textFlag,
} from './CommandSpec.ts';

const DECISIONS: readonly DriftDecision[] = ['overwrite', 'keep', 'stop'];

/** The flag of commands that may revert what somebody changed. */
export const onDriftFlag: Readonly<Record<'on-drift', FlagSpec>> = {
  'on-drift': {
    type: 'string',
    placeholder: 'WHAT',
    help: 'with changes from outside that would be reverted: overwrite, keep or stop',
    complete: DECISIONS,
  },
};

/** Refuses what is no decision. */
export function assertDriftDecision(input: CommandInput, command: string): void {
  const given = textFlag(input, 'on-drift');
  if (given === undefined || DECISIONS.some((each) => each === given)) return;
  const reason = `--on-drift '${given}' is none of ${DECISIONS.join(', ')}`;
  throw new SlothError('usage.invalid', { reason, command });
}

/** What to do with changes from outside: as the flag says, else as somebody answers who has seen the plan. */
export function driftDecider(
  context: CommandContext,
  input: CommandInput,
): DriftDecision | (() => Promise<DriftDecision>) {
  const isAsked = textFlag(input, 'on-drift') === undefined && !isSet(input, 'yes');
  if (!isAsked || !context.terminal.isInteractive()) return driftDecision(input);
  return () => askAboutDrift(context);
}

async function askAboutDrift({ terminal }: CommandContext): Promise<DriftDecision> {
  const answer = await terminal.ask(
    'Overwrite what was changed from outside? (yes: overwrite, keep, no: stop): ',
  );
  const text = answer.trim().toLowerCase();
  if (text === 'yes' || text === 'y' || text === 'overwrite') return 'overwrite';
  return text === 'keep' ? 'keep' : 'stop';
}

/** What the flag says; to stop where it says nothing. */
export function driftDecision(input: CommandInput): DriftDecision {
  const given = textFlag(input, 'on-drift');
  return DECISIONS.find((each) => each === given) ?? 'stop';
}
