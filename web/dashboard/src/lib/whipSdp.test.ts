/** What is read from a WHIP answer. */
import { expect, it } from "vitest";

import { udpPlaces } from "./whipSdp";

it("finds where media goes, each place once, and UDP alone", () => {
  const sdp = [
    "m=video 50012 UDP/TLS/RTP/SAVPF 97",
    "a=candidate:1 1 udp 2130706431 10.0.0.5 50012 typ host",
    "a=candidate:1 1 udp 2130706431 10.0.0.5 50012 typ host",
    "a=candidate:2 1 tcp 1518280447 10.0.0.5 9 typ host tcptype active",
    "a=candidate:3 1 UDP 2130706430 fd00::5 50013 typ host",
  ].join("\r\n");
  expect(udpPlaces(sdp)).toEqual(["10.0.0.5 port 50012", "fd00::5 port 50013"]);
});
