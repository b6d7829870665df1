/** The token in an address's fragment. */
import { expect, it } from "vitest";

import { parseTokenFragment, tokenFragment } from "./tokenFragment";

it("takes the token and leaves the rest", () => {
  expect(parseTokenFragment("#token=a%2Bb_c-d&tab=1")).toEqual({ token: "a+b_c-d", rest: "#tab=1" });
  expect(parseTokenFragment("#token=abc")).toEqual({ token: "abc", rest: "" });
});

it("takes a plus that nobody escaped for itself", () => {
  expect(parseTokenFragment("#token=a+b")?.token).toBe("a+b");
});

it("finds none where none is", () => {
  expect(parseTokenFragment("")).toBeNull();
  expect(parseTokenFragment("#tokens=abc")).toBeNull();
});

it("removes an empty one too", () => {
  expect(parseTokenFragment("#token=")).toEqual({ token: "", rest: "" });
});

it("reads what it writes, whatever is in the token", () => {
  expect(parseTokenFragment(tokenFragment("a+b c&d=e#f"))?.token).toBe("a+b c&d=e#f");
});
