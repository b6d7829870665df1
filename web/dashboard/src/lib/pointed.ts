/** What the timelines show at a time that is pointed at: a window, or the gap that it is in. */
import type { Gap } from "./gaps";
import type { Row, Timeline } from "./timeline";

const NEAR = 1.5; // intervals; a window farther off says nothing of the time

/** The window that stands for `time`, `null` where there is none; times and `interval` in milliseconds. */
export function rowAt(timeline: Timeline, time: number, interval: number): Row | null {
  const near = timeline.near(time + interval / 2); // a window stands for the interval before its end
  return near !== null && Math.abs(near.end - time) <= NEAR * interval ? near : null;
}

/** Of the gaps that are drawn, the one that `time` is in. */
export function gapAt(gaps: readonly Gap[], time: number): Gap | null {
  return gaps.find(({ from, until }) => time >= from && time <= until) ?? null;
}
