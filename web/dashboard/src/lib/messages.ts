/** What the service says: the shapes of its REST answers and of its live messages. */
import type { Emotion, Scores } from "./emotions";

export type StreamState = "connecting" | "running" | "reconnecting" | "ended" | "failed";
export type PreviewMode = "full" | "blurred" | "off";
/** Whether fewer frames are analysed while the scores stand still. */
export type Sampling = "steady" | "adaptive";
/** Its share where not all frames can be analysed. */
export type Priority = "low" | "normal" | "high";
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
  /** "software", or the device. */
  readonly decoder?: string;
}

export interface Stream {
  readonly id: string;
  /** Credentials in it are already replaced by ***. */
  readonly url: string;
  /** Frames analysed a second at most. */
  readonly fps?: number;
  readonly sampling?: Sampling;
  readonly priority?: Priority;
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
  /** Share of the last seconds' frames that there was no time for. */
  readonly shed?: number;
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
  readonly sampling?: Sampling;
  readonly priority?: Priority;
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

/** What a rule looks at: a score or share, a number of faces, an emotion, a state; `null` for none. */
export type Value = number | string | null;

/** One window, or one reading of a face, that a rule looked at. */
export interface Evidence {
  readonly end: string;
  readonly sequence: number;
  readonly value: Value;
  /** By how much a dominant emotion led the next. */
  readonly lead: number | null;
  readonly faces: number;
  readonly coverage: number;
}

/** What a rule made of a stream or group; without a stream, what the service says of itself. */
export interface LiveEvent {
  readonly type: "event";
  readonly id: string;
  readonly stream: string | null;
  readonly rule: string | null;
  readonly name: string;
  readonly phase: "changed" | "started" | "ended";
  readonly at: string;
  readonly sequence: number;
  readonly before: Value;
  readonly after: Value;
  readonly window: string | null;
  readonly track: number | null;
  /** The id of the event that began what is over. */
  readonly started: string | null;
  /** Seconds that what is over had lasted. */
  readonly duration: number | null;
  readonly reason: string | null;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly evidence: readonly Evidence[];
  readonly details: Readonly<Record<string, unknown>>;
}

export type HookState = "working" | "blocked" | "failing" | "disabled" | "off";

/** Something that events are sent to. */
export interface Hook {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly state: HookState;
  readonly failingSince: string | null;
  readonly disabledAt: string | null;
  readonly reason: string | null;
  readonly figures: {
    readonly waiting: number;
    readonly oldestWaiting: string | null;
    readonly lastDelivered: string | null;
    readonly lastFailed: string | null;
  };
}

/** How what is recorded fares. */
export interface HistoryCondition {
  readonly state: "opening" | "running" | "failing" | "ended";
  readonly error: string | null;
  readonly kind: string;
  readonly bytes: number | null;
  /** Summaries that wait to be written, and that had no room to. */
  readonly waiting: number;
  readonly dropped: number;
  /** Blocks of summaries that cannot be read any more. */
  readonly damaged: number;
}

/** A moment that somebody named; without a stream it is one of all. */
export interface Marker {
  readonly type: "marker";
  readonly id: string;
  readonly stream: string | null;
  readonly at: string;
  readonly label: string;
}

export interface NewMarker {
  readonly label: string;
  readonly stream?: string;
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

/** Summaries of a window, by sequence, that will never come; events where the window is `null`. */
export interface Gap {
  readonly type: "gap";
  readonly stream: string;
  readonly window?: string | null;
  readonly from: number;
  readonly to: number;
}

export interface Refusal {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
}

export type LiveMessage = Session | Summary | Reading | LiveEvent | Marker | Status | Gap | Refusal;

const KNOWN = new Set(["session", "summary", "reading", "event", "marker", "status", "gap", "error"]);

/** The message in a text frame; `null` for one of a type this page does not use. */
export function parseMessage(text: string): LiveMessage | null {
  const message: unknown = JSON.parse(text);
  if (typeof message !== "object" || message === null || !("type" in message)) return null;
  return typeof message.type === "string" && KNOWN.has(message.type) ? (message as LiveMessage) : null;
}
