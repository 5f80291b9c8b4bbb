import { stat } from 'node:fs/promises';
import { SlothError } from '../../errors/SlothError.ts';

/**
 * Refuses a working directory that isn't there with `exec.no_workdir`: the system would say that the
 * program isn't. `of` names whose it is, as ` of task 'build'`.
 */
export async function assertWorkdir(workdir: string, of: string): Promise<void> {
  try {
    if ((await stat(workdir)).isDirectory()) return;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `can't be entered: ${message}`;
    throw new SlothError('exec.no_workdir', { workdir, of, reason }, { cause });
  }
  throw new SlothError('exec.no_workdir', { workdir, of, reason: 'is no directory' });
}
