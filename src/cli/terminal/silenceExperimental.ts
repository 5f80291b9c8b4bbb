/**
 * Keeps the runtime's warnings about its own experimental parts off the screen: on Node 22 the
 * parts we use (globs, SQLite) still carry one, and it says nothing to somebody who runs a
 * workflow. Every other warning is printed as usual.
 */
export function silenceExperimental(): void {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const [given] = rest;
    const type =
      typeof given === 'object' && given !== null && 'type' in given ? given.type : given;
    if (type === 'ExperimentalWarning') return;
    (emit as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
}
