/** How live the page is, said so that it never claims more than is so. */
import type { LiveState } from "./live";

const STALE = 4_000; // milliseconds of silence, while a stream runs, after which the page is not live

export type Pulse =
  | { readonly kind: "connecting" | "live" | "idle" | "unauthorized" }
  /** Open, yet nothing comes; `seconds` since the last message. */
  | { readonly kind: "silent"; readonly seconds: number }
  /** `seconds` until the next try. */
  | { readonly kind: "offline"; readonly seconds: number; readonly reason: string };

/** `heardAt` and `now` in milliseconds of one clock; `running` is whether any stream should be heard. */
export function readPulse(live: LiveState, heardAt: number, now: number, running: boolean): Pulse {
  switch (live.kind) {
    case "open": {
      if (!running) return { kind: "idle" };
      const silence = now - heardAt;
      return silence > STALE ? { kind: "silent", seconds: Math.round(silence / 1000) } : { kind: "live" };
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
