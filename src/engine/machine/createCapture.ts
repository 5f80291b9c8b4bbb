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
  // In pieces, as they came: as one text it would be copied whenever its beginning is cut off.
  let tail: string[] = [];
  let first = 0;
  let length = 0;
  let dropped = 0;

  /** Lets go of what is not of the end any more. */
  function shorten(): void {
    for (let piece = tail[first]; piece !== undefined; piece = tail[first]) {
      if (length - piece.length < half) break;
      length -= piece.length;
      dropped += piece.length;
      tail[first++] = '';
    }
    if (first < 1024 || first * 2 < tail.length) return;
    tail = tail.slice(first);
    first = 0;
  }

  return {
    add(text) {
      const room = half - head.length;
      if (room > 0) head += text.slice(0, room);
      const rest = room > 0 ? text.slice(room) : text;
      if (rest === '') return;
      tail.push(rest);
      length += rest.length;
      shorten();
    },
    isCut: () => dropped > 0 || length > half,
    text() {
      const end = tail.slice(first).join('');
      const over = Math.max(0, end.length - half);
      if (dropped + over === 0) return head + end;
      return `${head}\n… ${dropped + over} characters left out …\n${end.slice(over)}`;
    },
  };
}
