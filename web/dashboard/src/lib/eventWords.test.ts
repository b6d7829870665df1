/** Events in words. */
import { describe, expect, it } from "vitest";

import { changeWords, eventTitle, eventWords, isBad } from "./eventWords";
import type { LiveEvent } from "./messages";

function event(change: Partial<LiveEvent>): LiveEvent {
  return {
    type: "event", id: "evt_1", stream: "lobby", rule: "dominant-emotion", name: "emotion.dominant.changed", phase: "changed",
    at: "2026-11-22T10:00:00.000Z", sequence: 7, before: "neutral", after: "happiness", window: "2s", track: null, started: null,
    duration: 12, reason: null, thresholds: {}, evidence: [], details: {}, ...change,
  };
}

describe("an event in words", () => {
  it.each([
    [event({}), "Dominant expression: Neutral → Happiness"],
    [event({ after: null }), "Dominant expression: Neutral → no face"],
    [event({ name: "emotion.threshold.started", rule: "laughing", before: 0.41239, after: 1 }), "Threshold crossed (laughing): 0.41 → 1.00"],
    [event({ name: "faces.present.ended", rule: "crowd", before: 3, after: 0 }), "Faces left (crowd): 3 → 0 faces"],
    [event({ name: "faces.present.started", rule: "p", before: null, after: 2 }), "Faces came (p): – → 2 faces"],
    [event({ name: "faces.present.ended", rule: "p", before: 2, after: 1 }), "Faces left (p): 2 → 1 face"],
    [event({ name: "stream.lost", rule: "camera", before: null, after: "reconnecting" }), "Stream lost (camera): – → Reconnecting"],
    [event({ name: "hook.disabled", stream: null, rule: null, before: null, after: null }), "Hook disabled"],
    [event({ name: "something.else", rule: "mine", before: "odd", after: "even" }), "something.else (mine): odd → even"],
  ])("says what changed", (given, words) => {
    expect(eventWords(given)).toBe(words);
  });

  it("tells bad news from others", () => {
    expect([event({}), event({ name: "stream.lost" }), event({ name: "stream.back" })].map(isBad)).toEqual([false, true, false]);
  });

  it("leaves out what says nothing", () => {
    expect(changeWords(event({ before: null, after: null }))).toBe("");
    expect(eventTitle({ name: "stream.back" })).toBe("Stream back");
  });
});
