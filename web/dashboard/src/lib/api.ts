/** The service's REST calls, with its problem+json errors as exceptions. */
import type { NewStream, Stream, Summary } from "./messages";

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

export interface Reply<T> {
  readonly body: T;
  /** The server's clock in milliseconds since the epoch, by its Date header; whole seconds. */
  readonly serverTime: number | null;
}

const PATIENCE = 10_000; // milliseconds

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

  /** The newest `limit` summaries of one window, oldest first. */
  async summaries(id: string, window: string, limit: number): Promise<Summary[]> {
    const query = new URLSearchParams({ window, limit: String(limit) });
    const path = `streams/${encodeURIComponent(id)}/summaries?${query}`;
    return (await this.call<{ summaries: Summary[] }>("GET", path)).body.summaries;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
    const token = this.token();
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token !== null) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const request: RequestInit = { method, headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
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
