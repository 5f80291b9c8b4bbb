import { setTimeout as delay } from 'node:timers/promises';

/** What runs under a key, and what runs after it for all who came too late for it. */
interface Running {
  readonly now: Promise<void>;
  next: Promise<void> | undefined;
}

const running = new Map<string, Running>();

/** How long others have to join, in milliseconds: less than one sync takes. */
const GATHERING = 1;

/**
 * Does what one doing serves all who wait for it, as a sync of a folder: who comes while it runs waits for
 * the one after, which begins when this one is done, and all who wait share it.
 */
export function together(key: string, action: () => Promise<void>): Promise<void> {
  const before = running.get(key);
  if (before === undefined) return begin(key, action);
  before.next ??= before.now.then(
    () => begin(key, action),
    () => begin(key, action),
  );
  return before.next;
}

function begin(key: string, action: () => Promise<void>): Promise<void> {
  const mine: Running = {
    now: delay(GATHERING)
      .then(action)
      .finally(() => {
        if (running.get(key) === mine && mine.next === undefined) running.delete(key);
      }),
    next: undefined,
  };
  running.set(key, mine);
  return mine.now;
}
