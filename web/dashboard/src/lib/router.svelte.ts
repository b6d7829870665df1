/** Which view the page's address asks for, and the ways from one to another without loading the page anew. */

export type Route =
  | { readonly view: "wall" | "camera" | "events" | "nowhere" }
  | { readonly view: "stream" | "embed"; readonly id: string };

export function readRoute(path: string): Route {
  const [place = "", name, ...rest] = path.split("/").filter(Boolean);
  if (place === "") return { view: "wall" };
  if (name === undefined) return { view: place === "camera" || place === "events" ? place : "nowhere" };
  const id = decoded(name);
  if (id === "" || rest.length > 0) return { view: "nowhere" };
  if (place === "streams") return { view: "stream", id };
  return place === "embed" ? { view: "embed", id } : { view: "nowhere" };
}

export function streamPath(id: string, window: string | null = null): string {
  const path = `/streams/${encodeURIComponent(id)}`;
  return window === null ? path : `${path}?${new URLSearchParams({ window })}`;
}

export class Router {
  route = $state.raw<Route>(readRoute(location.pathname));
  query = $state.raw(new URLSearchParams(location.search));

  /** Follows the address and the links of the page until the returned function is called. */
  run(): () => void {
    const read = () => this.read();
    const click = (event: MouseEvent) => this.click(event);
    addEventListener("popstate", read);
    document.addEventListener("click", click);
    return () => {
      removeEventListener("popstate", read);
      document.removeEventListener("click", click);
    };
  }

  go(address: string): void {
    history.pushState(null, "", address);
    this.read();
    scrollTo(0, 0);
  }

  /** Changes the query in place: no new entry in the browser's history. `null` takes a key away. */
  setQuery(changes: Readonly<Record<string, string | null>>): void {
    const query = new URLSearchParams(this.query);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) query.delete(key);
      else query.set(key, value);
    }
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text === "" ? "" : `?${text}`));
    this.query = query;
  }

  private read(): void {
    const route = readRoute(location.pathname);
    if (JSON.stringify(route) !== JSON.stringify(this.route)) this.route = route;
    this.query = new URLSearchParams(location.search);
  }

  /** Takes a plain click on a link to one of the page's own views. */
  private click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return;
    if (readRoute(link.pathname).view === "nowhere" || link.hash !== "") return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ""; // somebody typed a lone percent sign
  }
}
