/** Names for a camera's stream. */
import { expect, it } from "vitest";

import { freeName, isName, isPulled } from "./cameraName";
import type { StreamState } from "./messages";

const stream = (id: string, state: StreamState = "running", url = "whip:") => ({ id, state, url });

it("takes the plain name where it is free", () => {
  expect(freeName("camera", [stream("lobby")])).toBe("camera");
});

it("counts on past names that are in use", () => {
  expect(freeName("phone", [stream("phone"), stream("phone-2", "reconnecting")])).toBe("phone-3");
});

it("takes the name again that its last camera has left", () => {
  expect(freeName("phone", [stream("phone", "ended")])).toBe("phone");
});

it("takes its own name again before it is heard to be free", () => {
  expect(freeName("camera", [stream("camera")], "camera")).toBe("camera");
  expect(freeName("camera", [stream("camera", "running", "rtsp://b")], "camera")).toBe("camera-2");
});

it("leaves a stream alone that gets its pictures elsewhere", () => {
  expect(freeName("phone", [stream("phone", "ended", "rtsp://camera/1")])).toBe("phone-2");
  expect([isPulled(stream("a")), isPulled(stream("a", "ended", "rtsp://b")), isPulled(null)]).toEqual([false, true, false]);
});

it.each([["camera-2", true], ["a.b_c", true], ["", false], [".a", false], ["a b", false], ["a/b", false], ["a".repeat(65), false]])(
  "knows whether %j is a name",
  (name, is) => expect(isName(name)).toBe(is),
);
