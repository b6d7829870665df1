/** Why publishing did not come about, told apart by what one can do about it. */

export type WhipFailure =
  /** No answer to the HTTP request. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "unauthorized" }
  /** Somebody publishes under this name, or it is a stream of another kind. */
  | { readonly kind: "taken"; readonly detail: string }
  /** The service carries as much as it can; `retryAfter` in seconds, where it says so. */
  | { readonly kind: "busy"; readonly detail: string; readonly retryAfter: number | null }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string }
  /** Answered over HTTP, and then no media came through to any of these places ("10.0.0.5 port 50012"). */
  | { readonly kind: "blocked"; readonly places: readonly string[] };

export class WhipError extends Error {
  constructor(readonly failure: WhipFailure) {
    super(failure.kind);
  }
}

/** The failure in an answer that is no 201. */
export async function failureOf(response: Response): Promise<WhipFailure> {
  const detail = await detailOf(response);
  switch (response.status) {
    case 401:
    case 403:
      return { kind: "unauthorized" };
    case 409:
      return { kind: "taken", detail };
    case 429:
    case 503:
      return { kind: "busy", detail, retryAfter: retryAfter(response) };
    default:
      return { kind: "refused", status: response.status, detail };
  }
}

/** The sentence of a problem+json answer; empty where there is none. */
async function detailOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => null)) as { detail?: unknown; title?: unknown } | null;
  const said = problem?.detail ?? problem?.title;
  return typeof said === "string" ? said : "";
}

function retryAfter(response: Response): number | null {
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
