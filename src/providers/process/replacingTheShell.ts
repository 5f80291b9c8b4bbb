/** What a shell does itself, or reads as the beginning of something larger. */
const OF_THE_SHELL =
  /^(?:\.|:|\[|!|alias|break|case|cd|command|continue|do|echo|eval|exec|exit|export|false|for|function|getopts|hash|if|jobs|kill|printf|pwd|read|readonly|return|select|set|shift|source|test|time|times|trap|true|type|ulimit|umask|unalias|unset|until|wait|while)$/;
/** What makes more than one command of a line, or a command of its own of a part. */
const COMPOUND = /[;&|()<>{}`!#\n\\]/;

/**
 * A shell command that is one program becomes that program: its process id is then the one that is
 * known, and whoever ends it ends the program, not a shell that waits for it. Anything else stays as it
 * is, and the shell its leader. In: any shell command; out: one that does the same.
 */
export function replacingTheShell(command: string): string {
  const [first = ''] = command.trim().split(/\s/);
  const isProgram = first !== '' && !/[=$'"*?~[]/.test(first) && !OF_THE_SHELL.test(first);
  return isProgram && !COMPOUND.test(command.trim()) ? `exec ${command.trim()}` : command;
}
