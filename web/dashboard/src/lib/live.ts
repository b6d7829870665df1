/** The live WebSocket: opens, authenticates, takes messages apart, and comes back by itself. */
import { retryDelay } from "./backoff";
import { parseMessage, type LiveMessage } from "./messages";
import { parsePreview, type Preview } from "./preview";

export const SUBPROTOCOL = "semblance.v1.json";

export type LiveState =
  /** `again` after a loss or a failed try. */
  | { readonly kind: "connecting"; readonly again: boolean }
  | { readonly kind: "open" }
  /** `until` is when the next try starts, in milliseconds of `Date.now()`. */
  | { readonly kind: "waiting"; readonly until: number; readonly reason: string }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "stopped" };

/** The part of `WebSocket` that is used, so that tests can bring a small one of their own. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface LiveOptions {
  readonly open: () => Socket;
  readonly token: () => string | null;
  readonly onState: (state: LiveState) => void;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onPreview: (preview: Preview) => void;
  readonly random?: () => number;
}

const HANDSHAKE = 10_000; // milliseconds until the session message must be there
const HEALTHY = 5_000; // a connection this old starts the backoff afresh
const UNAUTHORIZED = [4401, 4403]; // no token in time, a wrong one

export function openLiveSocket(): Socket {
  const url = new URL("/api/v1/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, SUBPROTOCOL);
  socket.binaryType = "arraybuffer";
  return socket as Socket;
}

export class LiveConnection {
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private openedAt: number | null = null;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    this.drop();
    this.connect();
  }

  /** Ends for good, or until `start`. */
  stop(kind: "stopped" | "unauthorized" = "stopped"): void {
    this.drop();
    this.options.onState({ kind });
  }

  /** Gives up a connection that has gone quiet, and tries again after the usual wait. */
  restart(reason: string): void {
    if (this.socket !== null) this.lost(reason);
  }

  /** Tries now instead of at the end of the wait, for a network or a tab that just came back. */
  hurry(): void {
    if (this.socket === null && this.timer !== undefined) this.start();
  }

  /** Sends a command; there must be a session. */
  send(command: object): void {
    this.socket?.send(JSON.stringify(command));
  }

  private connect(): void {
    this.options.onState({ kind: "connecting", again: this.attempt > 0 });
    const socket = this.options.open();
    this.socket = socket;
    this.timer = setTimeout(() => this.lost("no answer within 10 s"), HANDSHAKE);
    socket.onopen = () => {
      const token = this.options.token();
      if (token !== null) socket.send(JSON.stringify({ type: "authenticate", token }));
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => {
      if (UNAUTHORIZED.includes(event.code)) this.stop("unauthorized");
      else this.lost(event.reason);
    };
  }

  private receive(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      const preview = parsePreview(data);
      if (preview !== null) this.options.onPreview(preview);
    }
    if (typeof data !== "string") return;
    const message = parseMessage(data);
    if (message === null) return;
    this.options.onMessage(message);
    if (message.type === "session") this.welcome();
  }

  private welcome(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.openedAt = Date.now();
    this.options.onState({ kind: "open" });
  }

  private lost(reason: string): void {
    if (this.openedAt !== null && Date.now() - this.openedAt >= HEALTHY) this.attempt = 0;
    this.drop();
    const delay = retryDelay(this.attempt, this.options.random);
    this.attempt += 1;
    this.timer = setTimeout(() => this.start(), delay);
    this.options.onState({ kind: "waiting", until: Date.now() + delay, reason });
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.openedAt = null;
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
