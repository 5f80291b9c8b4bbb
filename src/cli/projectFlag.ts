import type { ProjectOption } from '../sdk/Runner.ts';
import { type CommandInput, type FlagSpec, textFlag } from './CommandSpec.ts';

/** The flag of commands that look at a project. */
export const projectFlag: Readonly<Record<'project', FlagSpec>> = {
  project: {
    type: 'string',
    placeholder: 'FILE',
    help: 'project file (default: the nearest sloth.yaml)',
    complete: 'file',
  },
};

/** Which project was named. */
export function projectOf(input: CommandInput): ProjectOption {
  const project = textFlag(input, 'project');
  return project === undefined ? {} : { project };
}
