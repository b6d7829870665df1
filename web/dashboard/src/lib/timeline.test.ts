/** The bounded buffer of summaries. */
import { describe, expect, it } from "vitest";

import { EMOTIONS, type Scores } from "./emotions";
import type { Summary } from "./messages";
import { Timeline } from "./timeline";

const SCORES = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, 0.125])) as unknown as Scores;

function summary(end: number, scores: Scores | null = SCORES): Summary {
  return {
    type: "summary",
    stream: "lobby",
    window: "2s",
    sequence: end,
    start: new Date((end - 2) * 1000).toISOString(),
    end: new Date(end * 1000).toISOString(),
    smoothingDelay: 0.25,
    frames: 20,
    faces: 20,
    tracks: 1,
    coverage: 1,
    windowMeanScores: scores,
    windowFaceDistribution: scores,
    dominant: scores === null ? null : "neutral",
  };
}

function filled(ends: number[], capacity = 100): Timeline {
  const timeline = new Timeline(capacity);
  for (const end of ends) timeline.add(summary(end));
  return timeline;
}

function sequences(rows: readonly { sequence: number }[]): number[] {
  return rows.map(({ sequence }) => sequence);
}

describe("a timeline", () => {
  it("keeps the newest summaries and no more than its capacity", () => {
    expect(sequences(filled([1, 2, 3, 4, 5], 3).tail(10))).toEqual([3, 4, 5]);
  });

  it("gives up what it may no longer keep", () => {
    const timeline = filled([1, 2, 3, 4, 5]);
    timeline.keep(2);
    expect(sequences(timeline.tail(10))).toEqual([4, 5]);
  });

  it("puts what history brings late before what came live", () => {
    const timeline = filled([5, 6, 1, 3, 2, 4]);
    expect(sequences(timeline.tail(10))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(timeline.latest?.sequence).toBe(6);
    expect(timeline.oldest?.sequence).toBe(1);
  });

  it("holds a window that comes twice once", () => {
    expect(filled([1, 2, 2, 1]).size).toBe(2);
  });

  it("gives the rows of a stretch of time with one more on either side", () => {
    expect(sequences(filled([1, 2, 3, 4, 5, 6]).between(2500, 4500))).toEqual([2, 3, 4, 5]);
  });

  it("keeps no scores where no face was seen", () => {
    const timeline = new Timeline(3);
    timeline.add(summary(1, null));
    expect(timeline.latest).toMatchObject({ means: null, shares: null, dominant: null });
  });

  it("finds the window nearest to a time", () => {
    const timeline = filled([10, 20]);
    expect(timeline.near(14_000)?.sequence).toBe(10);
    expect(timeline.near(16_000)?.sequence).toBe(20);
    expect(timeline.near(99_000)?.sequence).toBe(20);
    expect(new Timeline(3).near(1)).toBeNull();
  });
});
