import type { CommandSpec } from '../CommandSpec.ts';
import { printResult } from '../print.ts';

export const configPath: CommandSpec = {
  path: ['config', 'path'],
  summary: 'Say which database is used and why, and which configuration files are read',
  async run(context, input) {
    const { location, configurationFiles } = await context.open({ readOnly: true });
    printResult(
      context,
      input,
      () => ({
        database: location.path,
        reason: location.reason,
        configuration_files: configurationFiles,
      }),
      () => [
        `Database: ${location.path}`,
        `  (${location.reason})`,
        configurationFiles.length === 0
          ? 'Configuration: no file; built-in defaults'
          : `Configuration: ${configurationFiles.join(', then ')}`,
      ],
    );
    return 0;
  },
};

export const configShow: CommandSpec = {
  path: ['config', 'show'],
  summary: 'Show the settings in effect; durations in milliseconds, sizes in bytes',
  async run(context, input) {
    const { configuration, location } = await context.open({ readOnly: true });
    const settings = snakeKeys({ ...configuration, databasePath: location.path });
    const { stringify } = await import('yaml');
    printResult(
      context,
      input,
      () => ({ stacks: settings }),
      () => [stringify({ stacks: settings }).trimEnd()],
    );
    return 0;
  },
};

/** The keys as the configuration file spells them. */
function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (value === null || typeof value !== 'object') return value;
  const pairs = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snakeKeys(inner),
  ]);
  return Object.fromEntries(pairs);
}
