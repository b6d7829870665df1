/** The address of this page for a phone. */
import { expect, it } from "vitest";

import { givesCamera, isLoopback, withHost } from "./phoneAddress";

const PAGE = "http://localhost:8484/camera?stream=desk";

it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.8.0.1", "[::1]", "a.localhost"])("knows that %s is this machine alone", (name) => {
  expect(isLoopback(name)).toBe(true);
});

it.each(["192.168.1.20", "semblance.local", "127.example.com", "[fd00::2]"])("knows that %s is found by others", (name) => {
  expect(isLoopback(name)).toBe(false);
});

it.each([
  ["192.168.1.20", "http://192.168.1.20:8484/camera?stream=desk"],
  [" studio.local ", "http://studio.local:8484/camera?stream=desk"],
  ["https://studio.local/wall", "http://studio.local:8484/camera?stream=desk"],
  ["studio.local:9000", "http://studio.local:9000/camera?stream=desk"],
  ["fd00::5", "http://[fd00::5]:8484/camera?stream=desk"],
  ["[fd00::5]:9000", "http://[fd00::5]:9000/camera?stream=desk"],
])("puts %s in the place of localhost", (typed, address) => {
  expect(withHost(PAGE, typed)).toBe(address);
});

it.each(["", "  ", "two words", "user@host", "a?b"])("takes %j for no host", (typed) => {
  expect(withHost(PAGE, typed)).toBeNull();
});

it("knows where a browser gives its camera", () => {
  expect(givesCamera("https://192.168.1.20:8484/camera")).toBe(true);
  expect(givesCamera("http://192.168.1.20:8484/camera")).toBe(false);
  expect(givesCamera("http://localhost:8484/camera")).toBe(true);
});
