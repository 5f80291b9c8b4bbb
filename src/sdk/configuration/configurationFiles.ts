import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentUser } from '../process/currentUser.ts';

/** The environment, injected, so that nothing but the program's entry reads the real one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where things are looked for; a test hands in folders of its own. */
export interface Places {
  /** `/etc/sloth-runner`. */
  readonly system: string;
  /** `$XDG_CONFIG_HOME/sloth-runner`. */
  readonly config: string;
  /** `$XDG_STATE_HOME/sloth-runner`. */
  readonly state: string;
  /** `$XDG_CACHE_HOME/sloth-runner`. */
  readonly cache: string;
}

/** The places of this machine and user; `SLOTH_RUNNER_ETC` moves the system's, for packages and tests. */
export function standardPlaces(env: Environment): Places {
  const home = env.HOME || currentUser().home;
  const under = (base: string | undefined, fallback: string): string =>
    join(base || join(home, fallback), 'sloth-runner');
  return {
    system: env.SLOTH_RUNNER_ETC || '/etc/sloth-runner',
    config: under(env.XDG_CONFIG_HOME, '.config'),
    state: under(env.XDG_STATE_HOME, '.local/state'),
    cache: under(env.XDG_CACHE_HOME, '.cache'),
  };
}

/** The configuration files that are there, the weakest first. A file named on purpose stands alone. */
export function configurationFiles(places: Places, named: string | undefined): string[] {
  if (named !== undefined) return [named];
  const standard = [join(places.system, 'config.yaml'), join(places.config, 'config.yaml')];
  return standard.filter((file) => existsSync(file));
}
