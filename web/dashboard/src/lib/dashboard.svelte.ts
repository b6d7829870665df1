/** What the page knows and can do: the service's streams, the live connection, the calls to the service. */
import { Api, Refused, Unreachable, type Span } from "./api";
import { Clock } from "./clock.svelte";
import { Line } from "./line.svelte";
import type { AddressTest, LiveMessage, NewStream, Stream, StreamChange, Summary, WindowInfo } from "./messages";
import { Poll } from "./poll";
import type { Preview } from "./preview";
import { readPulse, type Pulse } from "./pulse";
import { Roster } from "./roster.svelte";
import { Router } from "./router.svelte";
import { Stores } from "./stores";
import type { StreamStore } from "./streamStore.svelte";
import { tokenStore } from "./token";
import { takeTokenFragment } from "./tokenFragment";
import type { Kind, Want } from "./wants";

const QUIET = 15_000; // milliseconds; a line that says nothing for so long while a stream runs is taken for dead
const TOO_OLD = 600_000; // milliseconds; what was missed for longer is fetched anew, not resumed

export class Dashboard {
  readonly clock = new Clock();
  readonly roster = new Roster();
  readonly router = new Router();

  /** The service wants a token; `tokenRefused` where the one it was given is not good. */
  signInNeeded = $state(false);
  tokenRefused = $state(false);
  /** Whether a token is kept. */
  signedIn = $state(false);
  /** What the last look at the figures failed with. */
  fetchError = $state.raw<Refused | Unreachable | null>(null);

  private readonly tokens = tokenStore();
  private readonly api = new Api(() => this.tokens.read());
  private readonly poll = new Poll(() => this.look());
  private readonly stores: Stores;
  private readonly line: Line;

  constructor() {
    this.line = new Line({
      token: () => this.tokens.read(),
      serverNow: () => this.clock.precise(),
      onMessage: (message) => this.receive(message),
      onPreview: (preview) => this.receivePreview(preview),
      onOpen: () => this.lineOpened(),
      onUnauthorized: () => this.askForToken(),
      resume: () => this.sequences(),
    });
    this.stores = new Stores(this.surroundings());
    this.keep(takeTokenFragment() ?? this.tokens.read());
  }

  readonly pulse: Pulse = $derived.by(() => {
    return readPulse(this.line.state, this.line.heardAt, this.clock.now, this.isAnyHeard());
  });
  /** Whether what is shown of states and figures is so now. */
  readonly live: boolean = $derived(this.pulse.kind === "live" || this.pulse.kind === "idle");

  get limits() {
    return this.line.limits;
  }

  get windows(): readonly WindowInfo[] {
    return this.line.limits.windows ?? [];
  }

  get outages() {
    return this.line.outages;
  }

  /** Whether the service sends this kind of message. */
  can(kind: Kind): boolean {
    return this.limits.messages?.includes(kind) ?? false;
  }

  /** Has these messages sent until the returned function is called. */
  want(want: Want): () => void {
    return this.line.want(want);
  }

  stream(id: string): StreamStore {
    return this.stores.of(id);
  }

  token(): string | null {
    return this.tokens.read();
  }

  /** Runs until the returned function is called. */
  run(): () => void {
    const stops = [this.clock.run(), this.router.run(), this.want({ streams: "*", messages: ["status"] })];
    const watchdog = setInterval(() => this.endSilence(), 1000);
    const hurry = () => this.hurry();
    const take = () => this.takeToken();
    addEventListener("online", hurry);
    addEventListener("hashchange", take);
    document.addEventListener("visibilitychange", hurry);
    this.begin();
    return () => {
      for (const stop of stops) stop();
      clearInterval(watchdog);
      removeEventListener("online", hurry);
      removeEventListener("hashchange", take);
      document.removeEventListener("visibilitychange", hurry);
      this.poll.stop();
      this.line.stop();
    };
  }

  signIn(token: string): void {
    this.keep(token);
    this.signInNeeded = false;
    this.tokenRefused = false;
    this.begin();
  }

  /** Forgets the token, and with it all that it let this page see. */
  signOut(): void {
    this.keep(null);
    this.line.stop("unauthorized");
    this.roster.forget();
    this.stores.clear();
  }

  /** Like the calls below, raises `Refused` with the fields at fault, or `Unreachable`. */
  async add(stream: NewStream): Promise<Stream> {
    const added = await this.guarded(() => this.api.addStream(stream));
    await this.poll.now();
    return added;
  }

  async change(id: string, change: StreamChange): Promise<Stream> {
    const changed = await this.guarded(() => this.api.changeStream(id, change));
    await this.poll.now();
    return changed;
  }

  async remove(id: string): Promise<void> {
    await this.guarded(() => this.api.removeStream(id));
    this.stream(id).clear();
    await this.poll.now();
  }

  testAddress(address: { readonly url: string; readonly id?: string }): Promise<AddressTest> {
    return this.guarded(() => this.api.testAddress(address));
  }

  summaries(id: string, span: Span): Promise<Summary[]> {
    return this.guarded(() => this.api.summaries(id, span));
  }

  private begin(): void {
    this.line.start();
    this.poll.start();
  }

  private hurry(): void {
    if (document.visibilityState !== "visible" || this.signInNeeded) return;
    this.line.hurry();
    void this.poll.now();
  }

  private receive(message: LiveMessage): void {
    switch (message.type) {
      case "session":
        this.stores.declare(this.windows);
        break;
      case "summary":
        this.stream(message.stream).noteSummary(message);
        break;
      case "reading":
        this.stream(message.stream).noteReading(message);
        break;
      case "event":
        this.stream(message.stream).noteEvent(message);
        break;
      case "gap":
        this.stream(message.stream).noteGap(message);
        break;
      case "status":
        if (message.removed) this.stream(message.stream).clear();
        else this.stream(message.stream).noteCondition(message);
        if (message.removed || this.roster.find(message.stream) === null) void this.poll.now();
        else this.roster.note(message, this.clock.serverNow);
        break;
      case "error":
        console.warn(`The service did not follow: ${message.code}: ${message.message}`);
        break;
    }
  }

  private receivePreview(preview: Preview): void {
    this.stream(preview.stream).notePreview(preview);
  }

  private lineOpened(): void {
    for (const store of this.stores) {
      if (isTooOld(store, this.clock.precise())) store.renew().catch(expected);
    }
    void this.poll.now();
  }

  /** The last sequence of each stream whose summaries are wanted: what follows is sent again. */
  private sequences(): Record<string, number> {
    const sequences: Record<string, number> = {};
    for (const store of this.stores) {
      const { id, lastSequence } = store;
      const known = lastSequence !== null && this.line.wants("summary", id);
      if (known && !isTooOld(store, this.clock.precise())) sequences[id] = lastSequence;
    }
    return sequences;
  }

  /** Fetches states and figures. */
  private async look(): Promise<void> {
    try {
      const { body, serverTime } = await this.guarded(() => this.api.streams());
      if (serverTime !== null) this.clock.set(serverTime);
      for (const stream of body) this.stream(stream.id).noteCondition(stream);
      this.roster.replace(body);
      if (this.fetchError !== null) this.line.hurry(); // the service is back: no need to wait
      this.fetchError = null;
    } catch (error) {
      this.fetchError = expected(error);
    }
  }

  /** Makes a call; where the service wants a token, asks for one. */
  private async guarded<T>(call: () => Promise<T>): Promise<T> {
    const token = this.tokens.read();
    try {
      return await call();
    } catch (error) {
      const current = token === this.tokens.read(); // not an answer to a token given up meanwhile
      if (error instanceof Refused && error.status === 401 && current) this.line.stop("unauthorized");
      throw error;
    }
  }

  private askForToken(): void {
    if (this.signInNeeded) return;
    this.signInNeeded = true;
    this.tokenRefused = this.tokens.read() !== null;
    this.keep(null);
    this.poll.stop();
  }

  private keep(token: string | null): void {
    this.tokens.write(token);
    this.signedIn = token !== null;
  }

  /** One that came in the address of a page that is open already. */
  private takeToken(): void {
    const token = takeTokenFragment();
    if (token !== null) this.signIn(token);
  }

  /** Whether a stream runs whose summaries should be heard. */
  private isAnyHeard(): boolean {
    void this.line.wanted;
    return this.roster.streams?.some(({ id, state }) => state === "running" && this.line.wants("summary", id)) ?? false;
  }

  private endSilence(): void {
    if (this.line.state.kind !== "open") return;
    if (!this.isAnyHeard()) this.line.vouch();
    else if (Date.now() - this.line.heardAt > QUIET) this.line.restart("silent");
  }

  private surroundings() {
    const self = this;
    return {
      get now() {
        return self.clock.now;
      },
      get serverNow() {
        return self.clock.serverNow;
      },
      get live() {
        return self.pulse.kind === "live";
      },
      stream: (id: string) => self.roster.find(id),
      window: (name: string) => self.windows.find((window) => window.name === name) ?? null,
      load: (id: string, window: string, limit: number) => self.summaries(id, { window, limit }),
    };
  }
}

function isTooOld(store: StreamStore, now: number): boolean {
  return store.newestEnd !== null && now - store.newestEnd > TOO_OLD;
}

/** The error, if it is one that a call can end with; anything else is a bug and goes on up. */
export function expected(error: unknown): Refused | Unreachable {
  if (error instanceof Refused || error instanceof Unreachable) return error;
  throw error;
}
