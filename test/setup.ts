import fc from 'fast-check';
import { SEED } from './random.ts';

// fast-check shortens what it generates, whatever `maxLength` says: a list of at most 90 had at most 12.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true, seed: SEED });
