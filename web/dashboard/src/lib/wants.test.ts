/** What the parts of the page want, and what the service is told of it. */
import { beforeEach, describe, expect, it } from "vitest";

import { Subscriptions, Wants, type Command } from "./wants";

const WINDOWS = ["2s", "60s"];
const EVERY = new Set(["status", "summary", "reading", "preview"]);

let wants: Wants;
let subscriptions: Subscriptions;

function told(kinds: ReadonlySet<string> = EVERY): Command[] {
  return subscriptions.update(wants.sum(kinds, WINDOWS));
}

beforeEach(() => {
  wants = new Wants();
  subscriptions = new Subscriptions();
});

describe("subscriptions", () => {
  it("ask for streams that are asked the same in one message", () => {
    wants.add({ streams: ["a", "b"], messages: ["summary"], windows: ["2s"] });
    expect(told()).toEqual([{ type: "subscribe", streams: ["a", "b"], messages: ["summary"], windows: ["2s"] }]);
    expect(told()).toEqual([]);
  });

  it("last as long as the last who wants them", () => {
    const first = wants.add({ streams: ["a"], messages: ["reading"] });
    const second = wants.add({ streams: ["a"], messages: ["reading"] });
    told();
    first();
    expect(told()).toEqual([]);
    second();
    expect(told()).toEqual([{ type: "unsubscribe", streams: ["a"], messages: ["reading"] }]);
  });

  it("leave out what the service does not send", () => {
    wants.add({ streams: ["a"], messages: ["event", "reading"] });
    expect(told().flatMap(({ messages }) => messages)).toEqual(["reading"]);
  });

  it("leave out windows that the service does not have", () => {
    wants.add({ streams: ["a"], messages: ["summary"], windows: ["5s"] });
    expect(told()).toEqual([]);
  });

  it("take back one window and keep the other", () => {
    wants.add({ streams: ["a"], messages: ["summary"], windows: ["2s"] });
    const release = wants.add({ streams: ["a"], messages: ["summary"] });
    told();
    release();
    expect(told()).toEqual([{ type: "unsubscribe", streams: ["a"], messages: ["summary"], windows: ["60s"] }]);
  });

  it("ask again for one stream when every stream is taken back, for that takes back the one too", () => {
    wants.add({ streams: ["a"], messages: ["summary"], windows: ["2s"] });
    const release = wants.add({ streams: "*", messages: ["summary"], windows: ["2s"] });
    told();
    release();
    expect(told()).toEqual([
      { type: "unsubscribe", streams: "*", messages: ["summary"], windows: ["2s"] },
      { type: "subscribe", streams: ["a"], messages: ["summary"], windows: ["2s"] },
    ]);
  });

  it("ask for as many pictures as the one who wants most", () => {
    wants.add({ streams: ["a"], messages: ["preview"], previewFps: 2 });
    told();
    const release = wants.add({ streams: ["a"], messages: ["preview"], previewFps: 8 });
    expect(told()).toEqual([{ type: "subscribe", streams: ["a"], messages: ["preview"], previewFps: 8 }]);
    release();
    expect(told()).toEqual([{ type: "subscribe", streams: ["a"], messages: ["preview"], previewFps: 2 }]);
  });

  it("are all told again on a new connection", () => {
    wants.add({ streams: "*", messages: ["status"] });
    const before = told();
    subscriptions.forget();
    expect(told()).toEqual(before);
  });
});
