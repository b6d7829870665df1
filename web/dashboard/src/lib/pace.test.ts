/** How long the page may hear nothing before something is wrong. */
import { expect, it } from "vitest";

import type { Stream } from "./messages";
import { paceOf } from "./pace";
import type { Want } from "./wants";

const LIMITS = {
  messages: ["summary", "reading", "status", "preview"],
  windows: [
    { name: "2s", length: 2, interval: 0.5 },
    { name: "60s", length: 60, interval: 5 },
  ],
};
const LOBBY = { id: "lobby", state: "running", preview: "full" } as Stream;

function pace(want: Partial<Want>, stream: Partial<Stream> = {}): number {
  return paceOf([{ streams: "*", messages: ["summary"], ...want }], [{ ...LOBBY, ...stream }], LIMITS);
}

it("is that of the fastest window that is wanted", () => {
  expect(pace({ windows: ["60s"] })).toBe(5);
  expect(pace({ windows: ["60s", "2s"] })).toBe(0.5);
  expect(pace({})).toBe(0.5);
});

it("is that of frames where readings or pictures are wanted", () => {
  expect(pace({ messages: ["reading"] })).toBe(1);
  expect(pace({ messages: ["preview"], previewFps: 5 })).toBe(1);
  expect(pace({ messages: ["reading"] }, { fps: 0.25 })).toBe(4);
  expect(pace({ messages: ["preview"], previewFps: 0.5 })).toBe(2);
});

it("expects nothing of a stream that does not run, is not asked for, or shows no pictures", () => {
  expect(pace({}, { state: "reconnecting" })).toBe(Infinity);
  expect(pace({ streams: ["stage"] })).toBe(Infinity);
  expect(pace({ messages: ["status"] })).toBe(Infinity);
  expect(pace({ messages: ["preview"] }, { preview: "off" })).toBe(Infinity);
});
