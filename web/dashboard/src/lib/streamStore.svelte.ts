/** Everything the page keeps of one stream; all of it bounded. */
import { FaceTracks } from "./faceTracks";
import { expected } from "./api";
import type { Gap, LiveEvent, Marker, Reading, Status, Stream, StreamError, StreamState, Summary, WindowInfo } from "./messages";
import { PicturePairs, type Shot } from "./pairs";
import type { Preview } from "./preview";
import type { Timeline } from "./timeline";
import { SHALLOW, WindowStore } from "./windowStore.svelte";

export interface StateChange {
  /** Milliseconds since the epoch by the service's clock. */
  readonly at: number;
  readonly state: StreamState;
  readonly error: StreamError | null;
}

/** What a stream's store asks of the page around it. */
export interface Surroundings {
  readonly now: number;
  readonly serverNow: number;
  /** Whether the live connection is. */
  readonly live: boolean;
  stream(id: string): Stream | null;
  window(name: string): WindowInfo | null;
  /** Raises `Refused` or `Unreachable`. */
  load(id: string, window: string, limit: number): Promise<Summary[]>;
  /** The newest of each, later than a time in milliseconds. Raise `Refused` or `Unreachable`. */
  loadEvents(id: string, since: number, limit: number): Promise<readonly LiveEvent[]>;
  loadMarkers(id: string, since: number, limit: number): Promise<readonly Marker[]>;
  /** Has what followed a sequence sent, if summaries of the window are. */
  resume(id: string, window: string, sequence: number): void;
}

const MARKS = 200; // state changes, events, markers and gaps kept of each
const LOOKED_BACK = 86_400_000; // milliseconds, as far as the timelines go
const STALE_AFTER = 3; // intervals without a word
const STALE_AT_LEAST = 3_000; // milliseconds

const NO_WINDOW = new WindowStore();

type Listener<T> = (value: T) => void;

export class StreamStore {
  changes = $state.raw<readonly StateChange[]>([]);
  /** Oldest first, as are markers. */
  events = $state.raw<readonly LiveEvent[]>([]);
  markers = $state.raw<readonly Marker[]>([]);
  /** What the last look at recorded events and markers failed with. */
  logError = $state.raw<string | null>(null);
  missed = $state.raw<readonly Gap[]>([]);
  /** What each face showed since readings were asked for; no reactive object. */
  readonly faces = new FaceTracks();
  /** Since when, in milliseconds since the epoch; `null` before the first reading. */
  facesSince: number | null = null;

  private readonly windows = new Map<string, WindowStore>();
  private readonly pairs = new PicturePairs();
  private readonly readingListeners = new Set<Listener<Reading>>();
  private readonly previewListeners = new Set<Listener<Preview>>();
  private readonly shotListeners = new Set<Listener<Shot>>();

  constructor(
    readonly id: string,
    private readonly around: Surroundings,
  ) {}

  /** Makes room for these windows. Not to be called from an effect: it would not follow what it has made itself. */
  declare(windows: readonly WindowInfo[]): void {
    for (const { name } of windows) if (!this.windows.has(name)) this.windows.set(name, new WindowStore());
  }

  latest(window: string): Summary | null {
    return this.of(window).latest;
  }

  timeline(window: string): Timeline {
    return this.of(window).timeline;
  }

  version(window: string): number {
    return this.of(window).version;
  }

  /** Milliseconds since the newest summary; `null` where there is none. */
  age(window: string): number | null {
    const { latest, arrivedAt } = this.of(window);
    if (latest === null) return null;
    return Math.max(0, arrivedAt === null ? this.around.serverNow - Date.parse(latest.end) : this.around.now - arrivedAt);
  }

  /** Whether the newest summary tells what is so now. */
  fresh(window: string): boolean {
    const age = this.age(window);
    const limit = Math.max(STALE_AFTER * 1000 * (this.around.window(window)?.interval ?? 1), STALE_AT_LEAST);
    return this.around.live && age !== null && age < limit && this.around.stream(this.id)?.state === "running";
  }

  /** Loads the newest summaries, once; what was made between them and the first that came live is sent again. */
  async fill(window: string, limit = SHALLOW): Promise<void> {
    const store = this.of(window);
    if (store.filled || store === NO_WINDOW) return;
    const { emptied } = store;
    store.filled = true;
    try {
      const summaries = await this.around.load(this.id, window, limit);
      if (store.emptied !== emptied) return; // they are of a stream that is gone
      store.fill(summaries);
    } catch (error) {
      if (store.emptied === emptied) store.filled = false;
      throw error;
    }
    this.around.resume(this.id, window, store.through!);
  }

  /** Starts a window over with what the service has: what is kept is too old to be joined to what comes. */
  async renew(window: string): Promise<void> {
    this.of(window).clear();
    await this.fill(window);
  }

  onReading(listener: Listener<Reading>): () => void {
    return listening(this.readingListeners, listener);
  }

  /** A picture without waiting for its reading. */
  onPreview(listener: Listener<Preview>): () => void {
    return listening(this.previewListeners, listener);
  }

  /** A picture together with the reading of the very frame. */
  onShot(listener: Listener<Shot>): () => void {
    return listening(this.shotListeners, listener);
  }

  noteSummary(summary: Summary): void {
    this.windows.get(summary.window)?.add(summary);
  }

  noteReading(reading: Reading): void {
    this.facesSince ??= Date.parse(reading.capturedAt);
    this.faces.add(reading);
    for (const listener of this.readingListeners) listener(reading);
    this.tell(this.pairs.addReading(reading));
  }

  notePreview(preview: Preview): void {
    for (const listener of this.previewListeners) listener(preview);
    this.tell(this.pairs.addPreview(preview));
  }

  noteEvent(event: LiveEvent): void {
    this.events = merged(this.events, [event]);
  }

  noteMarker(marker: Marker): void {
    this.markers = merged(this.markers, [marker]);
  }

  /** Brings in the events and markers that were recorded. */
  async fillLog(): Promise<void> {
    const since = this.around.serverNow - LOOKED_BACK;
    const events = this.around.loadEvents(this.id, since, MARKS).then((more) => void (this.events = merged(this.events, more)));
    const markers = this.around.loadMarkers(this.id, since, MARKS).then((more) => void (this.markers = merged(this.markers, more)));
    const failure = (await Promise.allSettled([events, markers])).find(({ status }) => status === "rejected");
    this.logError = failure === undefined ? null : expected((failure as PromiseRejectedResult).reason).message;
  }

  noteGap(gap: Gap): void {
    this.missed = [...this.missed, gap].slice(-MARKS);
  }

  noteCondition({ state, error, since }: Pick<Status, "state" | "error" | "since">): void {
    const last = this.changes.at(-1);
    const at = since == null ? this.around.serverNow : Date.parse(since);
    const same = last?.state === state && last.error?.code === error?.code;
    if (last !== undefined && same && (since == null || at <= last.at)) return;
    if (last !== undefined && at < last.at) return; // a list that was on its way while the state changed
    this.changes = [...this.changes, { at, state, error }].slice(-MARKS);
  }

  /** Forgets all that was seen. */
  clear(): void {
    for (const store of this.windows.values()) store.clear();
    this.changes = [];
    this.events = [];
    this.markers = [];
    this.missed = [];
    this.pairs.clear();
    this.faces.clear();
    this.facesSince = null;
  }

  /** The store of a window; an empty one for a window that the service does not have, or has not named yet. */
  of(window: string): WindowStore {
    const store = this.windows.get(window);
    if (store !== undefined) return store;
    void this.around.window(window); // whoever asks is told when it is named
    return NO_WINDOW;
  }

  private tell(shot: Shot | null): void {
    if (shot !== null) for (const listener of this.shotListeners) listener(shot);
  }
}

/** The newest of both, each once, oldest first. */
function merged<T extends { readonly id: string; readonly at: string }>(known: readonly T[], more: readonly T[]): readonly T[] {
  const ids = new Set(known.map(({ id }) => id));
  const added = more.filter(({ id }) => !ids.has(id));
  if (added.length === 0) return known;
  return [...known, ...added].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)).slice(-MARKS);
}

function listening<T>(listeners: Set<Listener<T>>, listener: Listener<T>): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
