import { redactedError } from '../engine/redaction/redactedError.ts';
import type { Redactor } from '../engine/redaction/redactor.ts';

/**
 * An object whose functions, and those of the objects in it, reject and throw errors that hold no secret:
 * whatever an error was made of, this is the last place that it passes before it is shown.
 */
export function withRedactedErrors<T extends object>(redactor: Redactor, facade: T): T {
  return new Proxy(facade, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value === 'function') return guarded(redactor, value.bind(target) as Guarded);
      const isPart = typeof value === 'object' && value !== null && isMadeOfFunctions(value);
      return isPart ? withRedactedErrors(redactor, value) : value;
    },
  });
}

type Guarded = (...args: readonly unknown[]) => unknown;

function guarded(redactor: Redactor, action: Guarded): Guarded {
  const fail = (error: unknown): never => {
    throw redactedError(redactor, error);
  };
  return (...args) => {
    try {
      const result = action(...args);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}

function isMadeOfFunctions(value: object): boolean {
  const all = Object.values(value);
  // One that is loaded when it is asked for has nothing of its own yet.
  return all.length === 0 || all.some((each) => typeof each === 'function');
}
