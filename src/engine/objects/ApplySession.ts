import type { WriteAuthority } from '../../backend/guardWrite.ts';
import type { Attributes, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import type { ResourceOptions, SourcePosition } from '../../model/workflow.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** An object to bring to what is wanted, wherever the wish comes from: a workflow, or the stack. */
export interface WantedObject {
  readonly address: string;
  readonly provider: Provider;
  readonly properties: Properties;
  readonly identity: string;
  readonly dependencies: readonly string[];
  readonly options: ResourceOptions;
  readonly at: SourcePosition;
  /** Attributes that this once are left as they are, beside those that their author ignores. */
  readonly leave?: readonly string[];
  /** Attributes that are never shown, where that is known from before. */
  readonly masked?: readonly string[];
}

/** What objects are changed with: by a run, a fix, a restore or a destroy. */
export interface ApplySession {
  readonly context: EngineContext;
  readonly lineage: string;
  readonly authority: WriteAuthority;
  /** What objects are read with. */
  readonly machine: ProviderMachine;
  /** The same machine to change them with: its programs are recorded, and end with the operation. */
  readonly changing: ProviderMachine;
  /** Whether a text must not be stored in the clear. */
  readonly isSecret: (value: Properties | Attributes) => boolean;
  /** A text without the secrets that are known. */
  readonly redact: (text: string) => string;
  /** The objects whose pre-image this operation has kept, or that it made; by `objectKey`. */
  readonly kept: Set<string>;
}
