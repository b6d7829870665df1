/** Ways through time. */
import { describe, expect, it } from "vitest";

import { TimeView } from "./timeView.svelte";

const NOW = 1_000_000;

function view(span = 100_000): TimeView {
  const made = new TimeView();
  made.span = span;
  return made;
}

describe("a view of time", () => {
  it("follows the present until it is stopped", () => {
    const time = view();
    expect(time.range(NOW)).toEqual({ from: 900_000, until: NOW });
    time.pause(NOW);
    expect(time.range(NOW + 5000)).toEqual({ from: 900_000, until: NOW });
    time.follow();
    expect(time.range(NOW + 5000).until).toBe(NOW + 5000);
  });

  it("stays live while it zooms", () => {
    const time = view();
    time.zoom(0.5, 950_000, NOW);
    expect(time.live).toBe(true);
    expect(time.range(NOW)).toEqual({ from: 950_000, until: NOW });
  });

  it("zooms about the time pointed at", () => {
    const time = view();
    time.show({ from: 500_000, until: 600_000 }, NOW);
    time.zoom(0.5, 520_000, NOW);
    expect(time.range(NOW)).toEqual({ from: 510_000, until: 560_000 });
  });

  it("follows the present again when it is moved up to it", () => {
    const time = view();
    time.pan(-20_000, NOW);
    expect(time.live).toBe(false);
    time.pan(30_000, NOW);
    expect(time.live).toBe(true);
  });

  it("shows no less than ten seconds and no more than a day", () => {
    const time = view();
    time.zoom(1e-6, null, NOW);
    expect(time.span).toBe(10_000);
    time.zoom(1e9, null, NOW);
    expect(time.span).toBe(86_400_000);
  });
});
