import { chunkRoots, reachableChunks } from '../../backend/chunkRoots.ts';
import type {
  Append,
  AppendOutcome,
  ChunkLinks,
  CollectedChunks,
  EventPage,
  EventQuery,
  ObjectOwner,
  ObjectRef,
  StackFilter,
  StackRef,
  StackView,
  StaleUse,
  StateBackend,
} from '../../backend/StateBackend.ts';
import { matchesQuery, storedEvents } from '../../backend/storedEvents.ts';
import { appendAll } from '../../model/appendAll.ts';
import type { Change } from '../../model/change.ts';
import type { Commit } from '../../model/commit.ts';
import {
  type Content,
  contentOf,
  emptyContent,
  entriesOf,
  evolveContent,
} from '../../model/content.ts';
import { type Selection, selects } from '../../model/entry.ts';
import { evolveHead } from '../../model/evolveHead.ts';
import { emptyHead } from '../../model/head.ts';
import type { MemoryStack, MemoryStore } from './MemoryStore.ts';

/**
 * A driver that keeps everything in this process: for tests, and the simplest complete reading of
 * the contract. Everything that goes in or out is copied, as a real store would.
 */
export function createMemoryBackend(store: MemoryStore, clock: () => number): StateBackend {
  return {
    location: 'memory',
    capabilities: { shared: false, durable: false },
    now: async () => clock(),
    read: async (ref, selection) => read(store, ref, selection),
    list: async (filter = {}) => list(store, filter).map((stack) => structuredClone(stack.head)),
    owners: async (object) => owners(store, object),
    staleUses: async () => staleUses(store),
    append: async (append) => appendTo(store, append),
    commits: async (lineage, range = {}) => {
      const all = store.stacks.get(lineage)?.commits ?? [];
      const { after = 0, upTo = Number.POSITIVE_INFINITY, limit = all.length } = range;
      const wanted = all.filter((each) => each.serial > after && each.serial <= upTo);
      return structuredClone(wanted.slice(0, limit));
    },
    events: async (query = {}) => queryEvents(store, query),
    chunk: async (hash) => store.chunks.get(hash)?.slice(),
    truncate: async (lineage, upTo) => truncate(store, lineage, upTo),
    tableFaults: async () => [],
    keys: {
      get: async (name) => store.keys.get(name),
      makeStore: async () => {},
      swap: async (name, from, to) => {
        const isSame = store.keys.get(name) === from;
        if (isSame) store.keys.set(name, to);
        return isSame;
      },
    },
    collectChunks: async (links) => collectChunks(store, links),
    backups: null,
    close: async () => {},
  };
}

function truncate(store: MemoryStore, lineage: string, upTo: number): void {
  const stack = store.stacks.get(lineage);
  const cut = [...(stack?.content.cut.values() ?? [])][0];
  if (stack === undefined || cut === undefined || cut.serial < upTo) return;
  const kept = stack.commits.filter((each) => each.serial > upTo);
  stack.commits.splice(0, stack.commits.length, ...kept);
  const events = store.events.filter((each) => each.lineage !== lineage || each.serial > upTo);
  store.events.splice(0, store.events.length, ...events);
}

function collectChunks(store: MemoryStore, links: ChunkLinks): CollectedChunks {
  const roots = [...store.stacks.values()].flatMap(({ content }) =>
    [...entriesOf(content)].flatMap(chunkRoots),
  );
  const live = reachableChunks(roots, (hash) => store.chunks.get(hash), links);
  const gone = [...store.chunks].filter(([hash]) => !live.has(hash));
  for (const [hash] of gone) store.chunks.delete(hash);
  return { chunks: gone.length, bytes: gone.reduce((sum, [, bytes]) => sum + bytes.length, 0) };
}

function find(store: MemoryStore, ref: StackRef): MemoryStack | undefined {
  if ('lineage' in ref) return store.stacks.get(ref.lineage);
  return list(store, { name: ref.name })[0];
}

function read(store: MemoryStore, ref: StackRef, selection: Selection): StackView | undefined {
  const stack = find(store, ref);
  if (stack === undefined) return undefined;
  const entries = [...entriesOf(stack.content)].filter((each) =>
    selects(selection, each.kind, each.name),
  );
  return structuredClone({ head: stack.head, content: contentOf(entries) });
}

function list(store: MemoryStore, filter: StackFilter): MemoryStack[] {
  return [...store.stacks.values()]
    .filter(({ head }) => head.deletedAt === null)
    .filter(({ head }) => filter.status === undefined || head.status === filter.status)
    .filter(({ head }) => filter.name === undefined || head.name === filter.name)
    .filter(
      ({ content }) => filter.dependsOn === undefined || content.dependency.has(filter.dependsOn),
    )
    .sort((a, b) => (a.head.name < b.head.name ? -1 : 1));
}

function owners(store: MemoryStore, { type, identity }: ObjectRef): ObjectOwner[] {
  return list(store, {}).flatMap(({ head, content }) =>
    [...content.resource]
      .filter(([, entry]) => entry.type === type && entry.identity === identity)
      .map(([address, { host }]) => ({ lineage: head.lineage, stack: head.name, address, host })),
  );
}

function appendTo(store: MemoryStore, append: Append): AppendOutcome {
  const [first] = append.commits;
  if (first === undefined) return { status: 'appended' };
  const known = store.stacks.get(append.lineage);
  const serial = known?.head.serial ?? 0;
  const hash = known?.head.hash ?? '';
  if (first.serial !== serial + 1 || first.parent !== hash) return { status: 'conflict' };
  const taken = takenName(store, append);
  if (taken !== undefined) return { status: 'name_taken', name: taken };
  const stack = known ?? newStack(append.lineage);
  store.stacks.set(append.lineage, stack);
  for (const commit of structuredClone(append.commits)) appendOne(store, stack, commit);
  for (const { hash: address, bytes } of append.chunks ?? []) {
    store.chunks.set(address, bytes.slice());
  }
  return { status: 'appended' };
}

function newStack(lineage: string): MemoryStack {
  const content: Content = emptyContent();
  return { head: emptyHead(lineage), content, commits: [], outputSerials: new Map() };
}

function appendOne(store: MemoryStore, stack: MemoryStack, commit: Commit): void {
  stack.head = evolveHead(stack.head, commit);
  for (const change of commit.changes) {
    evolveContent(stack.content, change);
    if (change.type === 'entry.put' && change.kind === 'output') {
      stack.outputSerials.set(change.name, commit.serial);
    }
  }
  stack.commits.push(commit);
  appendAll(store.events, storedEvents(commit, stack.head.name));
}

function staleUses(store: MemoryStore): StaleUse[] {
  const all = list(store, {}).flatMap(({ head, content }) =>
    [...content.dependency].flatMap(([producer, { used }]) => {
      const from = list(store, { name: producer })[0];
      return Object.entries(used?.outputs ?? {}).flatMap(([output, seen]): StaleUse[] => {
        const found = { stack: head.name, producer, output };
        if (from === undefined || !from.content.output.has(output)) {
          return [{ ...found, reason: 'gone' }];
        }
        if (from.head.lineage !== used?.lineage) return [{ ...found, reason: 'replaced' }];
        const isSame = (from.outputSerials.get(output) ?? 0) <= seen.serial;
        return isSame ? [] : [{ ...found, reason: 'changed' }];
      });
    }),
  );
  const key = ({ stack, producer, output }: StaleUse): string => `${stack}\0${producer}\0${output}`;
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function takenName(store: MemoryStore, append: Append): string | undefined {
  return append.commits
    .flatMap((commit) => commit.changes.map(newName))
    .find((name) => {
      if (name === undefined) return false;
      return list(store, { name }).some((stack) => stack.head.lineage !== append.lineage);
    });
}

function newName(change: Change): string | undefined {
  return change.type === 'stack.put' ? change.name : undefined;
}

function queryEvents(store: MemoryStore, query: EventQuery): EventPage {
  const start = Number(query.after ?? 0);
  const matching = store.events.slice(start).filter((each) => matchesQuery(each, query));
  const events = query.limit === undefined ? matching : matching.slice(-query.limit);
  return { events: structuredClone(events), cursor: String(store.events.length) };
}
