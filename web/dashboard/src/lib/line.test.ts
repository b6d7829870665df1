/** The page's line: what it asks for, and how it takes up again what it missed. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Line } from "./line.svelte";
import type { Socket } from "./live";
import type { Stream } from "./messages";

const LIMITS = { messages: ["summary", "reading", "status", "preview"], windows: [
  { name: "2s", length: 2, interval: 0.5 },
  { name: "60s", length: 60, interval: 5 },
] };

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: Record<string, unknown>[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {}

  greet(): void {
    this.onopen?.();
    this.onmessage?.({ data: JSON.stringify({ type: "session", version: 1, session: "s", limits: LIMITS }) });
  }
}

let sockets: FakeSocket[];
let line: Line;
let heard: Record<string, number>;
let asked: unknown[];
let streams: Stream[];

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  heard = {};
  asked = [];
  streams = [];
  line = new Line({
    token: () => null,
    serverNow: () => Date.now(),
    onMessage: () => undefined,
    onPreview: () => undefined,
    onOpen: () => undefined,
    onUnauthorized: () => undefined,
    streams: () => streams,
    missed: (...question) => {
      asked.push(question);
      return heard;
    },
    open: () => sockets[sockets.push(new FakeSocket()) - 1]!,
  });
});
afterEach(() => vi.useRealTimers());

describe("the line", () => {
  it("asks for what is wanted when there is a session, and for more when more is wanted", async () => {
    line.want({ streams: "*", messages: ["status"] });
    line.start();
    sockets[0]!.greet();
    expect(sockets[0]!.sent).toEqual([{ type: "subscribe", streams: "*", messages: ["status"] }]);
    const release = line.want({ streams: ["lobby"], messages: ["summary", "event"], windows: ["2s"] });
    await Promise.resolve();
    expect(sockets[0]!.sent[1]).toEqual({ type: "subscribe", streams: ["lobby"], messages: ["summary"], windows: ["2s"] });
    release();
    await Promise.resolve();
    expect(sockets[0]!.sent[2]).toMatchObject({ type: "unsubscribe", streams: ["lobby"] });
  });

  it("says nothing where a want goes and another like it comes in the same turn", async () => {
    line.start();
    sockets[0]!.greet();
    const release = line.want({ streams: ["lobby"], messages: ["reading"] });
    await Promise.resolve();
    release();
    line.want({ streams: ["lobby"], messages: ["reading"] });
    await Promise.resolve();
    expect(sockets[0]!.sent).toHaveLength(1);
  });

  it("takes up where it was after a loss, and notes when there was no line", () => {
    line.want({ streams: ["lobby"], messages: ["summary"], windows: ["2s"] });
    line.start();
    sockets[0]!.greet();
    const lostAt = Date.now();
    heard = { lobby: 1841 };
    vi.advanceTimersByTime(3000);
    sockets[0]!.onclose?.({ code: 1006, reason: "" });
    expect(line.outages).toEqual([{ from: lostAt, until: null }]);
    vi.advanceTimersToNextTimer();
    sockets[1]!.greet();
    expect(sockets[1]!.sent).toEqual([
      { type: "subscribe", streams: ["lobby"], messages: ["summary"], windows: ["2s"], resume: { lobby: 1841 } },
    ]);
    expect(line.outages).toEqual([{ from: lostAt, until: Date.now() }]);
  });

  it("takes up what was missed whenever a stream or a window begins to be sent, not only when it opens", async () => {
    line.start();
    sockets[0]!.greet();
    heard = { lobby: 12 };
    line.want({ streams: ["lobby"], messages: ["summary"], windows: ["2s"] });
    await Promise.resolve();
    heard = { lobby: 7, stage: 3 };
    line.want({ streams: "*", messages: ["summary", "status"], windows: ["60s"] });
    await Promise.resolve();
    expect(sockets[0]!.sent).toEqual([
      { type: "subscribe", streams: ["lobby"], messages: ["summary"], windows: ["2s"], resume: { lobby: 12 } },
      { type: "subscribe", streams: "*", messages: ["status"] },
      { type: "subscribe", streams: "*", messages: ["summary"], windows: ["60s"], resume: { lobby: 7, stage: 3 } },
    ]);
    expect(asked).toEqual([[["lobby"], ["2s"]], ["*", ["60s"]]]);
  });

  it("says a long list of what was missed in parts", () => {
    heard = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`s${index}`, index]));
    line.want({ streams: "*", messages: ["summary"], windows: ["2s"] });
    line.start();
    sockets[0]!.greet();
    expect(sockets[0]!.sent.map(({ resume }) => Object.keys(resume as object).length)).toEqual([256, 44]);
  });

  it("has a window sent again from where its past ends, by the name that it is subscribed by", () => {
    line.want({ streams: "*", messages: ["summary"], windows: ["2s"] });
    line.resume("lobby", "2s", 5);
    line.start();
    sockets[0]!.greet();
    line.resume("lobby", "60s", 5);
    expect(sockets[0]!.sent).toHaveLength(1);
    line.resume("lobby", "2s", 5);
    expect(sockets[0]!.sent[1]).toEqual({ type: "subscribe", streams: "*", messages: ["summary"], windows: ["2s"], resume: { lobby: 5 } });
  });

  it("does not count a silence that a slow window may have where a fast one is wanted next", async () => {
    streams = [{ id: "lobby", state: "running" } as Stream];
    const slow = line.want({ streams: ["lobby"], messages: ["summary"], windows: ["60s"] });
    line.start();
    sockets[0]!.greet();
    await Promise.resolve();
    expect(line.pace()).toBe(5);
    vi.advanceTimersByTime(4900);
    const heardAt = line.heardAt;
    slow();
    line.want({ streams: ["lobby"], messages: ["summary"], windows: ["2s"] });
    await Promise.resolve();
    expect(line.pace()).toBe(0.5);
    expect(line.heardAt - heardAt).toBe(4900);
  });
});
