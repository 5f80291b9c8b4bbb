import { expect, test } from 'vitest';
import { createRedactor } from '../../engine/redaction/redactor.ts';
import type { Caller, Store } from './Call.ts';
import { callOperation } from './callOperation.ts';
import type { Operation, Schema } from './Operation.ts';
import { stackOutput } from './stacks/output.ts';
import { stackOutputs } from './stacks/outputs.ts';
import { getState } from './state/get.ts';

type Any = Operation<Schema, Schema, Schema>;
const shown: [string, Any, object][] = [
  [getState.id, getState, { key: 'k' }],
  [stackOutput.id, stackOutput, { key: 'k' }],
  [stackOutputs.id, stackOutputs, {}],
];

// Refused before anything is looked at: of the store there need not be more.
const store = { redactor: createRedactor() } as Store;
const caller: Caller = {
  actor: 'ana',
  locks: { ids: () => new Set(), remember: () => {}, forget: () => {} },
  handedOn: () => null,
  may: (permission) => permission !== 'reveal',
};

test.each(shown)(
  '%s shows what is sensitive only to those who may see it',
  async (_, each, more) => {
    const input = { stack: 's', show_sensitive: true, ...more };
    await expect(callOperation(each, { store, caller }, input)).rejects.toMatchObject({
      code: 'permission.denied',
      details: { actor: 'ana', permission: 'reveal', stack: 's' },
    });
  },
);
