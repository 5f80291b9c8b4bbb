import type { JsonValue } from '../../../model/json.ts';
import type { Sealer } from '../../../services/secrets/Sealer.ts';

/** Encrypts nothing: for tests that are about something else. */
export const plainSealer: Sealer = {
  seal: async (value) => JSON.stringify(value),
  open: async (sealed) => JSON.parse(sealed) as JsonValue,
  sealFile: async () => '',
  openFile: async () => {},
  canSign: async () => true,
  sign: async (text) => text,
  isSigned: async (text, digest) => text === digest,
  prove: async () => {},
};
