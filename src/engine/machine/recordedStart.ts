import type { Start } from './fitStart.ts';

/** Writes down what the system says of this process, which leads a group, and becomes the program. */
const LAUNCHER = `
if [ -r /proc/$$/stat ]; then IFS= read -r line < /proc/$$/stat
else line="$$ $(ps -o lstart= -p $$)"; fi
printf '%s\\n' "$line" >&3
exec 3>&-
if command -v -- "$1" >/dev/null; then exec "$@"; fi
printf '%s: not found\\n' "$1" >&2
exit 127`;

/**
 * A start that writes the group's leader into the record at descriptor 3 before the program begins: the
 * scenario that must not happen is that a run is killed between a start and a note of it.
 */
export function recordedStart({ command, env }: Start): Start {
  return { command: ['/bin/sh', '-c', LAUNCHER, 'sh', ...command], env };
}
