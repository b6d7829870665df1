/** One window of one stream: its newest summary, and as much of its past as the page keeps. */
import type { Summary } from "./messages";
import { Timeline } from "./timeline";

/** Summaries kept of a stream that is not looked into: five minutes of a window made every half second. */
export const SHALLOW = 600;

export class WindowStore {
  latest = $state.raw<Summary | null>(null);
  /** When the newest live summary came, in milliseconds of the browser's clock. */
  arrivedAt = $state<number | null>(null);
  /** Raised by each change of `timeline`, which is itself no reactive object. */
  version = $state(0);
  readonly timeline = new Timeline(SHALLOW);
  /** Whether the past was asked for since the page opened. */
  filled = false;

  /** A summary as it came over the live connection. */
  add(summary: Summary): void {
    this.take(summary);
    this.arrivedAt = Date.now();
    this.version += 1;
  }

  /** Summaries of the past. */
  fill(summaries: readonly Summary[]): void {
    for (const summary of summaries) this.take(summary);
    if (summaries.length > 0) this.version += 1;
  }

  clear(): void {
    this.timeline.clear();
    this.latest = null;
    this.arrivedAt = null;
    this.filled = false;
    this.version += 1;
  }

  private take(summary: Summary): void {
    this.timeline.add(summary);
    if (this.latest === null || Date.parse(summary.end) >= Date.parse(this.latest.end)) this.latest = summary;
  }
}
