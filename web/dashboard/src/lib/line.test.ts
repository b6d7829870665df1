/** The page's line: what it asks for, and how it takes up again what it missed. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Line } from "./line.svelte";
import type { Socket } from "./live";

const LIMITS = { messages: ["summary", "reading", "status", "preview"], windows: [{ name: "2s", length: 2, interval: 0.5 }] };

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

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  heard = {};
  line = new Line({
    token: () => null,
    serverNow: () => Date.now(),
    onMessage: () => undefined,
    onPreview: () => undefined,
    onOpen: () => undefined,
    onUnauthorized: () => undefined,
    resume: () => heard,
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
    const release = line.want({ streams: ["lobby"], messages: ["summary", "event"] });
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
    line.want({ streams: ["lobby"], messages: ["summary"] });
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
});
