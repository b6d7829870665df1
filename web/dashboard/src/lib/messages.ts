/** What the service says: the shapes of its REST answers and of its live messages. */
import type { Emotion, Scores } from "./emotions";

export type StreamState = "connecting" | "running" | "reconnecting" | "ended" | "failed";
export type PreviewMode = "full" | "blurred" | "off";
export type Detail = "normal" | "fine" | (string & {});

export interface StreamError {
  readonly code: string;
  readonly message: string;
}

export interface SourceInfo {
  readonly width: number | null;
  readonly height: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
}

export interface Stream {
  readonly id: string;
  /** Credentials in it are already replaced by ***. */
  readonly url: string;
  /** Frames analysed a second at most. */
  readonly fps?: number;
  readonly detail?: Detail;
  readonly loop?: boolean;
  /** The mode in force. */
  readonly preview?: PreviewMode;
  /** What the stream itself says; `null` where it is as the service has it. */
  readonly previewSetting?: PreviewMode | null;
  readonly state: StreamState;
  readonly error: StreamError | null;
  readonly source: SourceInfo | null;
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

/** What may be said of a stream; what is left out is the service's choice. */
export interface StreamChange {
  readonly url?: string;
  readonly fps?: number;
  readonly detail?: Detail;
  readonly loop?: boolean;
  /** `null`: as the service has it. */
  readonly preview?: PreviewMode | null;
}

export interface NewStream extends StreamChange {
  readonly id: string;
  readonly url: string;
}

export interface AddressTest {
  readonly ok: boolean;
  readonly source: SourceInfo | null;
  readonly error: StreamError | null;
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

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Face {
  readonly id: number;
  /** In pixels of the measured frame, over whose edge it may reach. */
  readonly faceRectangle: Rectangle;
  readonly confidence: number;
  readonly quality?: number;
  readonly scores: Scores;
}

export interface Reading {
  readonly type: "reading";
  readonly stream: string;
  readonly sequence: number;
  readonly capturedAt: string;
  readonly pts: number | null;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly Face[];
}

export interface LiveEvent {
  readonly type: "event";
  readonly id: string;
  readonly stream: string;
  readonly rule: string;
  readonly name: string;
  readonly at: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly window?: string;
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

export interface Limits {
  readonly windows?: readonly WindowInfo[];
  /** The kinds of message that can be subscribed to. */
  readonly messages?: readonly string[];
  readonly preview?: { readonly fps: number; readonly width: number; readonly mode: PreviewMode };
}

export interface Session {
  readonly type: "session";
  readonly version: number;
  readonly session: string;
  readonly limits: Limits;
}

/** Summaries of a window, by sequence, that will never come. */
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

export type LiveMessage = Session | Summary | Reading | LiveEvent | Status | Gap | Refusal;

const KNOWN = new Set(["session", "summary", "reading", "event", "status", "gap", "error"]);

/** The message in a text frame; `null` for one of a type this page does not use. */
export function parseMessage(text: string): LiveMessage | null {
  const message: unknown = JSON.parse(text);
  if (typeof message !== "object" || message === null || !("type" in message)) return null;
  return typeof message.type === "string" && KNOWN.has(message.type) ? (message as LiveMessage) : null;
}
