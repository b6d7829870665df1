/** Publishing by WHIP: the requests it makes, what it leaves behind, what it says when it fails. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { WhipSession } from "./whip";
import { WhipError } from "./whipError";

const ANSWER = "v=0\r\na=candidate:1 1 udp 2130706431 10.0.0.5 50012 typ host\r\n";

/** A peer connection that gathers and connects when told to. */
class Peer extends EventTarget {
  iceGatheringState = "gathering";
  connectionState = "new";
  localDescription = { sdp: "v=0 offer" };
  closed = false;
  readonly replaced: unknown[] = [];
  addTransceiver() {
    return { sender: { replaceTrack: async (track: unknown) => void this.replaced.push(track) } };
  }
  async setLocalDescription() {}
  async setRemoteDescription() {}
  close() {
    this.closed = true;
    this.connectionState = "closed";
  }
  gather() {
    this.iceGatheringState = "complete";
    this.dispatchEvent(new Event("icegatheringstatechange"));
  }
  turn(state: string) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly init: RequestInit;
}

let peer: Peer;
let calls: Call[];
let lost: number;
let configurations: RTCConfiguration[];
let kept: string | null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { location: { href: "https://semblance.local/camera" } });
  [peer, calls, lost, configurations] = [new Peer(), [], 0, []];
  kept = "t0ken";
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function session(answers: Partial<Record<string, () => Response>> = {}) {
  return new WhipSession({
    endpoint: "/whip/desk",
    token: () => kept,
    onLost: () => (lost += 1),
    peer: (configuration) => (configurations.push(configuration), peer as unknown as RTCPeerConnection),
    fetch: async (url, init) => {
      const method = init?.method ?? "GET";
      calls.push({ method, url: String(url), init: init ?? {} });
      return (answers[method] ?? DEFAULTS[method]!)();
    },
  });
}

const DEFAULTS: Record<string, () => Response> = {
  POST: () => new Response(ANSWER, { status: 201, headers: { Location: "/whip/desk/s3cret" } }),
  DELETE: () => new Response(null, { status: 200 }),
};
const TRACK = {} as MediaStreamTrack;
const methods = () => calls.map((call) => call.method);

async function started(whip = session()): Promise<WhipSession> {
  const starting = whip.start(TRACK);
  await vi.advanceTimersByTimeAsync(0);
  peer.gather();
  await vi.advanceTimersByTimeAsync(0);
  peer.turn("connected");
  await starting;
  return whip;
}

/** What `start` failed with. */
async function failure(whip: WhipSession, milliseconds: number): Promise<unknown> {
  const failing = whip.start(TRACK).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(milliseconds);
  const error = await failing;
  return error instanceof WhipError ? error.failure : error;
}

it("posts the offer with the token once all candidates are in it", async () => {
  const starting = session().start(TRACK);
  await vi.advanceTimersByTimeAsync(100);
  expect(methods()).toEqual([]);
  peer.gather();
  await vi.advanceTimersByTimeAsync(0);
  peer.turn("connected");
  await starting;
  expect(calls[0]).toMatchObject({ method: "POST", url: "/whip/desk", init: { body: "v=0 offer" } });
  expect(calls[0]?.init.headers).toEqual({ Authorization: "Bearer t0ken", "Content-Type": "application/sdp" });
});

it("does not wait for ever for candidates", async () => {
  void session().start(TRACK).catch(() => null);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(methods()).toContain("POST");
});

it("asks no ICE server", async () => {
  await started();
  expect(configurations[0]?.iceServers).toEqual([]);
});

it("ends the session at its own address, once", async () => {
  const whip = await started();
  await whip.stop();
  await whip.stop();
  const deleted = calls.filter((call) => call.method === "DELETE");
  expect(deleted.map((call) => call.url)).toEqual(["https://semblance.local/whip/desk/s3cret"]);
  expect(deleted[0]?.init.headers).toEqual({ Authorization: "Bearer t0ken" });
  expect(peer.closed).toBe(true);
});

it("ends the session with the token that made it, when that was forgotten meanwhile", async () => {
  const whip = await started();
  kept = null;
  await whip.stop();
  expect(calls.at(-1)).toMatchObject({ method: "DELETE", init: { headers: { Authorization: "Bearer t0ken" } } });
});

it("ends the session by a request that outlives the page", async () => {
  (await started()).abandon();
  expect(calls.at(-1)).toMatchObject({ method: "DELETE", init: { keepalive: true } });
});

it("ends a session that was made while it was being stopped", async () => {
  const whip: WhipSession = session({
    POST: () => (void whip.stop(), DEFAULTS["POST"]!()),
  });
  const failing = failure(whip, 2_100);
  expect(await failing).toMatchObject({ name: "AbortError" });
  expect(methods()).toEqual(["POST", "DELETE"]);
});

it("makes no session once it is stopped", async () => {
  const whip = session();
  const failing = failure(whip, 2_100);
  await whip.stop();
  expect(await failing).toMatchObject({ name: "AbortError" });
  expect(methods()).toEqual([]);
});

it("says where media should have come through when none does, and gives the name back", async () => {
  expect(await failure(session(), 20_000)).toEqual({ kind: "blocked", places: ["10.0.0.5 port 50012"] });
  expect(methods().at(-1)).toBe("DELETE");
  expect(peer.closed).toBe(true);
});

it.each([
  [409, { kind: "taken", detail: "desk is taken." }],
  [401, { kind: "unauthorized" }],
  [503, { kind: "busy", detail: "desk is taken.", retryAfter: 3 }],
  [422, { kind: "refused", status: 422, detail: "desk is taken." }],
])("tells an answer of %i apart", async (status, told) => {
  const body = JSON.stringify({ title: "Conflict", detail: "desk is taken." });
  const refusal = () => new Response(body, { status, headers: { "Retry-After": "3" } });
  expect(await failure(session({ POST: refusal }), 2_100)).toEqual(told);
  expect(peer.closed).toBe(true);
});

it("tells a service that does not answer", async () => {
  const silence = () => {
    throw new TypeError("Failed to fetch");
  };
  expect(await failure(session({ POST: silence }), 2_100)).toEqual({ kind: "unreachable" });
});

it("lets a moment's interruption pass", async () => {
  await started();
  peer.turn("disconnected");
  await vi.advanceTimersByTimeAsync(2_000);
  peer.turn("connected");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lost).toBe(0);
});

it("is lost when an interruption lasts", async () => {
  await started();
  peer.turn("disconnected");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(lost).toBe(1);
});

it("is lost at once when the connection fails", async () => {
  await started();
  peer.turn("failed");
  expect(lost).toBe(1);
});

it("is not lost by being stopped", async () => {
  const whip = await started();
  await whip.stop();
  peer.turn("closed");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toBe(0);
});

it("goes on with another camera in the same session", async () => {
  const whip = await started();
  await whip.replace(TRACK);
  expect(peer.replaced).toEqual([TRACK]);
});
