/** What a page reads from a WHIP answer: where the media goes, and which ICE servers help it there. */

/** Where the service waits for media, each once: "10.0.0.5 port 50012". */
export function udpPlaces(sdp: string): string[] {
  const places = new Set<string>();
  for (const line of sdp.split(/\r?\n/)) {
    const [, , protocol, , address, port] = line.startsWith("a=candidate:") ? line.split(" ") : [];
    if (protocol?.toLowerCase() === "udp" && address && port) places.add(`${address} port ${port}`);
  }
  return [...places];
}

/** The servers in `Link: <turn:...>; rel="ice-server"; username="..."; credential="..."` (RFC 9725, 4.6). */
export function iceServers(link: string | null): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  for (const [, urls, rest] of (link ?? "").matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))*)/g)) {
    const said = parameters(rest ?? "");
    if (!said.get("rel")?.split(" ").includes("ice-server") || !urls) continue;
    const [username, credential] = [said.get("username"), said.get("credential")];
    servers.push({ urls, ...(username === undefined ? {} : { username }), ...(credential === undefined ? {} : { credential }) });
  }
  return servers;
}

function parameters(text: string): Map<string, string> {
  const found = [...text.matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/g)];
  return new Map(found.map(([, name, quoted, bare]) => [name!.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? ""]));
}
