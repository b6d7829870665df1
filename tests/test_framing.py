"""Messages in WebSocket frames, as a client of another's making reads them."""

from __future__ import annotations

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from web.framing import framed


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_client_reads_text_and_pictures_of_any_size(size: int) -> None:
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), state=OPEN)
    text, picture = "ü" * (size // 2), bytes(size)
    client.receive_data(framed(text) + framed(picture))
    frames = [event for event in client.events_received() if isinstance(event, Frame)]
    assert [(each.opcode, bytes(each.data)) for each in frames] == [
        (Opcode.TEXT, text.encode()),
        (Opcode.BINARY, picture),
    ]
