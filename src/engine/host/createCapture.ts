/** Collects text up to a limit, keeping its beginning and its end. */
export interface Capture {
  add(text: string): void;
  /** What was collected, with a note where something was left out. */
  text(): string;
  /** Whether something was left out. */
  isCut(): boolean;
}

/**
 * Makes a capture of at most `limit` characters. The beginning says what was started, the end how
 * it failed; a build log's million lines between them are what one can do without.
 */
export function createCapture(limit: number): Capture {
  const half = Math.floor(limit / 2);
  let head = '';
  let tail = '';
  let dropped = 0;
  return {
    add(text) {
      const room = half - head.length;
      if (room > 0) head += text.slice(0, room);
      const rest = room > 0 ? text.slice(room) : text;
      if (rest === '') return;
      tail += rest;
      // Cut only now and then: cutting at every line would copy the tail each time.
      if (tail.length > limit) {
        dropped += tail.length - half;
        tail = tail.slice(-half);
      }
    },
    isCut: () => dropped > 0 || tail.length > half,
    text() {
      const over = Math.max(0, tail.length - half);
      if (dropped + over === 0) return head + tail;
      return `${head}\n… ${dropped + over} characters left out …\n${tail.slice(over)}`;
    },
  };
}
