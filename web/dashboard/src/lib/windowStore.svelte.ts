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
  /** Raised when all was forgotten: whoever shows the past has to ask for it again. */
  emptied = $state(0);
  /** Before this time the service has nothing, once that is known: the end of its oldest summary. */
  begin = $state<number | null>(null);
  /** Whether the past was asked for last in vain. */
  failed = $state(false);
  /** Why what was recorded could not be read when the past was asked for last. */
  unreadable = $state<string | null>(null);
  readonly timeline = new Timeline(SHALLOW);
  /** Whether the newest past was asked for. */
  filled = false;
  /** The sequence from which on summaries may be missing; `null` where the newest past is not here yet. */
  through: number | null = null;

  /** A summary as it came over the live connection; one that is here already changes nothing. */
  add(summary: Summary): void {
    const before = this.through;
    if (before !== null) this.through = summary.sequence;
    if (this.timeline.has(summary)) return;
    const end = Date.parse(summary.end);
    const reborn = before !== null && summary.sequence <= before && end > (this.timeline.latest?.end ?? end);
    if (reborn) this.begin = end; // counted from the start again: the service has nothing of what was before
    this.take(summary);
    this.arrivedAt = Date.now();
    this.version += 1;
  }

  /** The newest summaries of the past, all that the service has now or the newest of them. */
  fill(summaries: readonly Summary[]): void {
    this.addPast(summaries);
    this.through = summaries.at(-1)?.sequence ?? 0;
  }

  addPast(summaries: readonly Summary[]): void {
    for (const summary of summaries) this.take(summary);
    if (summaries.length > 0) this.version += 1;
  }

  clear(): void {
    this.timeline.clear();
    this.latest = null;
    this.arrivedAt = null;
    this.filled = false;
    this.through = null;
    this.begin = null;
    this.failed = false;
    this.unreadable = null;
    this.version += 1;
    this.emptied += 1;
  }

  private take(summary: Summary): void {
    this.timeline.add(summary);
    if (this.latest === null || Date.parse(summary.end) >= Date.parse(this.latest.end)) this.latest = summary;
  }
}
