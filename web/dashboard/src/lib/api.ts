/** The service's REST calls, with its problem+json errors as exceptions. */
import type { AddressTest, HistoryCondition, Hook, LiveEvent, Marker, NewMarker, NewStream, Stream, StreamChange, Summary } from "./messages";

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The service answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly fields: readonly FieldError[],
  ) {
    super(detail || title || `The service answered ${status}.`);
  }
}

/** No answer came: the service is down, or the network is. */
export class Unreachable extends Error {}

/** The error, if it is one that a call can end with; anything else is a bug and goes on up. */
export function expected(error: unknown): Refused | Unreachable {
  if (error instanceof Refused || error instanceof Unreachable) return error;
  throw error;
}

export interface Reply<T> {
  readonly body: T;
  /** The server's clock in milliseconds since the epoch, by its Date header; whole seconds. */
  readonly serverTime: number | null;
}

/** Which summaries: of one window, the newest `limit` of those that end after `since` and not after `until`. */
export interface Span {
  readonly window: string;
  readonly limit?: number;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
}

/** Which events or markers: the newest, of one stream or rule or of all. Times in milliseconds since the epoch. */
export interface LogQuestion {
  readonly stream?: string | null;
  readonly rule?: string | null;
  readonly since?: number;
  readonly limit?: number;
  readonly cursor?: string | null;
}

export interface Events {
  /** Newest first. */
  readonly events: LiveEvent[];
  readonly nextCursor?: string;
  /** Why only what is in the service's memory is among them. */
  readonly historyError?: string;
}

export interface Summaries {
  /** Oldest first. */
  readonly summaries: Summary[];
  /** As of `Events`. */
  readonly historyError?: string;
}

export interface Hooks {
  readonly hooks: Hook[];
  /** Events that wait for the database, before they wait for any hook. */
  readonly unstored: number;
}

const PATIENCE = 10_000; // milliseconds
const PATIENCE_OF_TEST = 60_000; // a camera may take long to give its first picture

export class Api {
  constructor(private readonly token: () => string | null) {}

  async streams(): Promise<Reply<Stream[]>> {
    const reply = await this.call<Stream[] | { streams: Stream[] }>("GET", "streams");
    return { ...reply, body: Array.isArray(reply.body) ? reply.body : reply.body.streams };
  }

  async addStream(stream: NewStream): Promise<Stream> {
    return (await this.call<Stream>("POST", "streams", stream)).body;
  }

  async removeStream(id: string): Promise<void> {
    await this.call<null>("DELETE", `streams/${encodeURIComponent(id)}`);
  }

  async changeStream(id: string, change: StreamChange): Promise<Stream> {
    return (await this.call<Stream>("PATCH", `streams/${encodeURIComponent(id)}`, change)).body;
  }

  /** Whether the first picture comes from there; with `id` a masked address stands for that stream's own. */
  async testAddress(address: { readonly url: string; readonly id?: string }): Promise<AddressTest> {
    return (await this.call<AddressTest>("POST", "streams/test", address, PATIENCE_OF_TEST)).body;
  }

  async summaries(id: string, { window, limit, since, until }: Span): Promise<Summaries> {
    const query = new URLSearchParams({ window });
    if (limit !== undefined) query.set("limit", String(limit));
    if (since !== undefined) query.set("since", new Date(since).toISOString());
    if (until !== undefined) query.set("until", new Date(until).toISOString());
    const path = `streams/${encodeURIComponent(id)}/summaries?${query}`;
    return (await this.call<Summaries>("GET", path)).body;
  }

  async events(question: LogQuestion): Promise<Events> {
    return (await this.call<Events>("GET", `events?${queryOf(question)}`)).body;
  }

  /** Newest first. */
  async markers(question: LogQuestion): Promise<Marker[]> {
    return (await this.call<{ markers: Marker[] }>("GET", `markers?${queryOf(question)}`)).body.markers;
  }

  async mark(marker: NewMarker): Promise<Marker> {
    return (await this.call<Marker>("POST", "markers", marker)).body;
  }

  /** The ids of all rules. */
  async rules(): Promise<string[]> {
    const { rules } = (await this.call<{ rules: { readonly id: string }[] }>("GET", "rules")).body;
    return rules.map(({ id }) => id);
  }

  async hooks(): Promise<Hooks> {
    return (await this.call<Hooks>("GET", "hooks")).body;
  }

  async history(): Promise<HistoryCondition> {
    return (await this.call<HistoryCondition>("GET", "history")).body;
  }

  private async call<T>(method: string, path: string, body?: unknown, patience = PATIENCE): Promise<Reply<T>> {
    const token = this.token();
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token !== null) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const request: RequestInit = { method, headers, cache: "no-store", signal: AbortSignal.timeout(patience) };
    if (body !== undefined) request.body = JSON.stringify(body);

    const response = await fetch(`/api/v1/${path}`, request).catch((cause: unknown) => {
      throw new Unreachable("The service did not answer.", { cause });
    });
    if (!response.ok) throw await refusal(response);
    return {
      body: (response.status === 204 ? null : await readJson(response)) as T,
      serverTime: serverTime(response),
    };
  }
}

function queryOf({ since, ...question }: LogQuestion): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(question)) if (value != null) query.set(key, String(value));
  if (since !== undefined) query.set("since", new Date(since).toISOString());
  return query;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new Unreachable("The service's answer broke off.", { cause });
  }
}

function serverTime(response: Response): number | null {
  const time = Date.parse(response.headers.get("Date") ?? "");
  return Number.isNaN(time) ? null : time;
}

async function refusal(response: Response): Promise<Refused> {
  const problem = await response.json().catch(() => null) as Record<string, unknown> | null;
  const errors = Array.isArray(problem?.["errors"]) ? (problem["errors"] as FieldError[]) : [];
  const text = (key: string) => (typeof problem?.[key] === "string" ? problem[key] : "");
  return new Refused(response.status, text("title") || response.statusText, text("detail"), errors);
}
