import type { Caller, Store } from './Call.ts';
import type { CallOptions, Client } from './Client.ts';
import { callOperation } from './callOperation.ts';
import type { Operation, Schema } from './Operation.ts';

type Table = Readonly<Record<string, Operation<Schema, Schema, Schema>>>;

/** The operations of a table as methods, for one caller on one store. */
export function createClient<T extends Table>(
  table: T,
  place: { readonly store: Store; readonly caller: Caller },
): Client<T> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const operation of Object.values(table)) {
    const [group = '', name = ''] = operation.id.split('.');
    groups[group] ??= {};
    groups[group][camelCase(name)] = (input: unknown = {}, options: CallOptions<unknown> = {}) =>
      callOperation(operation, place, input, options);
  }
  return groups as Client<T>;
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
