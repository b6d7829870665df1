/** A token that came in the address's fragment, the part of an address that is neither sent nor logged. */

const NAME = "token";

/** The token in `#token=...`, and the fragment without it; `null` where there is none. */
export function parseTokenFragment(hash: string): { readonly token: string; readonly rest: string } | null {
  const parameters = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B")); // a token by hand has its + bare
  const token = parameters.get(NAME)?.trim() ?? "";
  if (!parameters.has(NAME)) return null;
  parameters.delete(NAME);
  const rest = parameters.toString();
  return { token, rest: rest === "" ? "" : `#${rest}` };
}

/** Takes the token out of the address, so that neither the history nor a screenshot keeps it. */
export function takeTokenFragment(): string | null {
  const found = parseTokenFragment(location.hash);
  if (found === null) return null;
  history.replaceState(history.state, "", location.pathname + location.search + found.rest);
  return found.token === "" ? null : found.token;
}

/** The fragment that carries a token. */
export function tokenFragment(token: string): string {
  return `#${NAME}=${encodeURIComponent(token)}`;
}
