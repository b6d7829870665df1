/** The stream and window that are looked at, with as much of their past as the page keeps. */
import type { Summary, WindowInfo } from "./messages";
import { Timeline } from "./timeline";

/** Summaries kept: five minutes of a window made every half second, fifty of one made every five. */
export const CAPACITY = 600;

export class Watch {
  stream = $state<string | null>(null);
  window = $state<string | null>(null);
  /** Raised by each change of `timeline`, which is itself no reactive object. */
  version = $state(0);
  /** When the newest live summary came, in milliseconds of the browser's clock. */
  arrivedAt = $state<number | null>(null);
  historyFailed = $state(false);

  timeline = new Timeline(CAPACITY);

  readonly latest = $derived.by(() => {
    void this.version;
    return this.timeline.latest;
  });

  /** Turns to another stream or window; the past is loaded by `fill`. */
  choose(stream: string | null, window: string | null): void {
    if (stream === this.stream && window === this.window) return;
    this.stream = stream;
    this.window = window;
    this.timeline = new Timeline(CAPACITY);
    this.arrivedAt = null;
    this.historyFailed = false;
    this.version += 1;
  }

  concerns(summary: Summary): boolean {
    return summary.stream === this.stream && summary.window === this.window;
  }

  add(summary: Summary): void {
    this.timeline.add(summary);
    this.arrivedAt = Date.now();
    this.version += 1;
  }

  fill(summaries: readonly Summary[]): void {
    for (const summary of summaries) if (this.concerns(summary)) this.timeline.add(summary);
    this.version += 1;
  }
}

/** Adds a window that a summary names and the session did not; its interval is guessed at a quarter of its length. */
export function withWindowOf(summary: Summary, windows: readonly WindowInfo[]): readonly WindowInfo[] {
  if (windows.some((window) => window.name === summary.window)) return windows;
  const length = (Date.parse(summary.end) - Date.parse(summary.start)) / 1000;
  const seen = { name: summary.window, length, interval: length / 4 };
  return [...windows, seen].sort((one, other) => one.length - other.length);
}
