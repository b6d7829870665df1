/** Bands stacked on each other, and the gaps between them. */
import { describe, expect, it } from "vitest";

import { STACK, runsOf } from "./bands";
import { EMOTIONS, type Emotion } from "./emotions";
import type { Row } from "./timeline";

const INTERVAL = 500;

function scores(emotion: Emotion, value = 1): number[] {
  return EMOTIONS.map((name) => (name === emotion ? value : (1 - value) / 7));
}

function row(end: number, means: number[] | null): Row {
  return { end, sequence: end, frames: 5, faces: 5, tracks: 1, coverage: 1, means, shares: means, dominant: null };
}

/** The height of an emotion's band at each time of a run. */
function heights(run: { tops: readonly number[][] }, emotion: Emotion): number[] {
  const band = STACK.indexOf(emotion);
  return run.tops[band]!.map((top, index) => top - (band === 0 ? 0 : run.tops[band - 1]![index]!));
}

describe("bands", () => {
  it("fill the whole height, each as tall as its score", () => {
    const [run] = runsOf([row(1000, scores("fear", 0.3)), row(1500, scores("fear", 0.3))], "mean", INTERVAL, INTERVAL);
    expect(run!.tops.at(-1)).toEqual(run!.times.map(() => expect.closeTo(1)));
    expect(heights(run!, "fear")).toEqual(run!.times.map(() => expect.closeTo(0.3)));
    expect(heights(run!, "anger")).toEqual(run!.times.map(() => expect.closeTo(0.1)));
  });

  it("begin with the interval of the first window, so that one window alone is seen", () => {
    const [run] = runsOf([row(1000, scores("anger"))], "mean", INTERVAL, INTERVAL);
    expect(run!.times).toEqual([500, 1000]);
  });

  it("break where windows are missing", () => {
    const rows = [1000, 1500, 4000, 4500].map((end) => row(end, scores("anger")));
    expect(runsOf(rows, "mean", INTERVAL, INTERVAL).map(({ times }) => times.at(-1))).toEqual([1500, 4500]);
  });

  it("break where no face was seen", () => {
    const rows = [row(1000, scores("anger")), row(1500, null), row(2000, scores("anger"))];
    expect(runsOf(rows, "mean", INTERVAL, INTERVAL)).toHaveLength(2);
  });

  it("take the mean where more windows share a place than it can show", () => {
    const rows = [row(1000, scores("anger")), row(1500, scores("fear")), row(2000, scores("fear"))];
    const [run] = runsOf(rows, "mean", INTERVAL, 1000);
    expect(run!.times).toEqual([500, 1500, 2000]);
    expect(heights(run!, "anger").map((height) => height.toFixed(2))).toEqual(["0.50", "0.50", "0.00"]);
  });

  it("keep a gap of one window however many share a place", () => {
    const rows = [row(1000, scores("anger")), row(1500, null), row(2000, scores("anger"))];
    expect(runsOf(rows, "mean", INTERVAL, 60_000)).toHaveLength(2);
  });
});
