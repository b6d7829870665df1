/** How live the page is, said so that it never claims more than is so. */
import type { LiveState } from "./live";

const STALE = 4_000; // milliseconds of silence, while a word is expected, after which the page is not live
const QUIET = 15_000; // after which the line is taken for dead; both where words are expected more often than that
const SLACK = 2_000; // by which a word may be late

export type Pulse =
  | { readonly kind: "connecting" | "live" | "idle" | "unauthorized" }
  /** Open, yet nothing comes; `seconds` since the last message. */
  | { readonly kind: "silent"; readonly seconds: number }
  /** `seconds` until the next try. */
  | { readonly kind: "offline"; readonly seconds: number; readonly reason: string };

/** `heardAt` and `now` in milliseconds of one clock; `pace` in seconds between two words, infinite if none is expected. */
export function readPulse(live: LiveState, heardAt: number, now: number, pace: number): Pulse {
  switch (live.kind) {
    case "open": {
      if (pace === Infinity) return { kind: "idle" };
      const silence = now - heardAt;
      return silence > staleAfter(pace) ? { kind: "silent", seconds: Math.round(silence / 1000) } : { kind: "live" };
    }
    case "waiting":
      return { kind: "offline", seconds: Math.max(0, Math.ceil((live.until - now) / 1000)), reason: live.reason };
    case "unauthorized":
      return { kind: "unauthorized" };
    case "connecting":
      return live.again ? { kind: "offline", seconds: 0, reason: "" } : { kind: "connecting" };
    case "stopped":
      return { kind: "connecting" };
  }
}

/** Whether a line that has been silent so long, where words are expected at this pace, is to be given up. */
export function isDead(silence: number, pace: number): boolean {
  return silence > Math.max(QUIET, staleAfter(pace));
}

/** Two words may be missing before anything is said. */
function staleAfter(pace: number): number {
  return Math.max(STALE, 2 * pace * 1000 + SLACK);
}
