/** What the parts of the page want to hear, counted, and the commands that bring the service to send just that. */

export const KINDS = ["status", "summary", "event", "marker", "reading", "preview"] as const;
export type Kind = (typeof KINDS)[number];

export const ALL = "*";

export interface Want {
  readonly streams: readonly string[] | typeof ALL;
  readonly messages: readonly Kind[];
  /** Of summaries; every window if left out. */
  readonly windows?: readonly string[] | typeof ALL;
  /** Pictures a second at most; the service's own rate if left out. */
  readonly previewFps?: number;
}

export interface Command {
  readonly type: "subscribe" | "unsubscribe";
  readonly streams: readonly string[] | typeof ALL;
  readonly messages: readonly Kind[];
  readonly windows?: readonly string[];
  readonly previewFps?: number;
  /** By stream, the sequence that is known already: what followed it is sent. */
  readonly resume?: Readonly<Record<string, number>>;
}

/** Of one kind and stream: the windows (of summaries) and the rate (of pictures; infinite is the service's own). */
interface Need {
  readonly windows: ReadonlySet<string>;
  readonly fps: number;
}

type Needs = Map<Kind, Map<string, Need>>;

export class Wants {
  private readonly held = new Set<Want>();

  /** Holds a want until the returned function is called. */
  add(want: Want): () => void {
    const own = { ...want };
    this.held.add(own);
    return () => void this.held.delete(own);
  }

  [Symbol.iterator](): Iterator<Want> {
    return this.held.values();
  }

  /** The sum of all wants, of the kinds that the service has. */
  sum(kinds: ReadonlySet<string>, windows: readonly string[]): Needs {
    const sum: Needs = new Map();
    for (const want of this.held) {
      for (const kind of want.messages) {
        if (!kinds.has(kind)) continue;
        const need = needOf(want, kind, windows);
        if (need.windows.size === 0) continue; // of windows that the service does not have
        const byStream = sum.get(kind) ?? new Map<string, Need>();
        sum.set(kind, byStream);
        for (const stream of want.streams === ALL ? [ALL] : want.streams) {
          byStream.set(stream, joined(byStream.get(stream), need));
        }
      }
    }
    return sum;
  }
}

/** Keeps in mind what the service was told, and finds what it must be told next. */
export class Subscriptions {
  private told: Needs = new Map();

  /** A new connection has been told nothing. */
  forget(): void {
    this.told = new Map();
  }

  /** By which name the service sends summaries of this window of the stream; `null` where it does not. */
  nameOf(stream: string, window: string): string | null {
    const told = this.told.get("summary");
    return [stream, ALL].find((name) => told?.get(name)?.windows.has(window)) ?? null;
  }

  /** The commands that lead from what was told to `needs`; taken as told from here on. */
  update(needs: Needs): Command[] {
    const commands: Command[] = [];
    for (const kind of KINDS) {
      const told = this.told.get(kind) ?? new Map<string, Need>();
      const wanted = needs.get(kind) ?? new Map<string, Need>();
      commands.push(...endings(kind, told, wanted), ...beginnings(kind, told, wanted));
      this.told.set(kind, new Map(wanted));
    }
    return commands;
  }
}

/** What is to be taken back. Taking back `"*"` takes back every stream, so `told` loses them all. */
function endings(kind: Kind, told: Map<string, Need>, wanted: Map<string, Need>): Command[] {
  const commands: Command[] = [];
  for (const [stream, need] of [...told].sort(([one]) => (one === ALL ? -1 : 1))) {
    if (!told.has(stream)) continue; // went with "*"
    const left = wanted.get(stream);
    const surplus = [...need.windows].filter((window) => !left?.windows.has(window));
    if (left !== undefined && surplus.length === 0) continue;
    const streams = stream === ALL ? ALL : [stream];
    commands.push({ type: "unsubscribe", streams, messages: [kind], ...(kind === "summary" ? { windows: surplus } : {}) });
    for (const name of stream === ALL ? [...told.keys()] : [stream]) reduce(told, name, surplus);
  }
  return commands;
}

function reduce(told: Map<string, Need>, stream: string, surplus: readonly string[]): void {
  const need = told.get(stream)!;
  const windows = new Set([...need.windows].filter((window) => !surplus.includes(window)));
  if (windows.size === 0) told.delete(stream);
  else told.set(stream, { ...need, windows });
}

/** What is to be asked for, streams that are asked the same together. */
function beginnings(kind: Kind, told: Map<string, Need>, wanted: Map<string, Need>): Command[] {
  const groups = new Map<string, { need: Need; streams: string[] }>();
  for (const [stream, need] of wanted) {
    const known = told.get(stream);
    if (known !== undefined && known.fps === need.fps && [...need.windows].every((window) => known.windows.has(window))) continue;
    const key = stream === ALL ? ALL : `${[...need.windows].sort().join(" ")} ${need.fps}`;
    const group = groups.get(key) ?? { need, streams: [] };
    group.streams.push(stream);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ need, streams }) => ({
    type: "subscribe",
    streams: streams[0] === ALL ? ALL : streams,
    messages: [kind],
    ...(kind === "summary" ? { windows: [...need.windows] } : {}),
    ...(Number.isFinite(need.fps) ? { previewFps: need.fps } : {}),
  }));
}

const ONE: ReadonlySet<string> = new Set([""]); // a kind without windows has one of no name

function needOf(want: Want, kind: Kind, windows: readonly string[]): Need {
  const named = want.windows === undefined || want.windows === ALL ? windows : want.windows.filter((name) => windows.includes(name));
  return {
    windows: kind === "summary" ? new Set(named) : ONE,
    fps: kind === "preview" ? (want.previewFps ?? Infinity) : Infinity,
  };
}

function joined(known: Need | undefined, more: Need): Need {
  if (known === undefined) return more;
  return { windows: new Set([...known.windows, ...more.windows]), fps: Math.max(known.fps, more.fps) };
}
