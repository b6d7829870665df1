"""Chromium with a camera: what it films is a clip, and any page can publish it by WHIP."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from playwright.sync_api import sync_playwright

from stream.pattern import Scene
from tests.e2e.conftest import CHROMIUM, QUIET, lacking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CAMERA = "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream"
FPS = 30
PUBLISH = """
async ({url, token, width, height, fps}) => {
  const camera = await navigator.mediaDevices.getUserMedia({video: {width, height, frameRate: fps}});
  const peer = new RTCPeerConnection();
  window.peer = peer;
  peer.addTransceiver(camera.getVideoTracks()[0], {direction: "sendonly"});
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((done) => {
    if (peer.iceGatheringState === "complete") return done();
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
    setTimeout(done, 2000);
  });
  const headers = {"Content-Type": "application/sdp", ...(token && {Authorization: `Bearer ${token}`})};
  const reply = await fetch(url, {method: "POST", headers, body: peer.localDescription.sdp});
  if (reply.status !== 201) return {status: reply.status, session: null};
  await peer.setRemoteDescription({type: "answer", sdp: await reply.text()});
  return {status: 201, session: new URL(reply.headers.get("location"), url).href};
}
"""


def film(path: Path, seconds: float = 2.0, width: int = 640, height: int = 480) -> Path:
    """A clip of a drawn person for a browser's camera, which plays it again and again: MJPEG."""
    scene = Scene(width, height, people=1)
    coder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt = width, height, "yuvj420p"
    coder.framerate = Fraction(FPS)
    coder.options = {"qscale": "3"}
    with path.open("wb") as file:
        for number in range(round(seconds * FPS)):
            picture = av.VideoFrame.from_ndarray(scene.render(number / FPS), format="bgr24")
            for packet in coder.encode(picture.reformat(format="yuvj420p")):
                file.write(bytes(packet))
    return path


@contextmanager
def filming(clip: Path) -> Iterator[Browser]:
    """Chromium whose camera films this clip and which lets every page use it."""
    if not CHROMIUM.exists():
        lacking("Chromium")
    camera = f"{CAMERA} --use-file-for-fake-video-capture={clip}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET.split(), *camera.split()])
        try:
            yield browser
        finally:
            browser.close()


def publish(page: Page, url: str, token: str | None = None, fps: int = FPS) -> tuple[int, str | None]:
    """Publishes the camera from the page it is on; the answer's status and the session's URL."""
    wish = {"url": url, "token": token, "width": 640, "height": 480, "fps": fps}
    answer = page.evaluate(PUBLISH, wish)
    return answer["status"], answer["session"]
