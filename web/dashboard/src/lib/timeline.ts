/** The summaries of one window of one stream in order of time, never more than a fixed number. */
import { EMOTIONS, type Emotion, type Scores } from "./emotions";
import type { Summary } from "./messages";

/** A summary as it is kept: a tenth of what its message takes. Scores are in the order of `EMOTIONS`. */
export interface Row {
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly sequence: number;
  readonly frames: number;
  readonly faces: number;
  readonly tracks: number;
  readonly coverage: number;
  readonly means: readonly number[] | null;
  readonly shares: readonly number[] | null;
  readonly dominant: Emotion | null;
}

export class Timeline {
  private rows: Row[] = [];

  constructor(private capacity: number) {}

  get size(): number {
    return this.rows.length;
  }

  get latest(): Row | null {
    return this.rows.at(-1) ?? null;
  }

  get oldest(): Row | null {
    return this.rows[0] ?? null;
  }

  /** Keeps this many from now on, the newest ones. */
  keep(capacity: number): void {
    this.capacity = capacity;
    this.trim();
  }

  clear(): void {
    this.rows = [];
  }

  /** Puts a summary in its place by its end; one with an end that is already there replaces it. */
  add(summary: Summary): void {
    const row = rowOf(summary);
    if (Number.isNaN(row.end)) return;
    const place = this.placeOf(row.end);
    const replaced = this.rows[place]?.end === row.end ? 1 : 0;
    this.rows.splice(place, replaced, row);
    this.trim();
  }

  /** Whether this very summary is here. */
  has({ end, sequence }: Pick<Summary, "end" | "sequence">): boolean {
    const time = Date.parse(end);
    const row = this.rows[this.placeOf(time)];
    return row?.end === time && row.sequence === sequence;
  }

  /** The newest `count` rows, oldest first. */
  tail(count: number): readonly Row[] {
    return this.rows.slice(-count);
  }

  /** The rows that end within these times, and one more on either side, so that lines reach the edges. */
  between(from: number, until: number): readonly Row[] {
    return this.rows.slice(Math.max(0, this.placeOf(from) - 1), this.placeOf(until) + 1);
  }

  /** The row whose end is nearest to a time in milliseconds since the epoch. */
  near(time: number): Row | null {
    const place = this.placeOf(time);
    const after = this.rows[place];
    const before = this.rows[place - 1];
    if (after === undefined || before === undefined) return after ?? before ?? null;
    return time - before.end <= after.end - time ? before : after;
  }

  private trim(): void {
    if (this.rows.length > this.capacity) this.rows.splice(0, this.rows.length - this.capacity);
  }

  /** The index of the first row that ends at or after `end`. */
  private placeOf(end: number): number {
    let low = 0;
    let high = this.rows.length;
    if (high > 0 && this.rows[high - 1]!.end < end) return high; // the usual case
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]!.end < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function rowOf(summary: Summary): Row {
  const { sequence, frames, faces, tracks, coverage, dominant } = summary;
  return {
    end: Date.parse(summary.end),
    sequence,
    frames,
    faces,
    tracks,
    coverage,
    means: listed(summary.windowMeanScores),
    shares: listed(summary.windowFaceDistribution),
    dominant,
  };
}

function listed(scores: Scores | null): number[] | null {
  return scores === null ? null : EMOTIONS.map((emotion) => scores[emotion]);
}
