/** What the service says: the shapes of its REST answers and of its live messages. */
import type { Emotion, Scores } from "./emotions";

export type StreamState = "connecting" | "running" | "reconnecting" | "ended" | "failed";

export interface StreamError {
  readonly code: string;
  readonly message: string;
}

export interface Stream {
  readonly id: string;
  /** Credentials in it are already replaced by ***. */
  readonly url: string;
  readonly state: StreamState;
  readonly error: StreamError | null;
  readonly source: {
    readonly width: number | null;
    readonly height: number | null;
    readonly fps: number | null;
    readonly codec: string | null;
  } | null;
  readonly analysedFps: number | null;
  readonly frames: {
    readonly decoded: number;
    readonly analysed: number;
    readonly dropped: Readonly<Record<string, number>>;
  } | null;
  /** Seconds from a frame's capture to its reading. */
  readonly latency: { readonly p50: number | null; readonly p95: number | null } | null;
  readonly reconnects: number;
  readonly since: string | null;
}

export interface NewStream {
  readonly id: string;
  readonly url: string;
  readonly fps?: number;
}

/** Length and interval in seconds. */
export interface WindowInfo {
  readonly name: string;
  readonly length: number;
  readonly interval: number;
}

export interface Summary {
  readonly type: "summary";
  readonly stream: string;
  readonly window: string;
  readonly sequence: number;
  readonly start: string;
  readonly end: string;
  readonly smoothingDelay: number;
  readonly frames: number;
  readonly faces: number;
  readonly tracks: number;
  readonly coverage: number;
  readonly windowMeanScores: Scores | null;
  readonly windowFaceDistribution: Scores | null;
  readonly dominant: Emotion | null;
}

export interface Status {
  readonly type: "status";
  readonly stream: string;
  readonly state: StreamState;
  readonly error: StreamError | null;
  readonly since?: string | null;
  /** The stream is no longer there. */
  readonly removed?: boolean;
}

export interface Session {
  readonly type: "session";
  readonly version: number;
  readonly session: string;
  readonly limits: { readonly windows?: readonly WindowInfo[] };
}

export interface Gap {
  readonly type: "gap";
  readonly stream: string;
  readonly window?: string;
  readonly from: number;
  readonly to: number;
}

export interface Refusal {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
}

export type LiveMessage = Session | Summary | Status | Gap | Refusal;

const KNOWN = new Set(["session", "summary", "status", "gap", "error"]);

/** The message in a text frame; `null` for one of a type this page does not use. */
export function parseMessage(text: string): LiveMessage | null {
  const message: unknown = JSON.parse(text);
  if (typeof message !== "object" || message === null || !("type" in message)) return null;
  return typeof message.type === "string" && KNOWN.has(message.type) ? (message as LiveMessage) : null;
}
