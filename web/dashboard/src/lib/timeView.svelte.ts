/** The stretch of time that the timelines show, the same for all of them, and the time pointed at. */

export interface Range {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

const SHORTEST = 10_000; // milliseconds
const LONGEST = 86_400_000;

export class TimeView {
  span = $state(120_000);
  /** The right edge; `null` follows the present. */
  end = $state<number | null>(null);
  /** The time that the pointer is at. */
  hover = $state<number | null>(null);
  readonly live = $derived(this.end === null);

  range(now: number): Range {
    const until = this.end ?? now;
    return { from: until - this.span, until };
  }

  follow(): void {
    this.end = null;
  }

  pause(now: number): void {
    this.end ??= now;
  }

  /** Shows `factor` times as much. What is live stays so; otherwise the time `at` keeps its place. */
  zoom(factor: number, at: number | null, now: number): void {
    const { from, until } = this.range(now);
    const span = limited(this.span * factor);
    if (this.end !== null) {
      const anchor = at ?? (from + until) / 2;
      this.settle(anchor + (until - anchor) * (span / this.span), now);
    }
    this.span = span;
  }

  /** Moves by milliseconds; at the present it follows it again. */
  pan(by: number, now: number): void {
    this.settle((this.end ?? now) + by, now);
  }

  /** Shows just this stretch. */
  show({ from, until }: Range, now: number): void {
    const middle = (from + until) / 2;
    this.span = limited(until - from);
    this.settle(middle + this.span / 2, now);
    this.pause(now);
  }

  private settle(end: number, now: number): void {
    this.end = end >= now ? null : end;
  }
}

function limited(span: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, span));
}
