/** The list of events: what was recorded and what comes, each once, bounded. */
import { describe, expect, it } from "vitest";

import { Unreachable, type Events, type LogQuestion } from "./api";
import { EventLog, MOST } from "./eventLog.svelte";
import type { LiveEvent } from "./messages";

const ALL = { stream: null, rule: null };

function event(number: number, stream = "lobby", rule = "laughing"): LiveEvent {
  return { id: `evt_${number}`, at: new Date(number * 1000).toISOString(), stream, rule } as LiveEvent;
}

/** A service that has recorded events of these numbers; and what it was asked. */
function recorded(first: number, last: number): { load: (question: LogQuestion) => Promise<Events>; asked: LogQuestion[]; state: { last: number } } {
  const asked: LogQuestion[] = [];
  const state = { last };
  const load = async (question: LogQuestion) => {
    asked.push(question);
    const newest = question.cursor == null ? state.last : Number(question.cursor);
    const oldest = Math.max(first, newest - question.limit! + 1);
    const events = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, index) => event(newest - index));
    return { events, ...(oldest > first ? { nextCursor: String(oldest - 1) } : {}) };
  };
  return { load, asked, state };
}

const numbers = (log: EventLog) => log.events.map(({ id }) => Number(id.slice(4)));
const from = (last: number, first: number) => Array.from({ length: last - first + 1 }, (_, index) => last - index);

describe("the list of events", () => {
  it("is of what was recorded and of what comes, each once, the newest first", async () => {
    const { load } = recorded(1, 120);
    const log = new EventLog(ALL, load);
    log.note(event(121));
    log.note(event(120));
    await log.refresh();
    expect(numbers(log)).toEqual(from(121, 71));
    expect(log.more).toBe(true);
    await log.older();
    await log.older();
    expect(numbers(log)).toEqual(from(121, 1));
    expect(log.more).toBe(false);
  });

  it("goes on after a break, and begins anew where more was missed than fits together", async () => {
    const { load, state } = recorded(1, 60);
    const log = new EventLog(ALL, load);
    await log.refresh();
    state.last = 70;
    await log.refresh();
    expect(numbers(log)).toEqual(from(70, 11));
    state.last = 300;
    await log.refresh();
    expect(numbers(log)).toEqual(from(300, 251));
  });

  it("has only what was asked for, and asks the service for that", async () => {
    const { load, asked } = recorded(1, 0);
    const log = new EventLog({ stream: "lobby", rule: "laughing" }, load);
    for (const each of [event(1), event(2, "door"), event(3, "lobby", "crowd")]) log.note(each);
    await log.refresh();
    expect(numbers(log)).toEqual([1]);
    expect(asked[0]).toMatchObject({ stream: "lobby", rule: "laughing" });
  });

  it("keeps a fixed number at most", () => {
    const log = new EventLog(ALL, recorded(1, 0).load);
    for (let number = 1; number <= 2 * MOST; number += 1) log.note(event(number));
    expect(numbers(log)).toEqual(from(2 * MOST, MOST + 1));
  });

  it("shows what the service has in memory while what was recorded cannot be read, and goes on when it can", async () => {
    const { load, state } = recorded(1, 120);
    let historyError: string | undefined = "The file is gone.";
    const remembered = ({ events }: Events) => ({ events: events.slice(0, 3), historyError: historyError! });
    const log = new EventLog(ALL, async (question) => (historyError === undefined ? load(question) : remembered(await load(question))));
    await log.refresh();
    expect([log.error, log.known, numbers(log)]).toEqual(["The file is gone.", false, [120, 119, 118]]);
    historyError = undefined;
    await log.refresh();
    expect([log.error, log.known, numbers(log)]).toEqual([null, true, from(120, 71)]);
    historyError = "The file is gone again.";
    state.last = 121;
    await log.refresh();
    await log.older();
    expect([log.error, log.more, numbers(log)]).toEqual(["The file is gone again.", true, from(121, 71).concat([70, 69, 68])]);
    historyError = undefined;
    await log.older();
    expect(numbers(log)).toEqual(from(121, 21));
  });

  it("says why what was recorded cannot be read, and still shows what comes", async () => {
    const log = new EventLog(ALL, () => Promise.reject(new Unreachable("The service did not answer.")));
    await log.refresh();
    log.note(event(1));
    expect([log.error, log.known, numbers(log)]).toEqual(["The service did not answer.", false, [1]]);
  });
});
