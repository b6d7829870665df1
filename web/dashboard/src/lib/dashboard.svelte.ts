/** What the page knows and can do: the service's streams, the live connection, the stream looked at. */
import { readChoice, writeChoice } from "./address";
import { Api, Refused, Unreachable } from "./api";
import { Clock } from "./clock.svelte";
import { LiveConnection, openLiveSocket, type LiveState } from "./live";
import type { LiveMessage, NewStream, Stream, Summary, WindowInfo } from "./messages";
import { Poll } from "./poll";
import { readPulse, type Pulse } from "./pulse";
import { Roster } from "./roster.svelte";
import { tokenStore } from "./token";
import { CAPACITY, Watch, withWindowOf } from "./watch.svelte";

const QUIET = 15_000; // milliseconds; a line that says nothing for so long while a stream runs is taken for dead

export class Dashboard {
  readonly clock = new Clock();
  readonly roster = new Roster();
  readonly watch = new Watch();

  windows = $state.raw<readonly WindowInfo[]>([]);
  /** The service wants a token; `tokenRefused` where the one it was given is not good. */
  signInNeeded = $state(false);
  tokenRefused = $state(false);
  /** What the last look at the figures failed with. */
  fetchError = $state.raw<Refused | Unreachable | null>(null);
  private live = $state.raw<LiveState>({ kind: "stopped" });
  private heardAt = $state(0);

  private readonly tokens = tokenStore();
  private readonly api = new Api(() => this.tokens.read());
  private readonly poll = new Poll(() => this.look());
  private readonly connection = new LiveConnection({
    open: openLiveSocket,
    token: () => this.tokens.read(),
    onState: (state) => this.connectionChanged(state),
    onMessage: (message) => this.receive(message),
  });

  private readonly anyRunning = $derived(this.roster.streams?.some((stream) => stream.state === "running") ?? false);
  readonly pulse: Pulse = $derived(readPulse(this.live, this.heardAt, this.clock.now, this.anyRunning));
  readonly chosen: Stream | null = $derived(this.roster.find(this.watch.stream));
  readonly window: WindowInfo | null = $derived(
    this.windows.find((window) => window.name === this.watch.window) ?? null,
  );
  /** Milliseconds since the newest summary of the stream looked at; `null` where there is none. */
  readonly summaryAge: number | null = $derived.by(() => {
    const { latest, arrivedAt } = this.watch;
    if (latest === null) return null;
    return arrivedAt === null ? this.clock.serverNow - Date.parse(latest.end) : this.clock.now - arrivedAt;
  });
  /** Whether what is shown of that stream is so now. */
  readonly fresh: boolean = $derived.by(() => {
    const limit = Math.max(3_000 * (this.window?.interval ?? 1), 3_000);
    return this.pulse.kind === "live" && this.summaryAge !== null && this.summaryAge < limit;
  });

  /** Runs until the returned function is called. */
  run(): () => void {
    const choice = readChoice(location.hash);
    this.watch.choose(choice.stream, choice.window);
    const stopClock = this.clock.run();
    const watchdog = setInterval(() => this.endSilence(), 1000);
    const hurry = () => this.hurry();
    const follow = () => this.follow();
    addEventListener("online", hurry);
    addEventListener("hashchange", follow);
    document.addEventListener("visibilitychange", hurry);
    this.begin();
    return () => {
      stopClock();
      clearInterval(watchdog);
      removeEventListener("online", hurry);
      removeEventListener("hashchange", follow);
      document.removeEventListener("visibilitychange", hurry);
      this.poll.stop();
      this.connection.stop();
    };
  }

  signIn(token: string): void {
    this.tokens.write(token);
    this.signInNeeded = false;
    this.tokenRefused = false;
    this.begin();
  }

  /** Raises `Refused` with the fields at fault, or `Unreachable`. */
  async add(stream: NewStream): Promise<void> {
    const added = await this.guarded(() => this.api.addStream(stream));
    await this.poll.now();
    this.choose(added.id, this.watch.window);
  }

  /** Raises `Refused` or `Unreachable`. */
  async remove(id: string): Promise<void> {
    await this.guarded(() => this.api.removeStream(id));
    await this.poll.now();
  }

  choose(stream: string | null, window: string | null): void {
    if (stream === this.watch.stream && window === this.watch.window) return;
    this.watch.choose(stream, window);
    history.replaceState(null, "", writeChoice({ stream, window }));
    void this.loadHistory();
  }

  private begin(): void {
    this.connection.start();
    this.poll.start();
  }

  private hurry(): void {
    if (document.visibilityState !== "visible" || this.signInNeeded) return;
    this.connection.hurry();
    void this.poll.now();
  }

  private follow(): void {
    const { stream, window } = readChoice(location.hash);
    this.choose(stream, window ?? this.watch.window);
  }

  private receive(message: LiveMessage): void {
    this.heardAt = Date.now();
    switch (message.type) {
      case "session":
        this.windows = message.limits.windows ?? this.windows;
        this.settleChoice();
        break;
      case "summary":
        this.receiveSummary(message);
        break;
      case "status":
        if (message.removed || this.roster.find(message.stream) === null) void this.poll.now();
        else this.roster.note(message, this.clock.serverNow);
        break;
      case "gap":
        if (message.stream === this.watch.stream) void this.loadHistory();
        break;
      case "error":
        console.warn(`The service did not understand: ${message.code}: ${message.message}`);
        break;
    }
  }

  private receiveSummary(summary: Summary): void {
    const known = withWindowOf(summary, this.windows);
    if (known !== this.windows) {
      this.windows = known;
      this.settleChoice();
    }
    if (summary.window === this.windows[0]?.name) this.roster.noteSummary(summary);
    if (this.watch.concerns(summary)) this.watch.add(summary);
  }

  private connectionChanged(state: LiveState): void {
    this.live = state;
    if (state.kind === "unauthorized") this.askForToken();
    if (state.kind !== "open") return;
    this.heardAt = Date.now();
    void this.loadHistory(); // what was missed while the line was down
  }

  /** Fetches states and figures. */
  private async look(): Promise<void> {
    try {
      const { body, serverTime } = await this.guarded(() => this.api.streams());
      if (serverTime !== null) this.clock.set(serverTime);
      this.roster.replace(body);
      if (this.fetchError !== null) this.connection.hurry(); // the service is back: no need to wait
      this.fetchError = null;
      this.settleChoice();
    } catch (error) {
      this.fetchError = expected(error);
    }
  }

  /** Chooses the first stream and window where none is chosen, or where the chosen one is gone. */
  private settleChoice(): void {
    const streams = this.roster.streams;
    if (streams === null) return;
    const stream = this.chosen?.id ?? streams[0]?.id ?? null;
    this.choose(stream, this.window?.name ?? this.windows[0]?.name ?? this.watch.window);
  }

  private async loadHistory(): Promise<void> {
    const { stream, window, timeline } = this.watch;
    if (stream === null || window === null) return;
    let failed = false;
    try {
      const summaries = await this.guarded(() => this.api.summaries(stream, window, CAPACITY));
      if (timeline === this.watch.timeline) this.watch.fill(summaries);
    } catch (error) {
      expected(error);
      failed = true;
    }
    if (timeline === this.watch.timeline) this.watch.historyFailed = failed;
  }

  /** Makes a call; where the service wants a token, asks for one. */
  private async guarded<T>(call: () => Promise<T>): Promise<T> {
    const token = this.tokens.read();
    try {
      return await call();
    } catch (error) {
      const current = token === this.tokens.read(); // not an answer to a token given up meanwhile
      if (error instanceof Refused && error.status === 401 && current) this.connection.stop("unauthorized");
      throw error;
    }
  }

  private askForToken(): void {
    if (this.signInNeeded) return;
    this.signInNeeded = true;
    this.tokenRefused = this.tokens.read() !== null;
    this.tokens.write(null);
    this.poll.stop();
  }

  private endSilence(): void {
    if (this.live.kind !== "open" || !this.anyRunning) return;
    if (Date.now() - this.heardAt > QUIET) this.connection.restart("silent");
  }
}

/** The error, if it is one that a call can end with; anything else is a bug and goes on up. */
export function expected(error: unknown): Refused | Unreachable {
  if (error instanceof Refused || error instanceof Unreachable) return error;
  throw error;
}
