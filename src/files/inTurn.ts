/** The end of the last action in each line that somebody still waits in. */
const lines = new Map<string, Promise<unknown>>();

/** Runs an action after all that were begun before under the same key, in this process. */
export async function inTurn<T>(key: string, action: () => Promise<T>): Promise<T> {
  const before = lines.get(key) ?? Promise.resolve();
  const turn = before.then(action, action);
  lines.set(key, turn);
  try {
    return await turn;
  } finally {
    if (lines.get(key) === turn) lines.delete(key);
  }
}
