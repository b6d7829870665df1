/** Pictures and readings that come in any order, and with losses. */
import { describe, expect, it } from "vitest";

import type { Reading } from "./messages";
import { PicturePairs } from "./pairs";
import type { Preview } from "./preview";

const reading = (sequence: number) => ({ type: "reading", sequence, faces: [] }) as unknown as Reading;
const preview = (sequence: number) => ({ sequence }) as unknown as Preview;

function numbers(shot: ReturnType<PicturePairs["addReading"]>) {
  return shot && [shot.preview.sequence, shot.reading?.sequence ?? null];
}

describe("a picture", () => {
  it("is joined with the reading that came before it", () => {
    const pairs = new PicturePairs();
    pairs.addReading(reading(1));
    pairs.addReading(reading(2));
    expect(numbers(pairs.addPreview(preview(1)))).toEqual([1, 1]);
  });

  it("waits for its reading, once", () => {
    const pairs = new PicturePairs();
    expect(pairs.addPreview(preview(1))).toBeNull();
    expect(numbers(pairs.addReading(reading(1)))).toEqual([1, 1]);
    expect(pairs.addReading(reading(2))).toBeNull();
  });

  it("goes without boxes, never with those of another frame, when its reading was lost", () => {
    const pairs = new PicturePairs();
    pairs.addPreview(preview(5));
    expect(numbers(pairs.addReading(reading(6)))).toEqual([5, null]);
    expect(numbers(pairs.addPreview(preview(4)))).toEqual([4, null]);
  });

  it("gives way to a newer one", () => {
    const pairs = new PicturePairs();
    pairs.addPreview(preview(1));
    pairs.addPreview(preview(2));
    expect(numbers(pairs.addReading(reading(2)))).toEqual([2, 2]);
  });
});
