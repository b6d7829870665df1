"""One WebRTC connection to a peer that sends us video."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import time
from typing import TYPE_CHECKING

from aioice import Candidate
from aiortc import RTCCertificate, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters
from aiortc.rtcicetransport import RTCIceParameters

from stream.source import SourceError
from stream.webrtc.answers import read_answer, write_offer
from stream.webrtc.dtls import DtlsTransport
from stream.webrtc.failures import ClosedError
from stream.webrtc.ice import Gatherer
from stream.webrtc.negotiation import Transport
from stream.webrtc.receiver import VideoReceiver

if TYPE_CHECKING:
    from stream.webrtc.incoming import IncomingVideo
    from stream.webrtc.negotiation import Agreement
    from stream.webrtc.offers import Offer
    from stream.webrtc.options import WebRtcOptions

logger = logging.getLogger(__name__)

_LOOK = 0.5  # seconds between two looks at what the peer does


class Peer:
    """Connects in the background once both sides have described themselves, and frees everything when the
    connection is lost. How it ended is what `video.next` raises. `close` must be called in any case.
    """

    def __init__(self, options: WebRtcOptions, video: IncomingVideo) -> None:
        self.video = video
        self._options = options
        self._gatherer = Gatherer(options)
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = DtlsTransport(self._ice, RTCCertificate.generateCertificate())
        self._changed = asyncio.Event()
        self._ice.on("statechange", self._changed.set)
        self._dtls.on("statechange", self._changed.set)
        self._gathering: asyncio.Task[None] | None = None
        self._life: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._freeing = False  # which nothing may interrupt

    async def answer(self, offer: Offer) -> str:
        """Raises `FullError` when no port is left, `ClosedError` when it is closed meanwhile."""
        await self._gather()
        self._begin(offer.agreement, active=offer.setup == "active", controlling=offer.agreement.peer.lite)
        return offer.answer(self._own(offer.setup))

    async def offer_video(self) -> str:
        """Asks for one video, with all our candidates; raises as `answer` does."""
        await self._gather()
        return write_offer(self._own("actpass"))

    async def accept(self, answer: str) -> None:
        """Takes the answer to `offer_video`; raises `AnswerError`, or `ClosedError` after `close`."""
        self._check_open()
        agreement = read_answer(answer)
        self._begin(agreement, active=agreement.peer.setup == "passive", controlling=True)

    async def close(self) -> None:
        """Frees ports, tasks and decoder, and ends an answer that is still being made.

        May be called any number of times; it goes on to its end even where its caller is cancelled.
        """
        self._closing = self._closing or asyncio.create_task(
            self._close(), name=f"closing of {self.video.name}"
        )
        await asyncio.wait([self._closing])
        self._closing.result()

    async def _close(self) -> None:
        if self._gathering:
            self._gathering.cancel()
            await asyncio.gather(self._gathering, return_exceptions=True)
        if self._life and not self._freeing:
            self._life.cancel()
        if self._life:
            await asyncio.wait([self._life])
        if not self._freeing:  # it never lived, not even to its end
            await self._free()
        if not await self.video.close():
            logger.info("%s: the decoder is still busy and ends by itself.", self.video.name)

    async def _gather(self) -> None:
        self._check_open()
        gathering = self._gathering = asyncio.create_task(
            self._gatherer.gather(), name=f"candidates for {self.video.name}"
        )
        await asyncio.wait([gathering])
        self._check_open()
        gathering.result()

    def _check_open(self) -> None:
        if self._closing:
            raise ClosedError(f"{self.video.name} was turned away before it had connected.")

    def _own(self, setup: str) -> Transport:
        connection = self._gatherer.connection
        marks = self._dtls.getLocalParameters().fingerprints
        return Transport(
            connection.local_username,
            connection.local_password,
            tuple(f"{mark.algorithm} {mark.value}" for mark in marks if mark.algorithm == "sha-256"),
            setup,
            tuple(candidate.to_sdp() for candidate in connection.local_candidates),
        )

    def _begin(self, agreement: Agreement, *, active: bool, controlling: bool) -> None:
        self._dtls._set_role("client" if active else "server")  # noqa: SLF001 - by ICE's role otherwise
        self._gatherer.connection.ice_controlling = controlling
        receiver = VideoReceiver(agreement, self.video, self._dtls)
        self._dtls._register_rtp_receiver(receiver, receiver.parameters(agreement))  # noqa: SLF001
        self._life = asyncio.create_task(self._live(agreement, receiver), name=f"peer of {self.video.name}")

    async def _live(self, agreement: Agreement, receiver: VideoReceiver) -> None:
        limits = self.video.limits
        try:
            async with asyncio.timeout(limits.open):
                await self._connect(agreement.peer)
            await self._watch(receiver)
        except TimeoutError:
            self.video.fail(self._unconnected())
        except SourceError as error:
            self.video.fail(error)
        except Exception:  # what a peer sends must not end the service
            logger.exception("%s: the connection broke in an unforeseen way.", self.video.name)
            self.video.fail(SourceError("protocol", f"{self.video.name} sent what could not be handled."))
        finally:
            await self._free()

    async def _connect(self, peer: Transport) -> None:
        """The peer may name no candidates, or send more later that never reach us: its checks tell."""
        connection = self._gatherer.connection
        for text in peer.candidates:
            if (candidate := _candidate(text)) and connection.hears(candidate.host):
                await connection.add_remote_candidate(candidate)
        await self._ice.start(RTCIceParameters(peer.username, peer.password, peer.lite))
        if self._ice.state != "completed":
            raise self._unconnected()
        marks = [RTCDtlsFingerprint(*mark.split()) for mark in peer.fingerprints]
        await self._dtls.start(RTCDtlsParameters(marks))
        if self._dtls.state != "connected":
            reason = self._dtls.failure or "The connection was closed during the handshake."
            raise SourceError("tls", f"{self.video.name} could not be connected to securely. {reason}")

    async def _watch(self, receiver: VideoReceiver) -> None:
        """Until the connection is lost, which it raises."""
        limits = self.video.limits
        connected = time.monotonic()
        while True:
            now = time.monotonic()
            if self._lost() or receiver.disconnected or receiver.said_goodbye(now):
                raise SourceError("ended", f"{self.video.name} has gone: it closed the connection.")
            heard, limit = receiver.heard, limits.stall
            if heard is None:
                heard, limit = connected, limits.first_frame
            left = heard + limit - now
            if left <= 0:
                raise SourceError(
                    "timeout", f"{self.video.name} has gone: it has sent no video for {limit:g} s."
                )
            if receiver.keyless_since and now - receiver.keyless_since > limits.first_frame:
                raise SourceError(
                    "timeout",
                    f"{self.video.name} sends video, but no key frame within {limits.first_frame:g} s. "
                    "Set its key frame interval to 2 s.",
                )
            await receiver.tell(now)
            await self._news(min(left, _LOOK))

    async def _news(self, within: float) -> None:
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._changed.wait()

    def _lost(self) -> bool:
        return self._dtls.state in ("closed", "failed") or self._ice.state in ("closed", "failed")

    def _unconnected(self) -> SourceError:
        first, last = self._options.ports
        return SourceError(
            "timeout",
            f"{self.video.name} did not connect within {self.video.limits.open:g} s. "
            f"Check that UDP passes between it and the ports {first}-{last} here; "
            "behind a NAT or in a container set webrtc.addresses.",
        )

    async def _free(self) -> None:
        self._freeing = True
        pump = self._dtls._task  # noqa: SLF001 - stop() does not wait for it
        await self._dtls.stop()
        if pump:
            (ended,) = await asyncio.gather(pump, return_exceptions=True)
            if isinstance(ended, Exception) and not isinstance(ended, ConnectionError):
                logger.error("%s: its packets could not be handled.", self.video.name, exc_info=ended)
        await self._ice.stop()


def _candidate(text: str) -> Candidate | None:
    """A peer's candidate; `None` for TCP, for names (browsers hide addresses behind .local), for nonsense."""
    try:
        candidate = Candidate.from_sdp(text)
        ipaddress.ip_address(candidate.host)
    except ValueError:
        return None
    usable = candidate.transport.lower() == "udp" and candidate.component == 1 and 0 < candidate.port < 65536
    return candidate if usable else None
