/** The summaries of one window of one stream in order of time, never more than a fixed number. */
import { EMOTIONS } from "./emotions";
import type { Summary } from "./messages";

/** Times in seconds since the epoch, and one line an emotion in the order of `EMOTIONS`. */
export interface Columns {
  readonly times: number[];
  readonly lines: readonly (number | null)[][];
}

interface Row {
  readonly end: number; // milliseconds since the epoch
  readonly summary: Summary;
}

export class Timeline {
  private rows: Row[] = [];

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.rows.length;
  }

  get latest(): Summary | null {
    return this.rows.at(-1)?.summary ?? null;
  }

  /** Puts a summary in its place by its end; one with an end that is already there replaces it. */
  add(summary: Summary): void {
    const end = Date.parse(summary.end);
    if (Number.isNaN(end)) return;
    const place = this.placeOf(end);
    const replaced = this.rows[place]?.end === end ? 1 : 0;
    this.rows.splice(place, replaced, { end, summary });
    if (this.rows.length > this.capacity) this.rows.splice(0, this.rows.length - this.capacity);
  }

  /** The summary whose end is nearest to a time in seconds since the epoch. */
  near(seconds: number): Summary | null {
    const time = seconds * 1000;
    const place = this.placeOf(time);
    const after = this.rows[place];
    const before = this.rows[place - 1];
    if (after === undefined || before === undefined) return (after ?? before)?.summary ?? null;
    return (time - before.end <= after.end - time ? before : after).summary;
  }

  /** The chart's columns; where summaries are missing, a row of nulls breaks the lines. */
  columns(interval: number): Columns {
    const columns: Columns = { times: [], lines: EMOTIONS.map(() => []) };
    let previous: number | null = null;
    for (const { end, summary } of this.rows) {
      const missing = previous !== null && end - previous > interval * 1500;
      if (missing) append(columns, previous! / 1000 + interval / 2, null);
      append(columns, end / 1000, summary);
      previous = end;
    }
    return columns;
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

function append({ times, lines }: Columns, time: number, summary: Summary | null): void {
  const scores = summary?.windowMeanScores ?? null;
  times.push(time);
  EMOTIONS.forEach((emotion, index) => lines[index]!.push(scores === null ? null : scores[emotion]));
}
