/** What the page says of its own liveness. */
import { expect, it } from "vitest";

import { readPulse } from "./pulse";

it("is live while a stream runs and is heard", () => {
  expect(readPulse({ kind: "open" }, 10_000, 11_000, true)).toEqual({ kind: "live" });
});

it("does not claim to be live when an open line says nothing", () => {
  expect(readPulse({ kind: "open" }, 10_000, 17_000, true)).toEqual({ kind: "silent", seconds: 7 });
});

it("expects no word where no stream runs", () => {
  expect(readPulse({ kind: "open" }, 10_000, 99_000, false)).toEqual({ kind: "idle" });
});

it("stays not live while it tries again", () => {
  expect(readPulse({ kind: "connecting", again: false }, 0, 9_000, true).kind).toBe("connecting");
  expect(readPulse({ kind: "connecting", again: true }, 0, 9_000, true).kind).toBe("offline");
});

it("counts down to the next try", () => {
  const waiting = { kind: "waiting", until: 15_000, reason: "gone" } as const;
  expect(readPulse(waiting, 0, 12_100, true)).toEqual({ kind: "offline", seconds: 3, reason: "gone" });
});
