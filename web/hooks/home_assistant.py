"""What Home Assistant is told so that a device with its entities appears for each stream (MQTT discovery).

As https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery has it: a retained message for each entity
at PREFIX/COMPONENT/NODE/OBJECT/config, an empty one to take it away. A template that comes to `None` makes an
entity "unknown": no face was seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.reading import EMOTIONS
from web.messages import encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from web.hooks.mqtt_topics import Topics

BIRTH = "online"
"""What Home Assistant says when it has started."""

EVENTS = (
    "emotion.dominant.changed",
    "emotion.threshold.started",
    "emotion.threshold.ended",
    "faces.present.started",
    "faces.present.ended",
    "stream.lost",
    "stream.back",
)
"""What the events of a stream may be called."""

_ICONS = {
    "anger": "mdi:emoticon-angry-outline",
    "contempt": "mdi:emoticon-cool-outline",
    "disgust": "mdi:emoticon-sick-outline",
    "fear": "mdi:emoticon-frown-outline",
    "happiness": "mdi:emoticon-happy-outline",
    "neutral": "mdi:emoticon-neutral-outline",
    "sadness": "mdi:emoticon-sad-outline",
    "surprise": "mdi:emoticon-excited-outline",
}
_FACES = "{{ (value_json.faces / value_json.frames + 0.5) | int if value_json.frames else none }}"
_EVENT = (
    "{{ {'event_type': value_json.type, 'rule': value_json.data.rule, 'before': value_json.data.before, "
    "'after': value_json.data.after, 'duration': value_json.data.duration} | tojson }}"
)


@dataclass(frozen=True, slots=True)
class _Entity:
    component: str
    name: str
    about: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HomeAssistant:
    """`window` is the one whose scores are shown; with `scores` false none are published to show.

    `address` is that of the dashboard, where it is known, as others reach it.
    """

    prefix: str
    topics: Topics
    window: str
    version: str
    scores: bool = True
    address: str | None = None

    @property
    def status(self) -> str:
        """Where Home Assistant says that it has started."""
        return f"{self.prefix}/status"

    def messages(self, stream: str, *, group: bool = False) -> dict[str, str]:
        """All that is to be retained for a stream or group, by topic. A group has no connection."""
        return {
            self._topic(stream, entity): encode(self._config(stream, entity, group=group))
            for entity in self._entities(stream)
            if not (group and entity.component == "binary_sensor")
        }

    def topics_of(self, stream: str) -> list[str]:
        """All that may be retained for a stream or group."""
        return [self._topic(stream, entity) for entity in self._entities(stream)]

    def _entities(self, stream: str) -> Iterator[_Entity]:
        yield _Entity("binary_sensor", "online", self._connection(stream))
        yield _Entity("event", "event", self._event(stream))
        if self.scores:
            state = {"state_topic": self.topics.scores(stream, self.window)}
            yield _Entity("sensor", "dominant", {**state, **_DOMINANT})
            yield _Entity("sensor", "faces", {**state, **_FACES_SENSOR})
            for emotion in EMOTIONS:
                yield _Entity("sensor", emotion, {**state, **_mean(emotion)})

    def _connection(self, stream: str) -> dict[str, object]:
        return {
            "name": "Online",
            "device_class": "connectivity",
            "entity_category": "diagnostic",
            "state_topic": self.topics.availability(stream),
            "payload_on": "online",
            "payload_off": "offline",
        }

    def _event(self, stream: str) -> dict[str, object]:
        return {
            "name": "Event",
            "icon": "mdi:drama-masks",
            "state_topic": self.topics.event(stream),
            "event_types": EVENTS,
            "value_template": _EVENT,
        }

    def _config(self, stream: str, entity: _Entity, *, group: bool) -> dict[str, object]:
        return {
            "unique_id": f"{self._node(stream)}_{entity.name}",
            **entity.about,
            **self._available(stream, entity),
            "device": self._device(stream, group=group),
            "origin": {"name": "Semblance", "sw_version": self.version},
        }

    def _device(self, stream: str, *, group: bool) -> dict[str, object]:
        link = {"configuration_url": self.address} if self.address else {}
        return {
            "identifiers": [self._node(stream)],
            "name": f"Semblance {stream}",
            "manufacturer": "Semblance",
            "model": "Group of streams" if group else "Stream",
            "sw_version": self.version,
            **link,
        }

    def _available(self, stream: str, entity: _Entity) -> dict[str, object]:
        """Scores need the connection; what tells of it does not, nor events, some of which tell of it."""
        topics = [self.topics.status]
        if entity.component == "sensor":
            topics.append(self.topics.availability(stream))
        return {"availability": [{"topic": topic} for topic in topics], "availability_mode": "all"}

    def _topic(self, stream: str, entity: _Entity) -> str:
        return f"{self.prefix}/{entity.component}/{self._node(stream)}/{entity.name}/config"

    def _node(self, stream: str) -> str:
        """Unique among the streams of all services at the broker, which differ by their topic.

        Topics of discovery allow letters, digits, hyphens and underscores alone.
        """
        whole = f"{self.topics.base}/{stream}"
        plain = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in whole)
        if "_" not in self.topics.base and "." not in whole and whole.count("/") == 1:
            return plain
        return f"{plain}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


_DOMINANT: Mapping[str, object] = {
    "name": "Dominant expression",
    "icon": "mdi:drama-masks",
    "device_class": "enum",
    "options": EMOTIONS,
    "value_template": "{{ value_json.dominant }}",
}
_FACES_SENSOR: Mapping[str, object] = {
    "name": "Faces",
    "icon": "mdi:account-multiple",
    "state_class": "measurement",
    "value_template": _FACES,
}


def _mean(emotion: str) -> dict[str, object]:
    """Off until somebody switches it on: eight numbers that change with every window fill a database."""
    scores = "value_json.windowMeanScores"
    return {
        "name": emotion.capitalize(),
        "icon": _ICONS[emotion],
        "unit_of_measurement": "%",
        "state_class": "measurement",
        "enabled_by_default": False,
        "value_template": f"{{{{ ({scores}.{emotion} * 100) | round | int if {scores} else none }}}}",
    }
