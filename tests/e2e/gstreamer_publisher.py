"""Publishes a coded clip by WHIP in a loop through GStreamer's `webrtcbin`; run by Debian's own Python.

    /usr/bin/python3 -m tests.e2e.gstreamer_publisher [--token TOKEN] [--vp8] URL clip.au

The access units of a clip (`tests/e2e/clips.py` writes them) are sent as they are, or as VP8, at the clip's
own pace. Writes "publishing" when the connection stands, and takes its leave (DELETE) on SIGTERM.
"""

from __future__ import annotations

import argparse
import signal
import sys
import urllib.error
import urllib.parse
import urllib.request
from itertools import count
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402  the versions have to be named first

from tests.e2e.coded_clip import Clip  # noqa: E402

UNITS = (
    "appsrc name=units is-live=true do-timestamp=true format=time "
    "caps=video/x-h264,stream-format=byte-stream,alignment=au "
)
H264 = (
    "! h264parse ! rtph264pay config-interval=-1 aggregate-mode=zero-latency "
    "! application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=96 "
)
VP8 = (
    "! h264parse ! openh264dec ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay "
    "! application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96 "
)
PEER = "! webrtcbin name=peer bundle-policy=max-bundle"


class Publisher:
    """A pipeline that offers itself to `url` once its ICE candidates are gathered."""

    def __init__(self, url: str, token: str | None, pipeline: str) -> None:
        self.url, self.token, self.session, self.error = url, token, None, ""
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(pipeline)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("notify::ice-gathering-state", self.gathered)
        self.peer.connect("notify::connection-state", self.changed)

    def run(self, clip: Clip) -> str:
        """Plays until it is stopped; what went wrong, if something did."""
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, self.loop.quit)
        source, numbers = self.pipeline.get_by_name("units"), count()

        def feed() -> bool:
            source.emit("push-buffer", Gst.Buffer.new_wrapped(clip.units[next(numbers) % len(clip.units)]))
            return True

        GLib.timeout_add(round(1000 / clip.fps), feed)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        if self.session:
            self.ask("DELETE", self.session)
        self.pipeline.set_state(Gst.State.NULL)
        return self.error

    def offer(self, peer: Any) -> None:
        promise = Gst.Promise.new_with_change_func(lambda made: self.offered(made.get_reply()))
        peer.emit("create-offer", None, promise)

    def offered(self, reply: Any) -> None:
        self.peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def gathered(self, peer: Any, _property: Any) -> None:
        if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.publish)

    def publish(self) -> bool:
        offer = self.peer.get_property("local-description").sdp.as_text()
        try:
            answer = self.ask("POST", self.url, offer.encode())
        except OSError as error:
            return self.fail(f"{type(error).__name__}: {error}")
        _, sdp = GstSdp.SDPMessage.new_from_text(answer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.peer.emit("set-remote-description", description, Gst.Promise.new())
        return False

    def ask(self, method: str, url: str, body: bytes | None = None) -> str:
        request = urllib.request.Request(url, body, {"Content-Type": "application/sdp"}, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            if location := answer.headers["Location"]:
                self.session = urllib.parse.urljoin(url, location)
            text: str = answer.read().decode()
            return text

    def changed(self, peer: Any, _property: Any) -> None:
        state = peer.get_property("connection-state")
        if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            announce()
        elif state == GstWebRTC.WebRTCPeerConnectionState.FAILED:
            GLib.idle_add(self.fail, "the connection has failed")

    def fail(self, error: str) -> bool:
        self.error = error
        self.loop.quit()
        return False


def announce() -> None:
    sys.stdout.write("publishing\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--token")
    parser.add_argument("--vp8", action="store_true")
    parser.add_argument("url")
    parser.add_argument("clip", type=Path)
    arguments = parser.parse_args()
    Gst.init(None)
    coding = VP8 if arguments.vp8 else H264
    publisher = Publisher(arguments.url, arguments.token, UNITS + coding + PEER)
    sys.exit(publisher.run(Clip.read(arguments.clip)) or 0)


if __name__ == "__main__":
    main()
