/** How a camera on its way to the service fares, and what of a session it needs. */
import type { CameraFailure } from "./cameras";
import type { WhipFailure } from "./whipError";

/** Why it does not run. */
export type Trouble =
  | { readonly kind: "camera"; readonly failure: CameraFailure; readonly said: string }
  | { readonly kind: "whip"; readonly failure: WhipFailure }
  /** It ran, and then no more came through. */
  | { readonly kind: "lost" }
  /** The camera was pulled out, or its permission taken back. */
  | { readonly kind: "unplugged" }
  /** Somebody removed the stream from the service. */
  | { readonly kind: "removed" };

export type BroadcastState =
  | { readonly kind: "idle" | "asking" | "connecting" | "running" }
  /** Tried again by itself at `until`, in milliseconds of `Date.now()`; `null`: when the camera gives pictures again. */
  | { readonly kind: "waiting"; readonly until: number | null; readonly trouble: Trouble }
  | { readonly kind: "stopped"; readonly trouble: Trouble | null };

export interface Session {
  start(track: MediaStreamTrack): Promise<void>;
  replace(track: MediaStreamTrack): Promise<void>;
  stop(): Promise<void>;
  abandon(): void;
}
