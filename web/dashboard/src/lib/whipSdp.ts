/** What a page reads from a WHIP answer: where the media goes. */

/** Where the service waits for media, each once: "10.0.0.5 port 50012". */
export function udpPlaces(sdp: string): string[] {
  const places = new Set<string>();
  for (const line of sdp.split(/\r?\n/)) {
    const [, , protocol, , address, port] = line.startsWith("a=candidate:") ? line.split(" ") : [];
    if (protocol?.toLowerCase() === "udp" && address && port) places.add(`${address} port ${port}`);
  }
  return [...places];
}
