/** Which cameras are offered, and why one does not open. */
import { expect, it } from "vitest";

import { cameraFailure, choices, looksBack } from "./cameras";

function camera(deviceId: string, label: string): MediaDeviceInfo {
  return { deviceId, label, groupId: "", kind: "videoinput", toJSON: () => null };
}

it("offers front and back on a phone", () => {
  const two = [camera("a", "camera2 1, facing front"), camera("b", "camera2 0, facing back")];
  expect(choices(two, true).map((one) => one.choice)).toEqual(["front", "back"]);
});

it("names a phone's further lenses too", () => {
  const three = [camera("a", "Front"), camera("b", "Back"), camera("c", "Back telephoto")];
  expect(choices(three, true).map((one) => one.choice)).toEqual(["front", "back", "device:a", "device:b", "device:c"]);
});

it("offers a desk's cameras by their names, once the browser tells them", () => {
  expect(choices([camera("", "")], false).map((one) => one.choice)).toEqual(["default"]);
  expect(choices([camera("a", "HD Webcam")], false)).toContainEqual({ choice: "device:a", label: "HD Webcam" });
});

it("mirrors what looks at the one who holds it", () => {
  expect(looksBack("user", "", true)).toBe(true);
  expect(looksBack("environment", "", true)).toBe(false);
  expect(looksBack(undefined, "HD Webcam", false)).toBe(true);
  expect(looksBack(undefined, "camera2 0, facing back", true)).toBe(false);
  expect(looksBack(undefined, "camera2 1, facing front", true)).toBe(true);
});

it.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "none"],
  ["NotReadableError", "busy"],
  ["OverconstrainedError", "unfit"],
  ["TypeError", "failed"],
])("tells %s apart", (name, kind) => {
  expect(cameraFailure(new DOMException("no", name))).toBe(kind);
});
