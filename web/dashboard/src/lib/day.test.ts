/** A day left open: what the page keeps of a stream does not grow. */
import { describe, expect, it } from "vitest";

import { EMOTIONS, type Scores } from "./emotions";
import { parseMessage, type Reading, type Summary } from "./messages";
import { parsePreview } from "./preview";
import { StreamStore, type Surroundings } from "./streamStore.svelte";

const HOUR = 3600; // seconds
const PICTURE = 40_000; // bytes of a JPEG
const SLACK = 1.5e6; // bytes by which two measurements of the heap may differ
const WINDOWS = [{ name: "2s", length: 2, interval: 0.5 }];

const AROUND: Surroundings = {
  now: 0,
  serverNow: 0,
  live: true,
  stream: () => null,
  window: (name) => WINDOWS.find((window) => window.name === name) ?? null,
  load: () => Promise.resolve([]),
  loadEvents: () => Promise.resolve([]),
  loadMarkers: () => Promise.resolve([]),
  resume: () => undefined,
};

function scores(turn: number): Scores {
  return Object.fromEntries(EMOTIONS.map((emotion, index) => [emotion, index === turn % 8 ? 0.93 : 0.01])) as unknown as Scores;
}

const time = (second: number) => new Date(second * 1000).toISOString();

function summary(second: number): string {
  const turn = Math.floor(second / 7);
  return JSON.stringify({
    type: "summary", stream: "lobby", window: "2s", sequence: second * 2, start: time(second - 2), end: time(second), smoothingDelay: 0.25,
    frames: 20, faces: 40, tracks: 2, coverage: 1, windowMeanScores: scores(turn), windowFaceDistribution: scores(turn), dominant: EMOTIONS[turn % 8],
  });
}

/** New faces come every minute, as in a room that people walk through. */
function reading(second: number): string {
  const face = (id: number) => ({ id, faceRectangle: { left: 1, top: 2, width: 30, height: 40 }, confidence: 0.9, scores: scores(Math.floor(second / 3) + id) });
  const first = Math.floor(second / 60) * 2;
  return JSON.stringify({
    type: "reading", stream: "lobby", sequence: Math.round(second * 10), capturedAt: time(second), pts: second, width: 640, height: 360, faces: [face(first), face(first + 1)],
  });
}

function preview(second: number): ArrayBuffer {
  const header = new TextEncoder().encode(JSON.stringify({ type: "preview", stream: "lobby", sequence: Math.round(second * 10), capturedAt: time(second), width: 640, height: 360, mode: "full" }));
  const bytes = new Uint8Array(2 + header.length + PICTURE);
  new DataView(bytes.buffer).setUint16(0, header.length);
  bytes.set(header, 2);
  return bytes.buffer;
}

/** What comes of one stream over the line, a picture with every tenth second's last reading. */
function live(store: StreamStore, from: number, until: number): void {
  for (let second = from; second < until; second++) {
    for (let tenth = 0; tenth < 10; tenth += 2) store.noteReading(parseMessage(reading(second + tenth / 10)) as Reading);
    store.notePreview(parsePreview(preview(second + 0.8))!);
    store.noteSummary(parseMessage(summary(second)) as Summary);
    store.noteSummary(parseMessage(summary(second + 0.5)) as Summary);
    if (second % 60 === 0) store.noteCondition({ state: second % 120 === 0 ? "running" : "reconnecting", error: null, since: time(second) });
    if (second % 30 === 0) store.noteGap({ type: "gap", stream: "lobby", from: second, to: second });
  }
}

/** What is used of Node, for which the page's sources need no types otherwise. */
interface Node {
  readonly process: { memoryUsage(): { readonly heapUsed: number; readonly arrayBuffers: number } };
}

/** Bytes in use after all that can be freed was: buffers go in a thread of their own, some time after the collection. */
async function heap(): Promise<number> {
  const v8 = (await import("node:v8" as string)) as { setFlagsFromString(flag: string): void };
  const vm = (await import("node:vm" as string)) as { runInNewContext(code: string): () => void };
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  let least = Infinity;
  for (let attempt = 0; attempt < 10; attempt++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { heapUsed, arrayBuffers } = (globalThis as unknown as Node).process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

describe("ten hours of a stream", () => {
  it("take no more room than two", { timeout: 120_000 }, async () => {
    const store = new StreamStore("lobby", AROUND);
    store.declare(WINDOWS);
    store.onShot(() => undefined);
    live(store, 0, 2 * HOUR);
    const before = await heap();
    live(store, 2 * HOUR, 10 * HOUR);
    const grown = (await heap()) - before;
    expect(grown).toBeLessThan(SLACK);
    expect(store.timeline("2s").size).toBe(600);
    expect(store.changes.length).toBe(200);
    expect(store.faces.seen(0, Infinity, 1000).length).toBeLessThanOrEqual(60);
  });
});
