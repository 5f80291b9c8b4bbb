/** How long every lease lives, in milliseconds. */
export const TTL = 100;

/** Of another host: nobody here can see whether it lives. */
export const REMOTE = 3;

interface NaiveLease {
  readonly who: number;
  readonly until: number;
}

interface NaiveRun extends NaiveLease {
  readonly id: number;
}

interface NaiveLock extends NaiveLease {
  readonly byHand: boolean;
  readonly token: number;
}

/** What a client that runs believes of itself. */
interface Belief {
  readonly id: number;
  readonly token: number | null;
  /** When the lock that was taken by hand would have ended without the run. */
  readonly handUntil: number | null;
}

/**
 * The plainest possible stack that can be locked and run on: a holder, a line, runs, a clock. Methods that
 * give a flag tell whether they were let through.
 */
export class NaiveStack {
  now = 0;
  lock: NaiveLock | null = null;
  line: readonly NaiveLease[] = [];
  runs: readonly NaiveRun[] = [];
  readonly dead = new Set<number>();
  readonly suspended = new Set<number>();
  readonly #tokens = new Map<number, number>();
  readonly #beliefs = new Map<number, Belief>();
  #lastToken = 0;
  #lastRun = 0;

  acquire(who: number, wish: 'wait' | 'now' | 'by hand'): 'acquired' | 'queued' | 'refused' {
    this.settle('taker');
    if (this.lock?.who === who) {
      this.#prolong(this.now + TTL);
      this.#tokens.set(who, this.lock.token);
      return 'acquired';
    }
    const living = this.line.filter((each) => this.#lives(each));
    const place = living.findIndex((each) => each.who === who);
    const ahead = place === -1 ? living.length : place;
    if (this.lock !== null || ahead > 0 || this.runs.length > 0) {
      if (wish !== 'wait') return 'refused';
      const mine = living[place];
      const renewed = { who, until: this.now + TTL };
      if (mine === undefined) this.line = [...living, renewed];
      else this.line = mine.until - this.now > TTL / 2 ? living : living.with(place, renewed);
      return 'queued';
    }
    this.line = living.filter((each) => each.who !== who);
    const token = ++this.#lastToken;
    this.lock = { who, until: this.now + TTL, byHand: wish === 'by hand', token };
    this.#tokens.set(who, token);
    return 'acquired';
  }

  leave(who: number): void {
    this.line = this.line.filter((each) => each.who !== who);
  }

  /** `named` shows no lock, it only says whose it is: that must not end a run that works. */
  release(who: number, how: 'shown' | 'named'): boolean {
    const { lock } = this;
    if (lock?.who !== who) return false;
    if (how === 'named' && !lock.byHand && this.#isHeld(lock)) return false;
    this.lock = null;
    this.#tokens.delete(who);
    return true;
  }

  /** Breaks the lock, and closes whatever runs. */
  force(): boolean {
    if (this.lock === null) return false;
    this.lock = null;
    this.runs = [];
    return true;
  }

  /** Clears what is over: a taker all of it, a reader what is known dead. */
  settle(settler: 'reader' | 'taker'): void {
    const { lock } = this;
    const isOver = (lease: NaiveLease): boolean =>
      !this.#lives(lease) && (settler === 'taker' || this.#isSeenDead(lease.who));
    const hasLock =
      lock === null ||
      this.#isHeld(lock) ||
      (settler === 'reader' && (lock.byHand || !isOver(lock)));
    this.runs = this.runs.filter((each) => !isOver(each));
    if (!hasLock) this.lock = null;
  }

  /** Whether a client may write. What it meets that had ended is cleared on the way. */
  write(who: number): boolean {
    const belief = this.#beliefs.get(who);
    if (belief !== undefined && !this.runs.some((each) => each.id === belief.id)) return false;
    return this.#pass(who, belief === undefined ? (this.#tokens.get(who) ?? null) : belief.token);
  }

  isRunning(who: number): boolean {
    return this.#beliefs.has(who);
  }

  start(who: number): boolean {
    if (!this.#pass(who, this.#tokens.get(who) ?? null)) return false;
    const until = this.now + TTL;
    const mine = this.lock?.who === who ? this.lock : null;
    const id = ++this.#lastRun;
    this.runs = [...this.runs, { id, who, until }];
    this.#beliefs.set(who, {
      id,
      token: mine?.token ?? null,
      handUntil: mine?.byHand === true ? mine.until : null,
    });
    if (mine !== null) this.#prolong(until);
    return true;
  }

  renew(who: number): boolean {
    if (!this.write(who)) return false;
    const until = this.now + TTL;
    const id = this.#beliefs.get(who)?.id;
    this.runs = this.runs.map((each) => (each.id === id ? { ...each, until } : each));
    if (this.lock?.who === who) this.#prolong(until);
    return true;
  }

  /** A client that is refused gives up. */
  finish(who: number): boolean {
    const isLet = this.write(who);
    const belief = this.#beliefs.get(who);
    this.#beliefs.delete(who);
    if (!isLet) return false;
    this.runs = this.runs.filter((each) => each.id !== belief?.id);
    if (this.lock?.who !== who) return true;
    if (belief?.handUntil == null) {
      this.lock = null;
      this.#tokens.delete(who);
    } else {
      this.lock = { ...this.lock, until: Math.max(belief.handUntil, this.now) };
    }
    return true;
  }

  #isSeenDead(who: number): boolean {
    return who !== REMOTE && this.dead.has(who);
  }

  /** What is seen alive stays; what can't be seen, or does nothing, stays for its time. */
  #lives({ who, until }: NaiveLease): boolean {
    if (this.#isSeenDead(who)) return false;
    return (who !== REMOTE && !this.suspended.has(who)) || this.now < until;
  }

  /** A lock that was taken by hand lives for its time, and as long as anybody runs. */
  #isHeld(lock: NaiveLock): boolean {
    if (!lock.byHand) return this.#lives(lock);
    return this.now < lock.until || this.runs.some((each) => this.#lives(each));
  }

  #pass(who: number, token: number | null): boolean {
    const { lock } = this;
    if (token !== null) return lock?.token === token;
    if (lock === null || lock.who === who) return true;
    if (this.#isHeld(lock)) return false;
    this.lock = null;
    return true;
  }

  #prolong(until: number): void {
    if (this.lock !== null) this.lock = { ...this.lock, until: Math.max(this.lock.until, until) };
  }
}
