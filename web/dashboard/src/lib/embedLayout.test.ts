/** Where an embed's parts go. */
import { expect, it } from "vitest";

import { embedLayout } from "./embedLayout";
import { PARTS, type Part } from "./embedQuery";

const USUAL: readonly Part[] = ["picture", "dominant", "scores"];
const WIDE = 16 / 9;

it.each([
  [300, 200, "strip", "strip"],
  [640, 480, "beside", "rows"],
  [1280, 720, "beside", "rows"],
  [3840, 2160, "beside", "rows"],
  [390, 844, "below", "rows"],
  [1080, 1920, "below", "rows"],
  [320, 240, "strip", "strip"],
])("fits the usual into %i by %i", (width, height, arrangement, scores) => {
  expect(embedLayout(width, height, WIDE, USUAL)).toMatchObject({ arrangement, scores });
});

it("leaves the timeline out where it would be a hair", () => {
  expect(embedLayout(300, 200, WIDE, PARTS).timeline).toBe(false);
  expect(embedLayout(1280, 720, WIDE, PARTS).timeline).toBe(true);
  expect(embedLayout(300, 100, WIDE, ["timeline"]).timeline).toBe(true);
});

it("lists the scores where there is no picture beside them", () => {
  expect(embedLayout(300, 300, WIDE, ["dominant", "scores"]).scores).toBe("rows");
  expect(embedLayout(300, 120, WIDE, ["dominant", "scores"]).scores).toBe("strip");
});

it("keeps letters between readable and absurd", () => {
  expect(embedLayout(200, 100, WIDE, USUAL).fontSize).toBe(11);
  expect(embedLayout(7680, 4320, WIDE, USUAL).fontSize).toBe(72);
});
