/** A queue that gives the least first; adding and taking cost the logarithm of its size. */
export interface Heap<T> {
  readonly size: () => number;
  readonly add: (item: T) => void;
  readonly take: () => T | undefined;
}

/** Makes a binary heap. Items that compare alike come in any order. */
export function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];

  function isBefore(a: number, b: number): boolean {
    const [one, other] = [items[a], items[b]];
    return one !== undefined && other !== undefined && compare(one, other) < 0;
  }

  function swap(a: number, b: number): void {
    const [one, other] = [items[a], items[b]];
    if (one === undefined || other === undefined) return;
    items[a] = other;
    items[b] = one;
  }

  return {
    size: () => items.length,
    add(item) {
      items.push(item);
      for (let at = items.length - 1; at > 0; ) {
        const above = (at - 1) >> 1;
        if (!isBefore(at, above)) return;
        swap(at, above);
        at = above;
      }
    },
    take() {
      swap(0, items.length - 1);
      const first = items.pop();
      for (let at = 0; ; ) {
        let least = at;
        for (const below of [2 * at + 1, 2 * at + 2]) if (isBefore(below, least)) least = below;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
