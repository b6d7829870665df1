/** The page's line to the service: one live connection that carries just what the parts of the page want. */
import { LiveConnection, openLiveSocket, type LiveState, type Socket } from "./live";
import type { Limits, LiveMessage } from "./messages";
import { begun, ended, type Outage } from "./outages";
import type { Preview } from "./preview";
import { Subscriptions, Wants, type Command, type Kind, type Want } from "./wants";

export interface LineOptions {
  readonly token: () => string | null;
  readonly serverNow: () => number;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly onOpen: () => void;
  readonly onUnauthorized: () => void;
  /** By stream, the last sequence there is; asked for when a connection opens. */
  readonly resume: () => Readonly<Record<string, number>>;
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

  wants(kind: Kind, stream: string): boolean {
    return this.all.includes(kind, stream);
  }

  /** Tells the service of changes once what is being mounted or taken down has all been heard. */
  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.wanted += 1;
      if (this.state.kind === "open") this.tell({});
    });
  }

  private tell(resume: Readonly<Record<string, number>>): void {
    const kinds = new Set(this.limits.messages);
    const windows = (this.limits.windows ?? []).map(({ name }) => name);
    const commands = this.subscriptions.update(this.all.sum(kinds, windows)).flatMap(parts);
    const last = commands.findLastIndex(({ messages }) => messages[0] === "summary");
    commands.forEach((command, index) => {
      this.connection.send(index === last && Object.keys(resume).length > 0 ? { ...command, resume } : command);
    });
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
    this.tell(this.options.resume());
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
  if (typeof streams === "string" || streams.length <= MOST_NAMES) return [command];
  const count = Math.ceil(streams.length / MOST_NAMES);
  return Array.from({ length: count }, (_, index) => ({
    ...command,
    streams: streams.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES),
  }));
}
