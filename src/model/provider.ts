import type { JsonObject, JsonValue } from './json.ts';

/** What kind of thing has drifted, in the specification's words. */
export type DriftKind = 'configuration' | 'resource' | 'state' | 'dependency';

/** How bad it is that an attribute is not as declared. */
export type DriftSeverity = 'low' | 'medium' | 'high' | 'critical';

/** The properties of a declaration, as their author wrote them. */
export type Properties = Readonly<Record<string, JsonValue>>;

/** What an object looks like, in the provider's terms; also what it should look like. */
export type Attributes = Readonly<Record<string, JsonValue>>;

/** One property that a declaration may have. */
export interface PropertySchema {
  readonly type: 'text' | 'number' | 'flag' | 'texts' | 'table';
  /** What it says, as a sentence without a full stop. */
  readonly help: string;
  readonly required?: boolean;
  /** Whether it is a secret by its nature: then all of the declaration is stored encrypted. */
  readonly secret?: true;
}

/** One attribute that objects of a type have: what drift in it means. */
export interface AttributeSchema {
  readonly kind: DriftKind;
  readonly severity: DriftSeverity;
  /** What follows when it is not as declared, as a phrase: `Reduced capacity`. */
  readonly impact: string;
  /** Whether it can't be changed in place: the object is deleted and made again. */
  readonly replaces?: boolean;
}

/** Who or what changed an object, where the system can tell. */
export interface ChangeTrace {
  /** A phrase: `user root`, `process 4711`. */
  readonly by: string;
  /** Epoch milliseconds; `null` when unknown. */
  readonly at: number | null;
  readonly confidence: 'certain' | 'likely' | 'guess';
}

/** What reading an object gave. */
export type ActualObject =
  | { readonly exists: false }
  | { readonly exists: true; readonly attributes: Attributes };

/** A program to run: no shell in between, output as text. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** How to run a program. */
export interface ProgramOptions {
  /** What it reads; nothing at all by default. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
}

/** The machine as a provider may use it, beside files. */
export interface ProviderMachine {
  /** Absolute; relative paths of a declaration lie here. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Runs a program to its end. */
  readonly run: (command: readonly string[], options?: ProgramOptions) => Promise<ProgramResult>;
  /** Starts a program that outlives us, its output going to a file; gives its process id. */
  readonly launch: (
    command: readonly string[],
    options: ProgramOptions & { readonly log: string },
  ) => Promise<number>;
  /** Makes HTTP requests, through the proxies that the environment names. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Tells something that is worth knowing and no error: where somebody's work was put aside. */
  readonly notice: (message: string) => void;
  /**
   * A digest of a text, keyed with the store's own key: for what has to be recognised, may hold a secret, and
   * lies where others may read it.
   */
  readonly sign: (text: string) => Promise<string>;
  /** Whether `sign` gave this digest for this text; makes no key. */
  readonly isSigned: (text: string, digest: string) => Promise<boolean>;
  /** When a process started, as an opaque text; `undefined` where there is none. */
  readonly processStart: (pid: number) => string | undefined;
  /** Whether a process group has a member that runs. */
  readonly groupIsAlive: (group: number) => boolean;
  /**
   * The same machine, seen from another folder, or until something else ends it; `record` has the
   * programs written down that it runs.
   */
  readonly narrowed: (to: {
    workdir?: string;
    signal?: AbortSignal;
    record?: ProgramRecord;
  }) => ProviderMachine;
}

/** Where programs are written down that must not go on when whoever ran them is gone. */
export interface ProgramRecord {
  /** An open file, for a child to write itself into as its descriptor 3. */
  readonly descriptor: () => number;
  /** Takes a group out: what it left running was left on purpose. */
  readonly release: (group: number) => void;
}

/** An object that a provider found by itself. */
export interface ListedObject {
  readonly type: string;
  /** As `identity` names it. */
  readonly identity: string;
  /** What `import` names it by. */
  readonly id: string;
}

/** How many objects of a type may be read at once, and for how long, in milliseconds. */
export interface ReadBounds {
  readonly most: number;
  readonly timeout: number;
}

/**
 * What an object was before it was changed or deleted: all that is needed to put it back, and nothing
 * more. It is stored with the stack, encrypted where the resource holds a secret.
 */
export interface PreImage {
  /** In its provider's own terms. */
  readonly data: JsonObject;
  /** The bytes that it held, where it held any; byte by byte as they were. */
  readonly content?: Uint8Array;
}

/** What is about to be done to an object whose pre-image is wanted. */
export interface PreImageRequest {
  /** `update` leaves the object where it is; `delete` takes all of it away, also to make it anew. */
  readonly action: 'update' | 'delete';
  /** The most bytes of content that may be kept. */
  readonly most: number;
}

/** What lies in the place of an object that is put back over several changes. */
export interface AppliedSince {
  /** The declaration that was applied last; what is not of it is somebody else's. */
  readonly applied: Properties;
  /** Whether what lies there goes whosever it is: it was kept, and somebody asked for this. */
  readonly force: boolean;
}

/**
 * How what an object was is kept and put back.
 *
 * Invariant, held by the conformance suite: after `keep`, any `apply` or `delete`, and `putBack`, the
 * object is byte by byte what it was, as far as the declaration has anything to say about it.
 */
export interface PreImages {
  /**
   * Why not all of what is there can be kept, as a phrase: `it is larger than 1 MiB`; empty where all of
   * it can. It looks, and reads no content: plans ask it of every object that they would change.
   */
  readonly refuses: (
    properties: Properties,
    machine: ProviderMachine,
    request: PreImageRequest,
  ) => Promise<string>;
  /** What is there now. Only called where something is, and where `refuses` had nothing to say. */
  readonly keep: (
    properties: Properties,
    machine: ProviderMachine,
    request: PreImageRequest,
  ) => Promise<PreImage>;
  /**
   * Puts it back. What others changed in the same place meanwhile stays where the two can stand beside
   * each other; rejects where they can't, and changes nothing then. `since` is only given where `areWhole`
   * is set.
   */
  readonly putBack: (
    properties: Properties,
    before: PreImage,
    machine: ProviderMachine,
    since?: AppliedSince,
  ) => Promise<void>;
  /**
   * Set where one of them is all of the object, so that it is put back whatever was applied since. All
   * others are put back one after the other, the newest first.
   */
  readonly areWhole?: true;
}

/**
 * `owns`: it makes and deletes them. `adjusts`: they were there before, and `delete` leaves them as they
 * are. `checks`: nor does it change them; applying is waiting until they are as expected.
 */
export type ProviderRole = 'owns' | 'adjusts' | 'checks';

/**
 * The code that reads and changes objects of one type.
 *
 * Invariants, each held by the conformance suite: `read` changes nothing; after `apply`, `read` tells
 * exactly `expected`; `apply` again changes nothing; `delete` of what is not there is fine; `read`
 * rejects where it can't see, and never tells what it did not see.
 */
export interface Provider {
  readonly type: string;
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  /**
   * A declaration made independent of where it stands: paths absolute, defaults filled in. What it
   * gives is what all others get, also long after the workflow's file has gone.
   */
  readonly prepare: (properties: Properties, machine: ProviderMachine) => Properties;
  /**
   * Names the object among all of its type on this machine: two declarations of one are refused, and one
   * that has another name in the code is the same object still. A path sees through the links in its
   * folder's path, so what it gives may change with them. Empty where only its address names it.
   */
  readonly identity: (properties: Properties) => string;
  /** Where it lies, absolute, for what lies in the file system: what is declared above it comes first. */
  readonly place?: (properties: Properties) => string;
  /** Whether it makes what lies at its place, so that what lies in that, or edits it, comes after. */
  readonly makesPlace?: true;
  /** Whether what lies at its place holds nothing any more, although it has bytes: a database without tables. */
  readonly holdsNothing?: (properties: Properties) => Promise<boolean>;
  /** What it is to its objects; `owns` where it isn't said. */
  readonly role?: ProviderRole;
  /** Whether it is the same object seen from any machine: a row of a server, not a file. */
  readonly remote?: true;
  /** Why the object of a declaration can't be deleted, as a sentence; empty where it can. */
  readonly undeletable?: (properties: Properties) => string;
  /** Whether its objects hold what people or programs put in: to make one anew counts as a deletion. */
  readonly holdsData?: true;
  /**
   * The declaration without attributes that are to stay as they are on the object; pure. What it gives is
   * only applied to an object that is there, and `expected` tells nothing of those attributes. Where it
   * isn't said, the properties of the same names are left out.
   */
  readonly leaving?: (
    properties: Properties,
    attributes: readonly string[],
    actual: Attributes,
  ) => Properties;
  /**
   * How what an object was is kept. Where it isn't said, it is the declaration that `take` gives, put back
   * by applying it.
   */
  readonly preImages?: PreImages;
  readonly expected: (properties: Properties, machine: ProviderMachine) => Promise<Attributes>;
  readonly read: (properties: Properties, machine: ProviderMachine) => Promise<ActualObject>;
  readonly apply: (
    properties: Properties,
    actual: ActualObject,
    machine: ProviderMachine,
  ) => Promise<void>;
  readonly delete: (properties: Properties, machine: ProviderMachine) => Promise<void>;
  /** Who changed an object that has drifted, where the system can tell. */
  readonly trace?: (
    properties: Properties,
    machine: ProviderMachine,
  ) => Promise<ChangeTrace | undefined>;
  /** Bounds of its reads, where those of all types don't suit it. */
  readonly bounds?: ReadBounds;
  /** The declaration that an existing object, named by what its type is named by, would have. */
  readonly adopt?: (id: string, machine: ProviderMachine) => Promise<Properties>;
  /**
   * A declaration that the object as it is would fulfil. Left out where the properties of the same
   * names as its attributes say it all.
   */
  readonly take?: (
    properties: Properties,
    actual: Attributes,
    machine: ProviderMachine,
  ) => Promise<Properties>;
  /** The objects there are, near those that are declared; whose they are is not its business. */
  readonly list?: (
    declared: readonly Properties[],
    machine: ProviderMachine,
  ) => Promise<readonly ListedObject[]>;
  /** Rejects where nothing of this type could be done on this machine: a program that is missing. */
  readonly preflight?: (machine: ProviderMachine) => Promise<void>;
  /**
   * How a person would put an attribute right: a command after `$ `, with all values in it and quoted for
   * the shell (`shellQuoted`), so that it can be pasted; or what to do, in words.
   */
  readonly suggest: (properties: Properties, attribute: string) => string;
}
