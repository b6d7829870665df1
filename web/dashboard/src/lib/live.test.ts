/** The live connection against sockets of the test's own, on a clock of the test's own. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveConnection, type LiveState, type Socket } from "./live";
import type { LiveMessage } from "./messages";

const SESSION = JSON.stringify({ type: "session", version: 1, session: "s", limits: {} });

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: { type: string }[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  greet(): void {
    this.onopen?.();
    this.onmessage?.({ data: SESSION });
  }

  fail(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }
}

let sockets: FakeSocket[];
let states: LiveState["kind"][];
let messages: LiveMessage[];
let previews: number[];

function connection(token: string | null = null): LiveConnection {
  return new LiveConnection({
    open: () => sockets[sockets.push(new FakeSocket()) - 1]!,
    token: () => token,
    onState: (state) => states.push(state.kind),
    onMessage: (message) => messages.push(message),
    onPreview: (preview) => previews.push(preview.sequence),
    random: () => 1,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  messages = [];
  previews = [];
});
afterEach(() => vi.useRealTimers());

describe("the live connection", () => {
  it("is open only once the session message is there", () => {
    connection().start();
    sockets[0]!.onopen?.();
    expect(states).toEqual(["connecting"]);
    sockets[0]!.greet();
    expect(states).toEqual(["connecting", "open"]);
  });

  it("authenticates before anything else", () => {
    const live = connection("secret");
    live.start();
    sockets[0]!.greet();
    live.send({ type: "subscribe" });
    expect(sockets[0]!.sent).toEqual([{ type: "authenticate", token: "secret" }, { type: "subscribe" }]);
  });

  it("hands pictures on, and lives on over bytes that are none", () => {
    connection().start();
    sockets[0]!.greet();
    const header = new TextEncoder().encode('{"type": "preview", "sequence": 7}');
    const bytes = new Uint8Array([0, header.length, ...header, 0xff, 0xd8]);
    sockets[0]!.onmessage?.({ data: bytes.buffer });
    sockets[0]!.onmessage?.({ data: new Uint8Array([0, 9]).buffer });
    expect(previews).toEqual([7]);
  });

  it("comes back by itself, waiting longer each time", () => {
    connection().start();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      const before = Date.now();
      sockets.at(-1)!.fail();
      vi.advanceTimersToNextTimer();
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 20000, 20000]);
    expect(sockets).toHaveLength(8);
  });

  it("starts the waits afresh after a healthy stretch", () => {
    connection().start();
    sockets[0]!.fail();
    vi.advanceTimersToNextTimer();
    sockets[1]!.greet();
    vi.advanceTimersByTime(6000);
    sockets[1]!.fail();
    vi.advanceTimersByTime(1000);
    expect(sockets).toHaveLength(3);
  });

  it("gives up a server that accepts and says nothing", () => {
    connection().start();
    sockets[0]!.onopen?.();
    vi.advanceTimersByTime(10_000);
    expect(states).toEqual(["connecting", "waiting"]);
    expect(sockets[0]!.closed).toBe(true);
  });

  it.each([4401, 4403])("asks for a token at %i and does not try again by itself", (code) => {
    connection().start();
    sockets[0]!.fail(code);
    vi.advanceTimersByTime(120_000);
    expect(states.at(-1)).toBe("unauthorized");
    expect(sockets).toHaveLength(1);
  });

  it("drops a connection that has gone quiet and listens to it no more", () => {
    const live = connection();
    live.start();
    const quiet = sockets[0]!;
    quiet.greet();
    live.restart("silent");
    expect(states.at(-1)).toBe("waiting");
    expect(quiet.closed).toBe(true);
    expect(quiet.onmessage).toBeNull();
  });

  it("lives on over a message of a type it does not know", () => {
    connection().start();
    sockets[0]!.greet();
    sockets[0]!.onmessage?.({ data: '{"type": "weather"}' });
    expect(messages.map((message) => message.type)).toEqual(["session"]);
  });
});
