/** What the page says of its own liveness. */
import { expect, it } from "vitest";

import { isDead, readPulse } from "./pulse";

it("is live while a stream runs and is heard", () => {
  expect(readPulse({ kind: "open" }, 10_000, 11_000, 0.5)).toEqual({ kind: "live" });
});

it("does not claim to be live when an open line says nothing", () => {
  expect(readPulse({ kind: "open" }, 10_000, 17_000, 0.5)).toEqual({ kind: "silent", seconds: 7 });
});

it("expects no word where no stream runs", () => {
  expect(readPulse({ kind: "open" }, 10_000, 99_000, Infinity)).toEqual({ kind: "idle" });
});

it("stays not live while it tries again", () => {
  expect(readPulse({ kind: "connecting", again: false }, 0, 9_000, 0.5).kind).toBe("connecting");
  expect(readPulse({ kind: "connecting", again: true }, 0, 9_000, 0.5).kind).toBe("offline");
});

it("counts down to the next try", () => {
  const waiting = { kind: "waiting", until: 15_000, reason: "gone" } as const;
  expect(readPulse(waiting, 0, 12_100, 0.5)).toEqual({ kind: "offline", seconds: 3, reason: "gone" });
});

it("gives a slow window its time, and a dead line no more than that", () => {
  expect(readPulse({ kind: "open" }, 0, 11_900, 5)).toEqual({ kind: "live" });
  expect(readPulse({ kind: "open" }, 0, 12_100, 5).kind).toBe("silent");
  expect(readPulse({ kind: "open" }, 0, 4_100, 0.5).kind).toBe("silent");
  expect([isDead(15_100, 0.5), isDead(14_900, 0.5), isDead(100_000, 60), isDead(123_000, 60)]).toEqual([true, false, false, true]);
});
