/** A camera on its way to the service: what is tried again, what is not, and that nothing stays open. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Broadcast } from "./broadcast.svelte";
import type { Session } from "./broadcastState";
import { CameraError } from "./cameras";
import type { WhipOptions } from "./whip";
import { WhipError, type WhipFailure } from "./whipError";

class Track extends EventTarget {
  muted = false;
  stopped = false;
  stop() {
    this.stopped = true;
  }
}

class Media {
  readonly tracks = [new Track()];
  getTracks = () => this.tracks;
  getVideoTracks = () => this.tracks;
}

/** A session that starts as the test says: a failure, or `null` for well. */
class Fake implements Session {
  readonly done: string[] = [];
  constructor(readonly options: WhipOptions, readonly outcome: WhipFailure | null) {}
  async start() {
    this.done.push("start");
    if (this.outcome !== null) throw new WhipError(this.outcome);
  }
  async replace() {
    this.done.push("replace");
  }
  async stop() {
    this.done.push("stop");
  }
  abandon() {
    this.done.push("abandon");
  }
}

let cameras: Media[];
let sessions: Fake[];
let outcomes: (WhipFailure | null)[];

beforeEach(() => {
  vi.useFakeTimers();
  [cameras, sessions, outcomes] = [[], [], []];
});
afterEach(() => vi.useRealTimers());

function broadcast(open?: () => Promise<MediaStream>): Broadcast {
  return new Broadcast({
    token: () => null,
    open: open ?? (async () => (cameras.push(new Media()), cameras.at(-1) as unknown as MediaStream)),
    session: (options) => (sessions.push(new Fake(options, outcomes.shift() ?? null)), sessions.at(-1)!),
    random: () => 0.5,
  });
}

async function running(): Promise<Broadcast> {
  const made = broadcast();
  await made.start("desk 1", "default");
  expect(made.state.kind).toBe("running");
  return made;
}

it("publishes under the name that was given", async () => {
  await running();
  expect(sessions[0]?.options.endpoint).toBe("/whip/desk%201");
});

it("closes camera and session when it is stopped", async () => {
  const made = await running();
  await made.stop();
  expect(made.state).toEqual({ kind: "stopped", trouble: null });
  expect(made.media).toBeNull();
  expect(cameras[0]?.tracks[0]?.stopped).toBe(true);
  expect(sessions[0]?.done).toEqual(["start", "stop"]);
});

it("abandons the session when the page goes", async () => {
  const made = await running();
  made.abandon();
  expect(sessions[0]?.done).toEqual(["start", "abandon"]);
  expect(cameras[0]?.tracks[0]?.stopped).toBe(true);
});

it("says why there is no camera, and asks the service for nothing", async () => {
  const made = broadcast(async () => Promise.reject(new CameraError("denied", "Permission denied")));
  await made.start("desk", "default");
  expect(made.state).toEqual({ kind: "stopped", trouble: { kind: "camera", failure: "denied", said: "Permission denied" } });
  expect(sessions).toEqual([]);
});

it("does not try a first failure again, and gives the camera back", async () => {
  outcomes = [{ kind: "taken", detail: "" }];
  const made = broadcast();
  await made.start("desk", "default");
  expect(made.state).toMatchObject({ kind: "stopped", trouble: { kind: "whip", failure: { kind: "taken" } } });
  expect(cameras[0]?.tracks[0]?.stopped).toBe(true);
});

it("comes back by itself after a loss, with the same camera", async () => {
  const made = await running();
  sessions[0]?.options.onLost();
  expect(made.state).toMatchObject({ kind: "waiting", trouble: { kind: "lost" } });
  expect(sessions[0]?.done).toEqual(["start", "stop"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(made.state.kind).toBe("running");
  expect([cameras.length, sessions.length]).toEqual([1, 2]);
});

it("waits longer from try to try while the service is away", async () => {
  const made = await running();
  outcomes = [{ kind: "unreachable" }, { kind: "unreachable" }, null];
  sessions[0]?.options.onLost();
  await vi.advanceTimersByTimeAsync(700);
  expect(sessions.length).toBe(2);
  await vi.advanceTimersByTimeAsync(700);
  expect(sessions.length).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(made.state.kind).toBe("running");
});

it("takes its own old session for the one that has the name, for half a minute", async () => {
  const made = await running();
  outcomes = Array.from({ length: 9 }, () => ({ kind: "taken", detail: "" }) as const);
  sessions[0]?.options.onLost();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(made.active).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made.state).toMatchObject({ kind: "stopped", trouble: { failure: { kind: "taken" } } });
});

it("waits as long as a busy service wants", async () => {
  const made = await running();
  outcomes = [{ kind: "busy", detail: "", retryAfter: 9 }];
  sessions[0]?.options.onLost();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(made.state.kind).toBe("waiting");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(made.state.kind).toBe("running");
});

it("waits for a camera that the phone holds back", async () => {
  const made = await running();
  const track = cameras[0]!.tracks[0]!;
  track.muted = true;
  sessions[0]?.options.onLost();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sessions.length).toBe(1);
  track.muted = false;
  track.dispatchEvent(new Event("unmute"));
  await vi.advanceTimersByTimeAsync(0);
  expect(made.state.kind).toBe("running");
});

it("waits for such a camera once, however often it is hurried", async () => {
  const made = await running();
  const track = cameras[0]!.tracks[0]!;
  track.muted = true;
  const listening = vi.spyOn(track, "addEventListener");
  sessions[0]?.options.onLost();
  await vi.advanceTimersByTimeAsync(60_000);
  made.hurry();
  made.hurry();
  expect(made.state).toMatchObject({ kind: "waiting", until: null });
  expect(new Set(listening.mock.calls.map(([, listener]) => listener)).size).toBe(1);
  await made.stop();
  await made.start("desk 1", "default");
  track.dispatchEvent(new Event("unmute"));
  expect(sessions.length).toBe(2);
});

it("ends when the camera is pulled out", async () => {
  const made = await running();
  cameras[0]?.tracks[0]?.dispatchEvent(new Event("ended"));
  await vi.advanceTimersByTimeAsync(0);
  expect(made.state).toEqual({ kind: "stopped", trouble: { kind: "unplugged" } });
});

it("turns to another camera within the session", async () => {
  const made = await running();
  await made.turnTo("back");
  expect(made.state.kind).toBe("running");
  expect(cameras.map((camera) => camera.tracks[0]!.stopped)).toEqual([true, false]);
  expect(sessions[0]?.done).toEqual(["start", "replace"]);
});

it("closes a camera that opens after it was stopped", async () => {
  const late = new Media();
  let give: (media: MediaStream) => void = () => undefined;
  const made = broadcast(() => new Promise((resolve) => (give = resolve)));
  const starting = made.start("desk", "default");
  await made.stop();
  give(late as unknown as MediaStream);
  await starting;
  expect(late.tracks[0]?.stopped).toBe(true);
  expect(sessions).toEqual([]);
  expect(made.state).toEqual({ kind: "stopped", trouble: null });
});
