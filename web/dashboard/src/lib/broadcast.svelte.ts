/** This device's camera on its way to the service: opened, published, brought back after a loss, stopped. */
import { retryDelay } from "./backoff";
import type { BroadcastState, Session, Trouble } from "./broadcastState";
import { CameraError, openCamera, type CameraChoice } from "./cameras";
import { WhipSession, type WhipOptions } from "./whip";
import { WhipError, type WhipFailure } from "./whipError";

export interface BroadcastOptions {
  readonly token: () => string | null;
  readonly open?: (choice: CameraChoice) => Promise<MediaStream>;
  readonly session?: (options: WhipOptions) => Session;
  readonly random?: () => number;
}

const HEALTHY = 5_000; // milliseconds; a session this old starts the backoff afresh
const STILL_TAKEN = 30_000; // after a loss, the service may take our own old session for alive for a while

export class Broadcast {
  state = $state.raw<BroadcastState>({ kind: "idle" });
  /** The camera's own picture, while it is open. */
  media = $state.raw<MediaStream | null>(null);
  /** The stream's name at the service. */
  name = $state("");

  private session: Session | null = null;
  private turn = 0; // raised by each start and stop: what an older turn still waits for is no longer wanted
  private attempt = 0;
  private ranAt: number | null = null;
  private lostAt: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: BroadcastOptions) {}

  readonly active: boolean = $derived(this.state.kind !== "idle" && this.state.kind !== "stopped");

  async start(name: string, choice: CameraChoice): Promise<void> {
    const turn = this.begin();
    this.name = name;
    this.state = { kind: "asking" };
    if (await this.take(choice, turn)) await this.publish(turn);
  }

  /** Goes on with another camera; the stream goes on where it runs. */
  async turnTo(choice: CameraChoice): Promise<void> {
    const { turn, media: before } = this;
    for (const track of before?.getTracks() ?? []) track.stop(); // phones open one camera at a time
    if (!(await this.take(choice, turn))) return;
    const track = this.track;
    if (track !== null) await this.session?.replace(track);
  }

  async stop(trouble: Trouble | null = null): Promise<void> {
    this.begin();
    const session = this.session;
    this.session = null;
    this.state = { kind: "stopped", trouble };
    this.release();
    await session?.stop();
  }

  /** Stops while the page goes away. */
  abandon(): void {
    this.begin();
    this.session?.abandon();
    this.session = null;
    this.state = { kind: "stopped", trouble: null };
    this.release();
  }

  /** The service no longer hears it, whatever this side believes. */
  giveUpSession(): void {
    if (this.state.kind === "running") this.lost(this.turn);
  }

  /** Tries now instead of at the end of the wait. */
  hurry(): void {
    if (this.state.kind === "waiting") this.again(this.turn);
  }

  private begin(): number {
    clearTimeout(this.timer);
    this.attempt = 0;
    this.ranAt = this.lostAt = null;
    return ++this.turn;
  }

  private get track(): MediaStreamTrack | null {
    return this.media?.getVideoTracks()[0] ?? null;
  }

  /** Opens the camera; whether it is there, and still wanted. */
  private async take(choice: CameraChoice, turn: number): Promise<boolean> {
    try {
      const media = await (this.options.open ?? openCamera)(choice);
      if (turn !== this.turn) {
        for (const track of media.getTracks()) track.stop();
        return false;
      }
      this.media = media;
      this.track?.addEventListener("ended", () => this.unplugged(media));
      return true;
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (turn === this.turn) await this.stop({ kind: "camera", failure: error.kind, said: error.said });
      return false;
    }
  }

  private async publish(turn: number): Promise<void> {
    const track = this.track;
    if (track === null) return;
    this.state = { kind: "connecting" };
    const session = (this.options.session ?? ((options) => new WhipSession(options)))({
      endpoint: `/whip/${encodeURIComponent(this.name)}`,
      token: this.options.token,
      onLost: () => this.lost(turn),
    });
    this.session = session;
    try {
      await session.start(track);
    } catch (error) {
      if (turn === this.turn) await this.failed(error, turn);
      return;
    }
    if (turn !== this.turn) return;
    this.ranAt = Date.now();
    this.lostAt = null;
    this.state = { kind: "running" };
  }

  /** The first try tells what is wrong and ends; once it ran, it is worth trying again. */
  private async failed(error: unknown, turn: number): Promise<void> {
    if (!(error instanceof WhipError)) {
      await this.stop({ kind: "camera", failure: "failed", said: String(error) });
      throw error;
    }
    const { failure } = error;
    const trouble: Trouble = { kind: "whip", failure };
    if (this.lostAt === null || !this.mayPass(failure)) await this.stop(trouble);
    else this.wait(trouble, turn, failure.kind === "busy" ? (failure.retryAfter ?? 0) * 1000 : 0);
  }

  private mayPass(failure: WhipFailure): boolean {
    if (failure.kind === "taken") return Date.now() - (this.lostAt ?? 0) < STILL_TAKEN;
    return failure.kind !== "unauthorized" && failure.kind !== "refused";
  }

  private lost(turn: number): void {
    if (turn !== this.turn || this.state.kind !== "running") return;
    if (this.ranAt !== null && Date.now() - this.ranAt >= HEALTHY) this.attempt = 0;
    this.lostAt = Date.now();
    void this.session?.stop(); // so that the name is free again
    this.session = null;
    this.wait({ kind: "lost" }, turn);
  }

  private wait(trouble: Trouble, turn: number, least = 0): void {
    const delay = Math.max(least, retryDelay(this.attempt, this.options.random));
    this.attempt += 1;
    this.timer = setTimeout(() => this.again(turn), delay);
    this.state = { kind: "waiting", until: Date.now() + delay, trouble };
  }

  private again(turn: number): void {
    clearTimeout(this.timer);
    if (turn !== this.turn || this.state.kind !== "waiting") return;
    const track = this.track;
    if (track?.muted) {
      // A phone holds its camera while the page is out of sight: nothing to publish until it gives it back.
      track.addEventListener("unmute", this.givenBack, { once: true }); // the same function is not added twice
      this.state = { ...this.state, until: null };
      return;
    }
    void this.publish(turn);
  }

  private readonly givenBack = () => this.again(this.turn);

  private unplugged(media: MediaStream): void {
    if (media === this.media) void this.stop({ kind: "unplugged" });
  }

  private release(): void {
    const media = this.media;
    this.media = null;
    for (const track of media?.getTracks() ?? []) track.stop(); // the camera's light goes out
  }
}
