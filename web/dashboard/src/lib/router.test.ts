/** Addresses and the views they ask for. */
import { beforeAll, describe, expect, it, vi } from "vitest";

beforeAll(() => void vi.stubGlobal("location", { pathname: "/", search: "", origin: "" }));

describe("an address", () => {
  it.each([
    ["/", { view: "wall" }],
    ["/camera", { view: "camera" }],
    ["/events", { view: "events" }],
    ["/streams/lobby", { view: "stream", id: "lobby" }],
    ["/embed/front%20door", { view: "embed", id: "front door" }],
    ["/streams", { view: "nowhere" }],
    ["/streams/a/b", { view: "nowhere" }],
    ["/streams/%", { view: "nowhere" }],
  ])("%s asks for a view", async (path, route) => {
    const { readRoute } = await import("./router.svelte");
    expect(readRoute(path)).toEqual(route);
  });

  it("of a stream names its window", async () => {
    const { streamPath } = await import("./router.svelte");
    expect(streamPath("front.door", "2s")).toBe("/streams/front.door?window=2s");
  });
});
