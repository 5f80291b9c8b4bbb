import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createRedactor } from '../../engine/redaction/redactor.ts';
import type { Caller, Store } from './Call.ts';
import { callOperation } from './callOperation.ts';
import type { Operation, Schema } from './Operation.ts';
import { operations } from './operations.ts';
import { resourceContent } from './resources/content.ts';
import { stackOutput } from './stacks/output.ts';
import { stackOutputs } from './stacks/outputs.ts';
import { getState } from './state/get.ts';

type Any = Operation<Schema, Schema, Schema>;
const shown: [string, Any, object][] = [
  [resourceContent.id, resourceContent, { resource: 'file.f', from: 'p1' }],
  [getState.id, getState, { key: 'k', show_sensitive: true }],
  [stackOutput.id, stackOutput, { key: 'k', show_sensitive: true }],
  [stackOutputs.id, stackOutputs, { show_sensitive: true }],
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
    const input = { stack: 's', ...more };
    await expect(callOperation(each, { store, caller }, input)).rejects.toMatchObject({
      code: 'permission.denied',
      details: { actor: 'ana', permission: 'reveal', stack: 's' },
    });
  },
);

test('no operation does anything for whoever may nothing', async () => {
  const nobody = { ...caller, may: () => false };
  const tried: string[] = [];
  for (const each of Object.values(operations) as readonly Any[]) {
    const input = [{}, { stack: 's' }].find((one) => v.safeParse(each.input, one).success);
    if (input === undefined) continue;
    tried.push(each.id);
    const call = callOperation(each, { store, caller: nobody }, input);
    await expect(call, each.id).rejects.toMatchObject({
      code: 'permission.denied',
      details: { permission: each.permission },
    });
  }
  expect(tried.length).toBeGreaterThan(15);
});
