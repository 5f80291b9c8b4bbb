import { format } from 'node:util';
import { currentScope, sharedSlot } from './Scope.ts';

const METHODS = ['log', 'info', 'debug', 'warn', 'error'] as const;

/**
 * Makes `console.log` and its like, called in workflow code, print into the task's output; called
 * anywhere else they do what they always did. Otherwise a workflow's prints would tear the live
 * display apart, spoil `--json`, and carry secrets past the redactor.
 *
 * Out: sets the console back. Captures nest: the last one sets it back in truth.
 */
export function captureConsole(): () => void {
  captures += 1;
  if (captures === 1) restore = replaceMethods();
  let released = false;
  return () => {
    if (released) return;
    released = true;
    captures -= 1;
    if (captures === 0) restore();
  };
}

let captures = 0;
let restore = (): void => {};

function replaceMethods(): () => void {
  const target: Pick<Console, (typeof METHODS)[number]> = globalThis.console;
  const originals = METHODS.map((method) => [method, target[method]] as const);
  for (const [method, original] of originals) {
    target[method] = (...parts: unknown[]) => {
      const scope = currentScope();
      if (scope === undefined || scope.ended) original.apply(target, parts);
      // Outside of the scope, or a host that prints with `console` would be asked to print for ever.
      else sharedSlot().scopes.exit(() => scope.host.print(format(...parts)));
    };
  }
  return () => {
    for (const [method, original] of originals) target[method] = original;
  };
}
