import type { EngineContext } from '../context/EngineContext.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';
import { openResource } from './storedResource.ts';

/**
 * Opens what a stack keeps encrypted, so that it is known and masked wherever it turns up: for what reads objects
 * that nobody has declared, and shows what is in them.
 */
export async function learnSecrets(context: EngineContext, lineage: string): Promise<void> {
  const selection = [
    { kind: 'value' as const },
    { kind: 'output' as const },
    { kind: 'resource' as const },
  ];
  const view = await context.backend.read({ lineage }, selection);
  for (const kind of ['value', 'output'] as const) {
    for (const [name, stored] of view?.content[kind] ?? []) {
      await openValue(context.sealer, stored, sealContext(lineage, kind, name));
    }
  }
  for (const [address, entry] of view?.content.resource ?? []) {
    await openResource(context, lineage, address, entry);
  }
}
