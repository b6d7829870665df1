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

describe("a timeline", () => {
  it("keeps the newest summaries and no more than its capacity", () => {
    const timeline = filled([1, 2, 3, 4, 5], 3);
    expect(timeline.columns(1).times).toEqual([3, 4, 5]);
  });

  it("puts what history brings late before what came live", () => {
    const timeline = filled([5, 6, 1, 3, 2, 4]);
    expect(timeline.columns(1).times).toEqual([1, 2, 3, 4, 5, 6]);
    expect(timeline.latest?.sequence).toBe(6);
  });

  it("holds a window that comes twice once", () => {
    expect(filled([1, 2, 2, 1]).size).toBe(2);
  });

  it("breaks the lines where windows are missing", () => {
    const { times, lines } = filled([1, 2, 5, 6]).columns(1);
    expect(times).toEqual([1, 2, 2.5, 5, 6]);
    expect(lines[0]).toEqual([0.125, 0.125, null, 0.125, 0.125]);
  });

  it("breaks the lines where no face was seen", () => {
    const timeline = filled([1, 3]);
    timeline.add(summary(2, null));
    expect(timeline.columns(1).lines.map((line) => line[1])).toEqual(EMOTIONS.map(() => null));
  });

  it("finds the window nearest to a time", () => {
    const timeline = filled([10, 20]);
    expect(timeline.near(14)?.sequence).toBe(10);
    expect(timeline.near(16)?.sequence).toBe(20);
    expect(timeline.near(99)?.sequence).toBe(20);
    expect(new Timeline(3).near(1)).toBeNull();
  });
});
