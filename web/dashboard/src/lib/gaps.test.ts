/** Why there are no scores, told apart. */
import { describe, expect, it } from "vitest";

import { gapsOf, type Past } from "./gaps";
import type { Row } from "./timeline";

const INTERVAL = 500;
const QUIET: Past = { changes: [], outages: [], begin: null };

function row(end: number, seen: Partial<Row> = {}): Row {
  return { end, sequence: end, frames: 5, faces: 5, tracks: 1, coverage: 1, means: [1], shares: [1], dominant: null, ...seen };
}

function said(rows: Row[], past: Past = QUIET, now = 10_000) {
  return gapsOf(rows, INTERVAL, { from: 1000, until: now }, now, past).map(({ kind, from, until }) => [kind, from, until]);
}

const steady = (from: number, until: number) => Array.from({ length: (until - from) / INTERVAL + 1 }, (_, index) => row(from + index * INTERVAL));

describe("gaps", () => {
  it("are none where every window came", () => {
    expect(said(steady(1000, 10_000))).toEqual([]);
  });

  it("tell no face from a face that could not be read, and from no frame", () => {
    const none = { means: null, shares: null };
    const rows = [row(1500), row(2000, { ...none, faces: 0 }), row(2500, { ...none, faces: 0 }), row(3000, none), row(3500, { ...none, frames: 0 })];
    expect(said(rows, QUIET, 3500)).toEqual([
      ["noFace", 1500, 2500],
      ["unread", 2500, 3000],
      ["noFrames", 3000, 3500],
    ]);
  });

  it("say when the stream was down, and when the line was, within one hole", () => {
    const rows = [...steady(1000, 2000), ...steady(9000, 10_000)];
    const error = { code: "unreachable", message: "" };
    const past: Past = {
      changes: [
        { at: 500, state: "running", error: null },
        { at: 3000, state: "reconnecting", error },
        { at: 5000, state: "running", error: null },
      ],
      outages: [{ from: 6000, until: 7000 }],
      begin: null,
    };
    expect(said(rows, past)).toEqual([
      ["noData", 2000, 3000],
      ["down", 3000, 5000],
      ["noData", 5000, 6000],
      ["offline", 6000, 7000],
      ["noData", 7000, 8500],
    ]);
  });

  it("say that the stream was down where windows went on without a frame", () => {
    const down = { means: null, shares: null, frames: 0, faces: 0 };
    const past = { ...QUIET, changes: [{ at: 1500, state: "reconnecting", error: null }] } as const;
    expect(said([row(1500), row(2000, down), row(2500, down)], past, 2500)).toEqual([["down", 1500, 2500]]);
  });

  it("last until now where nothing comes any more", () => {
    expect(said(steady(1000, 5000), { ...QUIET, outages: [{ from: 5000, until: null }] })).toEqual([["offline", 5000, 10_000]]);
  });

  it("do not call the present a gap before a window is due", () => {
    expect(said(steady(1000, 9000))).toEqual([]);
  });

  it("tell what is older than the service's memory", () => {
    expect(said(steady(5500, 10_000), { ...QUIET, begin: 5500 })).toEqual([["before", 1000, 5000]]);
  });
});
