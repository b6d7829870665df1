/** What is kept of a stream: joined without a hole where the service has it, and forgotten with the stream. */
import { beforeEach, describe, expect, it } from "vitest";

import { Unreachable } from "./api";
import { missedOf } from "./catchUp";
import type { LiveEvent, Reading, Summary } from "./messages";
import type { Preview } from "./preview";
import { StreamStore, type Surroundings } from "./streamStore.svelte";

const NOW = 10_000_000;
const WINDOWS = [
  { name: "2s", length: 2, interval: 0.5 },
  { name: "60s", length: 60, interval: 5 },
];

let store: StreamStore;
let answers: ((summaries: Summary[] | Error) => void)[];
let resumed: unknown[];
let recorded: Promise<LiveEvent[]>;

function summary(sequence: number, window = "2s"): Summary {
  const end = new Date(NOW + sequence * 500).toISOString();
  const none = { windowMeanScores: null, windowFaceDistribution: null, dominant: null };
  const counts = { smoothingDelay: 0.25, frames: 20, faces: 0, tracks: 0, coverage: 1 };
  return { type: "summary", stream: "lobby", window, sequence, start: end, end, ...counts, ...none };
}

function note(...sequences: number[]): void {
  for (const sequence of sequences) store.noteSummary(summary(sequence));
}

const known = (window = "2s") => store.timeline(window).tail(100).map(({ sequence }) => sequence);
const since = (second: number) => new Date(NOW + second * 1000).toISOString();

beforeEach(() => {
  answers = [];
  resumed = [];
  recorded = Promise.resolve([]);
  const around: Surroundings = {
    now: NOW,
    serverNow: NOW,
    live: true,
    stream: () => null,
    window: (name) => WINDOWS.find((window) => window.name === name) ?? null,
    load: () => new Promise((resolve, reject) => answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))),
    loadEvents: () => recorded,
    loadMarkers: () => Promise.reject(new Unreachable("The service did not answer.")),
    resume: (...what) => resumed.push(what),
  };
  store = new StreamStore("lobby", around);
  store.declare(WINDOWS);
});

describe("the past of a window", () => {
  it("is joined to what came live while it was fetched: what was made between the two is sent again", async () => {
    const filled = store.fill("2s");
    note(14, 15);
    answers[0]!([10, 11].map((sequence) => summary(sequence)));
    await filled;
    expect(resumed).toEqual([["lobby", "2s", 11]]);
    note(12, 13, 14, 15, 16);
    expect(known()).toEqual([10, 11, 12, 13, 14, 15, 16]);
    expect(store.of("2s").through).toBe(16);
  });

  it("takes what is here already for no news", async () => {
    const filled = store.fill("2s");
    answers[0]!([summary(10)]);
    await filled;
    note(11);
    const { version } = store.of("2s");
    note(10, 11);
    expect(store.version("2s")).toBe(version);
  });

  it("is not that of a stream that went while it was fetched, and can be asked for again", async () => {
    const filled = store.fill("2s");
    store.clear();
    answers[0]!([summary(10)]);
    await filled;
    expect(known()).toEqual([]);
    expect(resumed).toEqual([]);
    const again = store.fill("2s");
    answers[1]!(new Unreachable("no answer"));
    await expect(again).rejects.toThrow("no answer");
    void store.fill("2s");
    expect(answers).toHaveLength(3);
  });
});

describe("what was missed", () => {
  it("begins after the least that is known of the windows asked for, and not at all where the past is yet to come", async () => {
    expect(missedOf([store], "*", ["2s", "60s"], NOW)).toEqual({});
    const filled = [store.fill("2s"), store.fill("60s")];
    answers[0]!([summary(10)]);
    answers[1]!([summary(6, "60s")]);
    await Promise.all(filled);
    expect(missedOf([store], ["lobby"], ["2s"], NOW)).toEqual({ lobby: 10 });
    expect(missedOf([store], "*", ["2s", "60s"], NOW)).toEqual({ lobby: 6 });
    expect(missedOf([store], ["stage"], ["2s"], NOW)).toEqual({});
  });

  it("for too long is fetched anew, with the stream's history of states left as it is", async () => {
    store.noteCondition({ state: "running", error: null, since: since(0) });
    const filled = store.fill("2s");
    answers[0]!([summary(10)]);
    await filled;
    expect(missedOf([store], "*", ["2s"], NOW + 700_000)).toEqual({});
    expect(answers).toHaveLength(2);
    expect(known()).toEqual([]);
    expect(store.changes).toHaveLength(1);
  });
});

describe("events", () => {
  const event = (id: string, second: number) => ({ id, at: since(second) }) as LiveEvent;

  it("that were recorded are joined to those that come live, each once and in their order", async () => {
    store.noteEvent(event("c", 3));
    recorded = Promise.resolve([event("d", 4), event("c", 3), event("a", 1)]);
    await store.fillLog();
    store.noteEvent(event("d", 4));
    expect(store.events.map(({ id }) => id)).toEqual(["a", "c", "d"]);
    expect(store.logError).toBe("The service did not answer."); // markers could not be had
  });

  it("are no more than a fixed number, the newest", () => {
    for (let second = 0; second < 1000; second += 1) store.noteEvent(event(String(second), second));
    expect(store.events).toHaveLength(200);
    expect(store.events.at(-1)!.id).toBe("999");
  });
});

describe("a stream that takes the name of one that is gone", () => {
  it("has none of its states, events, losses and pictures", () => {
    const shots: unknown[] = [];
    store.onShot((shot) => shots.push(shot));
    store.noteCondition({ state: "running", error: null, since: since(0) });
    store.noteEvent({ id: "1", at: since(0) } as LiveEvent);
    store.noteGap({ type: "gap", stream: "lobby", from: 1, to: 2 });
    store.notePreview({ sequence: 1 } as Preview);
    store.clear();
    expect([store.changes, store.events, store.missed]).toEqual([[], [], []]);
    store.noteReading({ sequence: 1, capturedAt: since(1), faces: [] } as unknown as Reading);
    expect(shots).toEqual([]);
  });

  it("is known by its state's later begin, even where it is in the same one", () => {
    const running = (second: number) => ({ state: "running", error: null, since: since(second) }) as const;
    store.noteCondition(running(0));
    store.noteCondition(running(0));
    store.noteCondition({ ...running(0), since: null });
    expect(store.changes).toHaveLength(1);
    store.noteCondition(running(60));
    store.noteCondition(running(0));
    expect(store.changes.map(({ at }) => at)).toEqual([NOW, NOW + 60_000]);
  });
});
