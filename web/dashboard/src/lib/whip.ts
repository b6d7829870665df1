/** A small WHIP client (RFC 9725): sends one video track to the service, and ends the session it made. */
import { WhipError, failureOf } from "./whipError";
import { udpPlaces } from "./whipSdp";

export interface WhipOptions {
  /** The address to POST the offer to, such as `/whip/lobby`. */
  readonly endpoint: string;
  readonly token: () => string | null;
  /** The media stopped for good: not a moment's silence, which ICE gets over by itself. */
  readonly onLost: () => void;
  readonly fetch?: typeof fetch;
  readonly peer?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

const GATHERING = 2_000; // milliseconds; a network that is slow to tell its addresses must not hold the offer up
const ANSWER = 15_000; // until the service must have answered the offer
const CONNECTING = 12_000; // from the answer until media must have come through
const INTERRUPTION = 4_000; // that ICE gets to come back by itself
const LARGEST_BITRATE = 2_500_000; // bits a second: 720p with faces that are worth measuring

export class WhipSession {
  private peer: RTCPeerConnection | null = null;
  private sender: RTCRtpSender | null = null;
  /** The session's own address, as good as a password; `null` while there is no session. */
  private location: string | null = null;
  /** Of the request that made the session: it is ended by the same one, whatever became of the token since. */
  private headers: Readonly<Record<string, string>> = {};
  private readonly ending = new AbortController();
  private interruption: ReturnType<typeof setTimeout> | undefined;
  private readonly fetch: typeof fetch;

  constructor(private readonly options: WhipOptions) {
    this.fetch = options.fetch ?? ((...request) => fetch(...request));
  }

  /** Publishes; returns once media goes through. Raises `WhipError`, and leaves nothing behind then. */
  async start(track: MediaStreamTrack): Promise<void> {
    try {
      const peer = this.open();
      this.sender = peer.addTransceiver(track, {
        direction: "sendonly",
        sendEncodings: [{ maxBitrate: LARGEST_BITRATE }],
      }).sender;
      await peer.setLocalDescription();
      await gathered(peer, this.ending.signal);
      const answer = await this.post(peer.localDescription?.sdp ?? "");
      await peer.setRemoteDescription({ type: "answer", sdp: answer }).catch((cause: unknown) => {
        throw new WhipError({ kind: "refused", status: 201, detail: String(cause) });
      });
      await connected(peer, answer, this.ending.signal);
      this.watch(peer);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Goes on with the pictures of another camera. */
  async replace(track: MediaStreamTrack): Promise<void> {
    await this.sender?.replaceTrack(track);
  }

  /** Ends the session at the service. Never raises: what cannot be told, the service finds out by itself. */
  async stop(): Promise<void> {
    await this.end({ signal: AbortSignal.timeout(ANSWER) });
  }

  /** Ends it while the page goes away, when nobody is left to wait for the answer. */
  abandon(): void {
    void this.end({ keepalive: true });
  }

  private async end(how: RequestInit): Promise<void> {
    this.ending.abort();
    clearTimeout(this.interruption);
    const { peer, location } = this;
    this.peer = this.sender = this.location = null;
    const told = location === null ? null : this.fetch(location, { method: "DELETE", headers: this.headers, ...how });
    peer?.close(); // after the request is on its way: a page that goes away has no second turn
    await told?.catch(() => null);
  }

  /** Without ICE servers of its own: the service's answer names every place, relays among them, where it is reached. */
  private open(): RTCPeerConnection {
    this.ending.signal.throwIfAborted();
    const make = this.options.peer ?? ((configuration) => new RTCPeerConnection(configuration));
    this.peer = make({ iceServers: [], bundlePolicy: "max-bundle" });
    return this.peer;
  }

  private async post(offer: string): Promise<string> {
    this.ending.signal.throwIfAborted();
    const token = this.options.token();
    this.headers = token === null ? {} : { Authorization: `Bearer ${token}` };
    const headers = { ...this.headers, "Content-Type": "application/sdp" };
    const signal = AbortSignal.timeout(ANSWER);
    const request: RequestInit = { method: "POST", headers, body: offer, cache: "no-store", signal };
    const response = await this.fetch(this.options.endpoint, request).catch(() => {
      throw new WhipError({ kind: "unreachable" });
    });
    if (!response.ok) throw new WhipError(await failureOf(response));
    const location = response.headers.get("Location");
    this.location = location === null ? null : new URL(location, new URL(this.options.endpoint, window.location.href)).href;
    this.ending.signal.throwIfAborted(); // stopped meanwhile: `start` ends the session that was just made
    return response.text();
  }

  private watch(peer: RTCPeerConnection): void {
    const look = () => {
      clearTimeout(this.interruption);
      if (this.ending.signal.aborted) return;
      if (peer.connectionState === "failed" || peer.connectionState === "closed") this.options.onLost();
      if (peer.connectionState === "disconnected") this.interruption = setTimeout(this.options.onLost, INTERRUPTION);
    };
    peer.addEventListener("connectionstatechange", look);
    look();
  }
}

async function gathered(peer: RTCPeerConnection, ending: AbortSignal): Promise<void> {
  await settled(peer, "icegatheringstatechange", GATHERING, ending, () => peer.iceGatheringState === "complete");
}

async function connected(peer: RTCPeerConnection, answer: string, ending: AbortSignal): Promise<void> {
  const over = () => ["connected", "failed", "closed"].includes(peer.connectionState);
  await settled(peer, "connectionstatechange", CONNECTING, ending, over);
  if (peer.connectionState !== "connected") throw new WhipError({ kind: "blocked", places: udpPlaces(answer) });
}

/** Waits until it is so, or the patience (milliseconds) is over; raises when the session is ended meanwhile. */
async function settled(
  peer: RTCPeerConnection,
  event: string,
  patience: number,
  ending: AbortSignal,
  isSo: () => boolean,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => (isSo() || ending.aborted ? done() : undefined);
    const timer = setTimeout(done, patience);
    peer.addEventListener(event, look);
    ending.addEventListener("abort", done);
    look();

    function done(): void {
      clearTimeout(timer);
      peer.removeEventListener(event, look);
      ending.removeEventListener("abort", done);
      resolve();
    }
  });
  ending.throwIfAborted();
}
