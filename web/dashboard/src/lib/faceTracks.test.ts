/** Strips of faces, made from readings. */
import { describe, expect, it } from "vitest";

import { EMOTIONS, type Emotion, type Scores } from "./emotions";
import { FaceTracks } from "./faceTracks";
import type { Reading } from "./messages";

function scores(emotion: Emotion): Scores {
  return Object.fromEntries(EMOTIONS.map((name) => [name, name === emotion ? 0.93 : 0.01])) as unknown as Scores;
}

function reading(time: number, faces: Readonly<Record<number, Emotion>>): Reading {
  return {
    type: "reading",
    stream: "lobby",
    sequence: time,
    capturedAt: new Date(time).toISOString(),
    pts: null,
    width: 640,
    height: 360,
    faces: Object.entries(faces).map(([id, emotion]) => ({
      id: Number(id),
      faceRectangle: { left: 0, top: 0, width: 10, height: 10 },
      confidence: 1,
      scores: scores(emotion),
    })),
  };
}

function follow(tracks: FaceTracks, id: number, emotion: Emotion, from: number, until: number) {
  for (let time = from; time < until; time += 100) tracks.add(reading(time, { [id]: emotion }));
}

describe("the strip of a face", () => {
  it("parts where the face shows something else", () => {
    const tracks = new FaceTracks();
    follow(tracks, 7, "neutral", 0, 3000);
    follow(tracks, 7, "happiness", 3000, 5000);
    expect(tracks.seen(0, 9000, 9)).toMatchObject([
      { id: 7, first: 0, last: 4900, stretches: [{ from: 0, until: 3000, emotion: "neutral" }, { from: 3000, until: 4900, emotion: "happiness" }] },
    ]);
  });

  it("does not part at the flicker of one frame", () => {
    const tracks = new FaceTracks();
    follow(tracks, 7, "neutral", 0, 1000);
    tracks.add(reading(1000, { 7: "fear" }));
    follow(tracks, 7, "neutral", 1100, 2000);
    expect(tracks.seen(0, 9000, 9)[0]!.stretches).toHaveLength(1);
  });

  it("has a gap where the face was out of sight", () => {
    const tracks = new FaceTracks();
    follow(tracks, 7, "neutral", 0, 1000);
    follow(tracks, 7, "neutral", 6000, 7000);
    expect(tracks.seen(0, 9000, 9)[0]!.stretches.map(({ from, until }) => [from, until])).toEqual([[0, 900], [6000, 6900]]);
  });

  it("is shown for those seen in the time asked for, the newest first", () => {
    const tracks = new FaceTracks();
    follow(tracks, 1, "neutral", 0, 1000);
    follow(tracks, 2, "neutral", 2000, 3000);
    follow(tracks, 3, "neutral", 4000, 5000);
    expect(tracks.seen(1500, 9000, 9).map(({ id }) => id)).toEqual([3, 2]);
    expect(tracks.seen(0, 9000, 2).map(({ id }) => id)).toEqual([3, 2]);
  });

  it("is kept for a bounded number of faces and of stretches", () => {
    const tracks = new FaceTracks();
    for (let id = 0; id < 500; id++) tracks.add(reading(id * 1000, { [id]: "neutral" }));
    for (let turn = 0; turn < 2000; turn++) follow(tracks, 499, EMOTIONS[turn % 8]!, 500_000 + turn * 500, 500_500 + turn * 500);
    const seen = tracks.seen(0, Infinity, 1000);
    expect(seen).toHaveLength(60);
    expect(seen[0]!.stretches.length).toBeLessThanOrEqual(401);
  });
});
