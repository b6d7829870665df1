import { describe, expect, it } from "vitest";

import type { Stream, StreamState } from "./messages";
import { gridFor } from "./wallGrid";
import { arranged, countConditions, kept, type Shown } from "./wallOrder";
import { PaintQueue } from "./wallPaint";
import { conditionOf, readWallChoice, writeWallChoice, type WallChoice } from "./wallQuery";
import { bandsOf, type RibbonRow } from "./wallRibbon";
import { troubleOf } from "./wallTrouble";
import { isMasked, publishAddress, sourceKindOf } from "./wallSource";

const PLAIN: WallChoice = { find: "", show: null, emotion: null, sort: "name", lostFirst: true };

function shown(id: string, state: StreamState = "running", rest: Partial<Shown> = {}): Shown {
  const stream = { id, url: `rtsp://***@10.0.0.7/${id}`, state } as Stream;
  return { stream, faces: 0, dominant: null, score: 0, ...rest };
}

describe("the order of the wall", () => {
  it("counts in names as people do, and shows lost ones first", () => {
    const tiles = [shown("camera-10"), shown("camera-2"), shown("door", "reconnecting"), shown("Aisle")];
    expect(arranged(tiles, PLAIN)).toEqual(["door", "Aisle", "camera-2", "camera-10"]);
    expect(arranged(tiles, { ...PLAIN, lostFirst: false })).toEqual(["Aisle", "camera-2", "camera-10", "door"]);
  });

  it("sorts by faces and by score, equal ones by name", () => {
    const tiles = [shown("b", "running", { faces: 2, score: 0.5 }), shown("a", "running", { faces: 2, score: 0.9 }), shown("c", "running", { faces: 3 })];
    expect(arranged(tiles, { ...PLAIN, sort: "faces" })).toEqual(["c", "a", "b"]);
    expect(arranged(tiles, { ...PLAIN, sort: "score" })).toEqual(["a", "b", "c"]);
  });

  it("sorts by state with what needs somebody at the front", () => {
    const tiles = [shown("a", "ended"), shown("b"), shown("c", "connecting"), shown("d", "failed")];
    expect(arranged(tiles, { ...PLAIN, sort: "state" })).toEqual(["d", "c", "b", "a"]);
  });

  it("finds by every word, in name or address", () => {
    const tiles = [shown("lobby-north"), shown("lobby-south"), shown("stage")];
    expect(arranged(tiles, { ...PLAIN, find: "LOBBY 10.0 south" })).toEqual(["lobby-south"]);
  });

  it("filters by state and by dominant emotion", () => {
    const tiles = [shown("a", "running", { dominant: "happiness" }), shown("b", "running", { dominant: "fear" }), shown("c", "failed")];
    expect(arranged(tiles, { ...PLAIN, emotion: "fear" })).toEqual(["b"]);
    expect(arranged(tiles, { ...PLAIN, show: "lost" })).toEqual(["c"]);
  });

  it("keeps its places while somebody points, apart from what came and went", () => {
    expect(kept(["a", "b", "c"], ["c", "new", "a"])).toEqual(["a", "c", "new"]);
  });

  it("counts by what became of the streams", () => {
    const streams = [shown("a"), shown("b", "failed"), shown("c", "reconnecting"), shown("d", "ended")].map((tile) => tile.stream);
    expect(countConditions(streams)).toEqual({ running: 1, lost: 2, connecting: 0, ended: 1 });
    expect(conditionOf("connecting")).toBe("connecting");
  });
});

describe("the choice in the address", () => {
  it("comes back as it was written", () => {
    const choice: WallChoice = { find: "door", show: "lost", emotion: "fear", sort: "faces", lostFirst: false };
    const query = new URLSearchParams(Object.entries(writeWallChoice(choice)).filter((entry): entry is [string, string] => entry[1] !== null));
    expect(readWallChoice(query)).toEqual(choice);
  });

  it("says nothing of what is as usual, and takes nonsense for the usual", () => {
    expect(Object.values(writeWallChoice(PLAIN)).every((value) => value === null)).toBe(true);
    expect(readWallChoice(new URLSearchParams("sort=zodiac&show=haunted&emotion=ennui"))).toEqual(PLAIN);
  });
});

describe("the grid", () => {
  it("shows four tiles two by two where that makes them largest", () => {
    expect(gridFor(4, { width: 2536, height: 1320 })).toMatchObject({ columns: 2 });
    expect(gridFor(4, { width: 1256, height: 780 })).toMatchObject({ columns: 2 });
  });

  it("keeps all of a few tiles within the window", () => {
    for (const count of [1, 2, 3, 5, 8, 12]) {
      const { columns, tile } = gridFor(count, { width: 1896, height: 900 });
      const rows = Math.ceil(count / columns);
      expect(rows * ((tile * 9) / 16 + 104) + (rows - 1) * 10).toBeLessThanOrEqual(900);
    }
  });

  it("makes forty tiles readable on every width, and fills it where they have to be scrolled", () => {
    for (const width of [366, 744, 1256, 1896, 2536]) {
      const { columns, tile } = gridFor(40, { width, height: 600 });
      expect(tile).toBeGreaterThanOrEqual(width < 600 ? 168 : 224);
      expect(columns * tile + (columns - 1) * 10).toBeCloseTo(width);
    }
  });

  it("shows forty tiles at once on a large screen", () => {
    const { columns } = gridFor(40, { width: 2536, height: 1320 });
    expect(Math.ceil(40 / columns)).toBeLessThanOrEqual(5);
  });

  it("has never fewer than one column", () => {
    expect(gridFor(3, { width: 120, height: 100 }).columns).toBe(1);
    expect(gridFor(0, { width: 1200, height: 900 }).columns).toBeGreaterThanOrEqual(1);
  });
});

describe("the ribbon", () => {
  const row = (end: number, dominant: RibbonRow["dominant"]): RibbonRow => ({ end, frames: 5, dominant, means: dominant === null ? null : [0, 0, 0, 0, 0.8, 0.2, 0, 0] });
  const extent = { from: 0, until: 10_000, width: 100 };

  it("joins windows of one emotion and parts those of another", () => {
    const bands = bandsOf([row(1000, "happiness"), row(1500, "happiness"), row(2000, "neutral")], 0.5, extent);
    expect(bands.map((band) => band.emotion)).toEqual(["happiness", "neutral"]);
    expect(bands[0]!.points).toEqual([[5, 0.8], [10, 0.8], [15, 0.8]]);
    expect(bands[1]!.points).toEqual([[15, 0.2], [20, 0.2]]);
  });

  it("leaves a gap where windows are missing", () => {
    const bands = bandsOf([row(1000, "happiness"), row(3000, "happiness")], 0.5, extent);
    expect(bands.map((band) => band.points.map(([x]) => x))).toEqual([[5, 10], [25, 30]]);
  });

  it("tells nobody there from nothing known", () => {
    const blind = { ...row(1500, null), frames: 0 };
    expect(bandsOf([row(1000, "fear"), blind, row(2000, "fear")], 0.5, extent).map((band) => band.emotion)).toEqual(["fear", "fear"]);
    expect(bandsOf([row(1000, null)], 0.5, extent)[0]!.emotion).toBeNull();
    expect(bandsOf([], 0.5, extent)).toEqual([]);
  });

  it("leaves out what is older than it shows", () => {
    expect(bandsOf([row(-2000, "fear"), row(500, "fear")], 0.5, extent)).toHaveLength(1);
  });
});

describe("the paint queue", () => {
  it("does each job once, and leaves to the next frame what takes too long", () => {
    let time = 0;
    const done: string[] = [];
    const queue = new PaintQueue(() => time);
    const slow = () => void (done.push("slow"), (time += 15));
    queue.add(slow);
    queue.add(() => done.push("quick"));
    queue.add(slow);
    queue.work();
    expect(done).toEqual(["slow"]);
    queue.work();
    queue.work();
    expect(done).toEqual(["slow", "quick"]);
  });

  it("forgets a job that was dropped", () => {
    const queue = new PaintQueue();
    const job = () => expect.fail("dropped");
    queue.add(job);
    queue.drop(job);
    queue.work();
  });
});

describe("an error of a stream", () => {
  const remedies = { unreachable: "Check that it is on." };

  it("is parted into what happened and the service's own advice", () => {
    const message = "Nothing listens on 10.0.0.7:554 (rtsp://10.0.0.7/a). Check the port, and that the server runs.";
    expect(troubleOf({ code: "unreachable", message }, remedies)).toEqual({
      what: "Nothing listens on 10.0.0.7:554 (rtsp://10.0.0.7/a).",
      todo: "Check the port, and that the server runs.",
    });
  });

  it("comes with the page's advice where the service gave none", () => {
    expect(troubleOf({ code: "unreachable", message: "There is no way to it." }, remedies).todo).toBe("Check that it is on.");
    expect(troubleOf({ code: "odd", message: "It broke off." }, remedies).todo).toBeNull();
  });
});

describe("where a stream comes from", () => {
  it("is told by its address", () => {
    const kinds = ["rtsps://a/b", "HTTP://a/b", "srt://a:1", "wheps://t@a/b", "/dev/video1", "/srv/a.mp4", "pattern:", "whip:"].map(sourceKindOf);
    expect(kinds).toEqual(["rtsp", "http", "http", "whep", "device", "file", "pattern", "whip"]);
    expect(sourceKindOf("rts")).toBeNull();
    expect(sourceKindOf("gopher://a")).toBeNull();
  });

  it("is not shown whole where it has a password", () => {
    expect(isMasked("rtsp://***@10.0.0.7/stream2")).toBe(true);
    expect(isMasked("rtsp://10.0.0.7/stream2")).toBe(false);
  });

  it("is an address to publish to, with the name made safe", () => {
    expect(publishAddress("https://host:8443", "a.b-1")).toBe("https://host:8443/whip/a.b-1");
  });
});
