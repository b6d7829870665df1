/** The choice in the page's address, and durations in words. */
import { expect, it } from "vitest";

import { readChoice, writeChoice } from "./address";
import { duration } from "./figures";

it("comes back to the stream and window it was left at", () => {
  const choice = { stream: "lobby/2 %", window: "60s" };
  expect(readChoice(writeChoice(choice))).toEqual(choice);
});

it("takes an address without a choice, or a broken one, for none", () => {
  expect(readChoice("")).toEqual({ stream: null, window: null });
  expect(readChoice("#%")).toEqual({ stream: null, window: null });
});

it("says a duration in its two largest units", () => {
  expect([0, 12_000, 185_000, 7_440_000, 90_000_000].map(duration)).toEqual(["0 s", "12 s", "3 min 5 s", "2 h 4 min", "1 d 1 h"]);
});
