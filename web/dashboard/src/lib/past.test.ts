/** The past of a stream, fetched as far as it is looked at. */
import { beforeEach, describe, expect, it } from "vitest";

import { Unreachable } from "./api";
import type { Summary } from "./messages";
import { PastLoader } from "./past.svelte";
import { StreamStore, type Surroundings } from "./streamStore.svelte";

const WINDOWS = [{ name: "2s", length: 2, interval: 0.5 }];
const NOW = 10_000_000;
const AROUND: Surroundings = {
  now: NOW,
  serverNow: NOW,
  live: true,
  stream: () => null,
  window: (name) => WINDOWS.find((window) => window.name === name) ?? null,
  load: () => Promise.resolve([]),
  loadEvents: () => Promise.resolve([]),
  loadMarkers: () => Promise.resolve([]),
  resume: () => undefined,
};

function summary(end: number): Summary {
  const time = new Date(end).toISOString();
  const none = { windowMeanScores: null, windowFaceDistribution: null, dominant: null };
  const counts = { smoothingDelay: 0.25, frames: 20, faces: 0, tracks: 0, coverage: 1 };
  return { type: "summary", stream: "lobby", window: "2s", sequence: end, start: time, end: time, ...counts, ...none };
}

let store: StreamStore;
let calls: (number | undefined)[];
let kept: number[];
let failing: boolean;
let unreadable: boolean;

/** A service that has the summaries that end at the times in `kept`. */
function loader(): PastLoader {
  const load = ({ limit, until }: { limit: number; until?: number }) => {
    calls.push(until);
    if (failing) return Promise.reject(new Unreachable("no answer"));
    const summaries = kept.filter((end) => end <= (until ?? Infinity)).slice(-limit).map(summary);
    return Promise.resolve({ summaries, ...(unreadable && summaries.length < limit ? { historyError: "The file is gone." } : {}) });
  };
  const past = new PastLoader(store, "2s", load, () => NOW);
  past.hold();
  return past;
}

beforeEach(() => {
  store = new StreamStore("lobby", AROUND);
  store.declare(WINDOWS);
  calls = [];
  kept = Array.from({ length: 5000 }, (_, index) => NOW - (5000 - index) * 500);
  failing = false;
  unreadable = false;
});

describe("the past", () => {
  it("is fetched page by page as far as it is looked at, and no further", async () => {
    const past = loader();
    await past.reach(NOW - 1000 * 1000);
    expect(calls).toHaveLength(2);
    expect(store.timeline("2s").size).toBe(2400);
    expect(past.begin).toBeNull();
    await past.reach(NOW - 500 * 1000);
    expect(calls).toHaveLength(2);
  });

  it("ends where the service's memory does", async () => {
    const past = loader();
    await past.reach(0);
    await past.reach(0);
    expect(store.timeline("2s").size).toBe(5000);
    expect(past.begin).toBe(kept[0]);
    expect(calls).toHaveLength(5);
  });

  it("of a stream without any is asked for once", async () => {
    kept = [];
    const past = loader();
    await past.reach(0);
    await past.reach(0);
    expect(calls).toHaveLength(1);
    expect(past.begin).toBe(NOW);
  });

  it("that could not be fetched is not asked for again until somebody says so", async () => {
    const past = loader();
    failing = true;
    await past.reach(0);
    await past.reach(0);
    expect(calls).toHaveLength(1);
    expect(past.failed).toBe(true);
    failing = false;
    await past.reach(NOW - 1000, true);
    expect(past.failed).toBe(false);
  });

  it("has no beginning while what was recorded cannot be read, and is not asked for again until somebody says so", async () => {
    const past = loader();
    const recorded = kept;
    kept = recorded.slice(-3);
    unreadable = true;
    await past.reach(0);
    await past.reach(0);
    expect(calls).toHaveLength(1);
    expect(store.timeline("2s").size).toBe(3);
    expect([past.unreadable, past.begin, past.failed]).toEqual(["The file is gone.", null, false]);
    [unreadable, kept] = [false, recorded];
    await past.reach(0, true);
    expect([past.unreadable, past.begin]).toEqual([null, recorded[0]]);
    expect(store.timeline("2s").size).toBe(5000);
  });

  it("begins anew with the stream that takes the place of one that is gone", async () => {
    kept = kept.slice(-3);
    const past = loader();
    await past.reach(0);
    store.clear();
    expect(past.begin).toBeNull();
    kept = [NOW];
    await past.reach(0);
    expect(past.begin).toBe(NOW);
    failing = true;
    store.clear();
    await past.reach(0);
    expect(past.failed).toBe(true);
    store.clear();
    expect(past.failed).toBe(false);
  });

  it("begins where a service that was started again counts from the start, whatever the page has of before", async () => {
    kept = kept.slice(-3);
    const past = loader();
    await past.reach(0);
    store.of("2s").fill([{ ...summary(NOW), sequence: 900 }]);
    store.noteSummary({ ...summary(NOW + 500), sequence: 901 });
    expect(past.begin).toBe(kept[0]);
    store.noteSummary({ ...summary(NOW + 60_000), sequence: 1 });
    expect(past.begin).toBe(NOW + 60_000);
  });
});
