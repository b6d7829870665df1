/** The address at which a phone finds this page: this machine's name in place of "localhost". */

/** Whether only this very machine understands the name. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** `page` with the host that was typed; `null` where that is no host. A port that is typed replaces the page's. */
export function withHost(page: string, typed: string): string | null {
  const text = typed.trim().replace(/^https?:\/\//i, "").replace(/\/.*$/, "");
  if (text === "" || /[\s%]/.test(text)) return null; // some browsers escape what others refuse
  const bare = (text.match(/:/g) ?? []).length > 1 && !text.startsWith("[") ? `[${text}]` : text;
  try {
    const given = new URL(`http://${bare}`);
    if (given.username !== "" || given.search !== "" || given.hash !== "") return null;
    const address = new URL(page);
    address.hostname = given.hostname;
    if (/:\d+$/.test(bare)) address.port = bare.slice(bare.lastIndexOf(":") + 1);
    return address.href;
  } catch {
    return null;
  }
}

/** Whether a browser would give its camera to a page at this address. */
export function givesCamera(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || isLoopback(hostname);
}
