/** Programs without which no object of a type can even be read. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  cron: ['crontab'],
  git: ['git'],
};

/** The programs that work on objects of some types needs, each once; pure. */
export function neededPrograms(types: Iterable<string>): string[] {
  return [...new Set([...types].flatMap((type) => PROGRAMS[type] ?? []))];
}
