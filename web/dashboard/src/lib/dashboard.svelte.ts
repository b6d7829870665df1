/** What the page knows and can do: the service's streams, the live connection, the calls to the service. */
import { Access } from "./access.svelte";
import { Api, expected, type Events, type Hooks, type LogQuestion, type Refused, type Span, type Summaries, type Unreachable } from "./api";
import { missedOf } from "./catchUp";
import { Clock } from "./clock.svelte";
import { Line } from "./line.svelte";
import type { AddressTest, HistoryCondition, LiveEvent, LiveMessage, Marker, NewMarker, NewStream, Stream, StreamChange, WindowInfo } from "./messages";
import { Poll } from "./poll";
import type { Preview } from "./preview";
import { isDead, readPulse, type Pulse } from "./pulse";
import { Roster } from "./roster.svelte";
import { Router } from "./router.svelte";
import { Stores } from "./stores";
import type { StreamStore } from "./streamStore.svelte";
import { takeTokenFragment } from "./tokenFragment";
import type { Kind, Want } from "./wants";

export class Dashboard {
  readonly clock = new Clock();
  readonly roster = new Roster();
  readonly router = new Router();

  /** What the last look at the figures failed with. */
  fetchError = $state.raw<Refused | Unreachable | null>(null);

  private readonly access = new Access();
  private readonly api = new Api(() => this.access.token());
  private readonly poll = new Poll(() => this.look());
  private readonly stores: Stores;
  private readonly line: Line;
  private readonly eventListeners = new Set<(event: LiveEvent) => void>();

  constructor() {
    this.line = new Line({
      token: () => this.access.token(),
      serverNow: () => this.clock.precise(),
      onMessage: (message) => this.receive(message),
      onPreview: (preview) => this.receivePreview(preview),
      onOpen: () => void this.poll.now(),
      onUnauthorized: () => this.askForToken(),
      streams: () => this.roster.streams ?? [],
      missed: (streams, windows) => missedOf(this.stores, streams, windows, this.clock.precise()),
    });
    this.stores = new Stores(this.surroundings());
  }

  readonly pulse: Pulse = $derived.by(() => {
    return readPulse(this.line.state, this.line.heardAt, this.clock.now, this.line.pace());
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
    return this.access.token();
  }

  /** Whether a token is kept. */
  get signedIn(): boolean {
    return this.access.kept;
  }

  /** The service wants a token; `tokenRefused` where the one it was given is not good. */
  get signInNeeded(): boolean {
    return this.access.needed;
  }

  get tokenRefused(): boolean {
    return this.access.refused;
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
    this.access.signIn(token);
    this.begin();
  }

  /** Forgets the token, and with it all that it let this page see. */
  signOut(): void {
    this.access.forget();
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

  summaries(id: string, span: Span): Promise<Summaries> {
    return this.guarded(() => this.api.summaries(id, span));
  }

  events(question: LogQuestion): Promise<Events> {
    return this.guarded(() => this.api.events(question));
  }

  /** The ids of all rules. */
  rules(): Promise<string[]> {
    return this.guarded(() => this.api.rules());
  }

  hooks(): Promise<Hooks> {
    return this.guarded(() => this.api.hooks());
  }

  history(): Promise<HistoryCondition> {
    return this.guarded(() => this.api.history());
  }

  /** Names this moment of a stream, or of all. */
  async mark(marker: NewMarker): Promise<Marker> {
    const made = await this.guarded(() => this.api.mark(marker));
    this.noteMarker(made);
    return made;
  }

  /** Told of every event that comes live, as long as events are wanted, until the returned function is called. */
  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.eventListeners.add(listener);
    return () => void this.eventListeners.delete(listener);
  }

  private begin(): void {
    this.line.start();
    this.poll.start();
  }

  private hurry(): void {
    if (document.visibilityState !== "visible") return;
    this.clock.tick();
    if (this.signInNeeded) return;
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
        if (message.stream !== null) this.stream(message.stream).noteEvent(message);
        for (const listener of this.eventListeners) listener(message);
        break;
      case "marker":
        this.noteMarker(message);
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

  /** One without a stream is of every stream. */
  private noteMarker(marker: Marker): void {
    const stores = marker.stream === null ? this.stores : [this.stream(marker.stream)];
    for (const store of stores) store.noteMarker(marker);
  }

  private receivePreview(preview: Preview): void {
    this.stream(preview.stream).notePreview(preview);
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
  private guarded<T>(call: () => Promise<T>): Promise<T> {
    return this.access.guarded(call, () => this.line.stop("unauthorized"));
  }

  private askForToken(): void {
    if (this.signInNeeded) return;
    this.access.ask();
    this.poll.stop();
  }

  /** One that came in the address of a page that is open already. */
  private takeToken(): void {
    const token = takeTokenFragment();
    if (token !== null) this.signIn(token);
  }

  private endSilence(): void {
    if (this.line.state.kind !== "open") return;
    const pace = this.line.pace();
    if (pace === Infinity) this.line.vouch();
    else if (isDead(Date.now() - this.line.heardAt, pace)) this.line.restart("silent");
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
      load: async (id: string, window: string, limit: number) => (await self.summaries(id, { window, limit })).summaries,
      loadEvents: async (id: string, since: number, limit: number) => (await self.events({ stream: id, since, limit })).events,
      loadMarkers: (id: string, since: number, limit: number) => self.guarded(() => self.api.markers({ stream: id, since, limit })),
      resume: (id: string, window: string, sequence: number) => self.line.resume(id, window, sequence),
    };
  }
}
