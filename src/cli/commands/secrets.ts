import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { counted, SlothError } from '../../sdk/presentation.ts';
import type { RotatedKeys } from '../../sdk/Runner.ts';
import {
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { printResult } from '../print.ts';
import { renderTable } from '../render/table.ts';

export const secretsList: CommandSpec = {
  path: ['secrets', 'list'],
  summary: 'Name what is stored encrypted, without its values',
  details:
    'What it holds now: the log and the snapshots hold earlier ones, encrypted with the same keys.',
  args: [{ name: 'STACK', help: 'only this stack', optional: true, complete: 'stack' }],
  async run(context, input) {
    const runner = await context.open();
    const sealed = await runner.secrets.list(input.args[0]);
    printResult(
      context,
      input,
      () => ({ sealed }),
      () => {
        if (sealed.length === 0) return ['Nothing is stored encrypted'];
        const rows = sealed.map(({ stack, kind, name }) => [stack, kind, name]);
        return renderTable(['Stack', 'Kind', 'Name'], rows, (_, width) => '-'.repeat(width));
      },
    );
    return 0;
  },
};

export const secretsRotate: CommandSpec = {
  path: ['secrets', 'rotate'],
  summary: 'Encrypt everything under another key: a new key file, or another passphrase',
  details:
    'Every value is encrypted with a key of the store, and that with yours: what is encrypted anew are the keys,\n' +
    'and what is stored from then on gets a key of its own. Afterwards the old key opens nothing in this database.\n' +
    'Killed in between, both open it; the same command again goes on. Whoever had the old key and a copy of the\n' +
    'database has read what was in it: change those secrets themselves. Backups made before need the old key.',
  flags: {
    'new-key-file': {
      type: 'boolean',
      help: 'a new key file beside the database; so without a passphrase',
    },
    'new-passphrase-env': {
      type: 'string',
      placeholder: 'NAME',
      help: 'the passphrase in this variable',
    },
    'new-passphrase-file': {
      type: 'string',
      placeholder: 'FILE',
      help: 'the passphrase in this file, without the line break at its end',
      complete: 'file',
    },
  },
  examples: ['NEW=… sloth-runner secrets rotate --new-passphrase-env NEW'],
  async run(context, input) {
    const passphrase = newPassphrase(context, input);
    const runner = await context.open();
    const rotated = await runner.secrets.rotate(passphrase === undefined ? {} : { passphrase });
    printResult(
      context,
      input,
      () => rotated,
      () => report(context, rotated),
    );
    return 0;
  },
};

function report({ terminal }: CommandContext, rotated: RotatedKeys): string[] {
  const { keys, source, continued, putAside } = rotated;
  if (keys === 0) return ['Nothing was ever stored encrypted here: there is no key to replace'];
  const what = `${counted(keys, 'key')} of the database ${keys === 1 ? 'is' : 'are'} encrypted`;
  const under = source === 'file' ? 'a new key file' : 'the new passphrase';
  return [
    `${terminal.paint.good('✓')} ${what} under ${under}${continued ? ', as was begun before' : ''}`,
    ...(putAside === null
      ? []
      : [
          `  The key of before is ${putAside}: it opens backups from before, and nothing of the database`,
        ]),
    ...(source === 'file' ? [] : ['  From now on, SLOTH_RUNNER_PASSPHRASE must be the new one']),
  ];
}

/** The passphrase that is asked for; `undefined` for a new key file. */
function newPassphrase({ env, cwd }: CommandContext, input: CommandInput): string | undefined {
  const [name, file] = [
    textFlag(input, 'new-passphrase-env'),
    textFlag(input, 'new-passphrase-file'),
  ];
  const given = [isSet(input, 'new-key-file'), name !== undefined, file !== undefined];
  const count = given.filter(Boolean).length;
  if (count > 1 || (count === 0 && env.SLOTH_RUNNER_PASSPHRASE)) {
    throw refused('say which: --new-key-file, --new-passphrase-env or --new-passphrase-file');
  }
  if (name !== undefined) return notEmpty(env[name], `the variable ${name} is empty, or not there`);
  if (file === undefined) return undefined;
  const text = readFileSync(resolve(cwd, file), 'utf8').replace(/\r?\n$/, '');
  return notEmpty(text, `the file ${file} is empty`);
}

function notEmpty(text: string | undefined, reason: string): string {
  if (!text) throw refused(reason);
  return text;
}

function refused(reason: string): SlothError {
  return new SlothError('usage.invalid', { reason, command: 'secrets rotate' });
}
