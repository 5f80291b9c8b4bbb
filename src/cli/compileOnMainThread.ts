/** Compilers of V8 that allocate memory in another thread, switched off. */
const FLAGS = [
  '--no-concurrent-sparkplug',
  '--no-maglev-build-code-on-background',
  '--no-maglev-deopt-data-on-background',
];

/**
 * Keeps V8 from compiling in threads that may have to wait for the main one.
 *
 * The scenario that must not happen: a command has done its work and leaves; the runtime waits for its
 * compiler threads to end, one of them waits for the main thread to collect garbage, and the process
 * stays for ever (nodejs/node#54918; seen once in some thousand commands on a busy machine). What is
 * compiled in these threads costs the main one next to nothing.
 */
export function compileOnMainThread(): void {
  const v8 = process.getBuiltinModule('node:v8');
  for (const flag of FLAGS) v8.setFlagsFromString(flag);
}
