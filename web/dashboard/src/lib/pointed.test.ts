/** What is said of a time that is pointed at is what is drawn there. */
import { describe, expect, it } from "vitest";

import { gapsOf } from "./gaps";
import type { Summary } from "./messages";
import { gapAt, rowAt } from "./pointed";
import { Timeline } from "./timeline";

const INTERVAL = 500;
const BORN = 1_790_000_000_000;
const RANGE = { from: BORN - 60_000, until: BORN + 10_000 };

/** Twenty windows without a face since the stream began. */
function timeline(): Timeline {
  const made = new Timeline(100);
  for (let index = 1; index <= 20; index++) {
    const end = new Date(BORN + index * INTERVAL).toISOString();
    const empty = { windowMeanScores: null, windowFaceDistribution: null, dominant: null };
    made.add({ end, sequence: index, frames: 5, faces: 0, tracks: 0, coverage: 1, ...empty } as unknown as Summary);
  }
  return made;
}

function gapsFrom(rows: Timeline) {
  const past = { changes: [], outages: [], begin: BORN + INTERVAL };
  return gapsOf(rows.between(RANGE.from, RANGE.until), INTERVAL, RANGE, RANGE.until, past);
}

describe("a time that is pointed at", () => {
  it("has no window before the stream was there", () => {
    expect(rowAt(timeline(), BORN - 30_000, INTERVAL)).toBeNull();
    expect(rowAt(timeline(), BORN + 700, INTERVAL)?.end).toBe(BORN + 1_000);
  });

  it("is in the gap that is drawn there, not in its neighbour's", () => {
    const gaps = gapsFrom(timeline());
    expect(gaps.map(({ kind }) => kind)).toEqual(["before", "noFace"]);
    expect(gapAt(gaps, BORN - 30_000)?.kind).toBe("before");
    expect(gapAt(gaps, BORN + 5_000)?.kind).toBe("noFace");
    expect(gapAt(gaps, RANGE.until + 1)).toBeNull();
  });
});
