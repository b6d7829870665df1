/** The page's line to the service: one live connection that carries just what the parts of the page want. */
import { LiveConnection, openLiveSocket, type LiveState, type Socket } from "./live";
import type { Limits, LiveMessage, Stream } from "./messages";
import { begun, ended, type Outage } from "./outages";
import { paceOf } from "./pace";
import type { Preview } from "./preview";
import { ALL, Subscriptions, Wants, type Command, type Want } from "./wants";

export interface LineOptions {
  readonly token: () => string | null;
  readonly serverNow: () => number;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly onOpen: () => void;
  readonly onUnauthorized: () => void;
  /** The service's streams, as far as they are known. */
  readonly streams: () => readonly Stream[];
  /** By stream, the sequence after which these windows are missing; asked for whenever they begin to be sent. */
  readonly missed: (streams: readonly string[] | typeof ALL, windows: readonly string[]) => Readonly<Record<string, number>>;
  readonly open?: () => Socket;
}

const MOST_NAMES = 256; // that the service takes in one message

export class Line {
  state = $state.raw<LiveState>({ kind: "stopped" });
  /** When the line was last known to be alive, in milliseconds of the browser's clock. */
  heardAt = $state(0);
  limits = $state.raw<Limits>({});
  outages = $state.raw<readonly Outage[]>([]);
  /** Rises when what is wanted changes. */
  wanted = $state(0);

  private readonly all = new Wants();
  private readonly subscriptions = new Subscriptions();
  private readonly connection: LiveConnection;
  private planned = false;
  private expected = Infinity;

  constructor(private readonly options: LineOptions) {
    this.connection = new LiveConnection({
      open: options.open ?? openLiveSocket,
      token: options.token,
      onState: (state) => this.changed(state),
      onMessage: (message) => this.receive(message),
      onPreview: (preview) => {
        this.heard();
        options.onPreview(preview);
      },
    });
  }

  start(): void {
    this.connection.start();
  }

  stop(kind: "stopped" | "unauthorized" = "stopped"): void {
    this.connection.stop(kind);
  }

  hurry(): void {
    this.connection.hurry();
  }

  restart(reason: string): void {
    this.connection.restart(reason);
  }

  /** Nothing is expected over the open line: its silence means nothing, and does not count from before. */
  vouch(): void {
    this.heardAt = Date.now();
  }

  want(want: Want): () => void {
    const release = this.all.add(want);
    this.plan();
    return () => {
      release();
      this.plan();
    };
  }

  /** Seconds between two messages, as is to be expected now; infinite where none is. */
  pace(): number {
    void this.wanted;
    return paceOf(this.all, this.options.streams(), this.limits);
  }

  /** Has what followed the sequence sent again, if summaries of the window are sent at all. */
  resume(stream: string, window: string, sequence: number): void {
    const name = this.state.kind === "open" ? this.subscriptions.nameOf(stream, window) : null;
    if (name === null) return; // asked for when they begin to be sent
    const streams = name === ALL ? ALL : [name];
    this.connection.send({ type: "subscribe", streams, messages: ["summary"], windows: [window], resume: { [stream]: sequence } });
  }

  /** Tells the service of changes once what is being mounted or taken down has all been heard. */
  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.wanted += 1;
      this.expect();
      if (this.state.kind === "open") this.tell();
    });
  }

  /** A silence that was none at the pace before must not count at a faster one. */
  private expect(): void {
    const before = this.expected;
    this.expected = this.pace();
    if (this.expected < before) this.vouch();
  }

  private tell(): void {
    const kinds = new Set(this.limits.messages);
    const windows = (this.limits.windows ?? []).map(({ name }) => name);
    for (const command of this.subscriptions.update(this.all.sum(kinds, windows)).flatMap(parts)) {
      for (const part of this.resumed(command)) this.connection.send(part);
    }
  }

  /** A command with what has to be sent again, said as often as that takes. */
  private resumed(command: Command): Command[] {
    if (command.type !== "subscribe" || command.windows === undefined) return [command];
    const missed = Object.entries(this.options.missed(command.streams, command.windows));
    if (missed.length === 0) return [command];
    return chunks(missed).map((chunk) => ({ ...command, resume: Object.fromEntries(chunk) }));
  }

  private receive(message: LiveMessage): void {
    this.heard();
    if (message.type === "session") this.limits = message.limits;
    this.options.onMessage(message);
  }

  private changed(state: LiveState): void {
    this.state = state;
    if (state.kind === "waiting" && this.heardAt > 0) {
      const silence = Date.now() - this.heardAt;
      this.outages = begun(this.outages, this.options.serverNow() - silence);
    }
    if (state.kind === "unauthorized") this.options.onUnauthorized();
    if (state.kind !== "open") return;
    this.outages = ended(this.outages, this.options.serverNow());
    this.subscriptions.forget();
    this.tell();
    this.options.onOpen();
  }

  /** Noted some times a second at most: with 40 streams a message comes every few milliseconds. */
  private heard(): void {
    const now = Date.now();
    if (now - this.heardAt >= 250) this.heardAt = now;
  }
}

/** A command in parts that each name no more streams than the service takes. */
function parts(command: Command): Command[] {
  const { streams } = command;
  if (streams === ALL) return [command];
  return chunks(streams as readonly string[]).map((chunk) => ({ ...command, streams: chunk }));
}

function chunks<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / MOST_NAMES);
  return Array.from({ length: count }, (_, index) => all.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES));
}
