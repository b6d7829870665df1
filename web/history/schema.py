"""The tables of the history. Times are whole microseconds since the epoch, UTC; documents are JSON."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# A number that the database gives; SQLite gives them to "INTEGER" alone.
_Number = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("stream", String(64)),
    Column("rule", String(64)),
    Column("name", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index("events_by_stream", "stream", "at", "id"),
    Index("events_by_time", "at", "id"),
)
"""`document` is the event as `web.messages.event_json` writes it."""

markers = Table(
    "markers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("stream", String(64)),
    Column("at", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Index("markers_by_time", "at", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("hook", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("stream", String(64)),
    Column("event_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Index("outbox_by_hook", "hook", "state", "stream", "id"),
    Index("outbox_by_event", "event"),
)
"""One event on its way to one hook. `state`: waiting, delivered, failed, expired or cancelled.

Its age counts from `event_at`: when the rule fired, or when somebody asked for it to be sent again.
"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("hook", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("answer", Text),
    Index("deliveries_by_hook", "hook", "id"),
    Index("deliveries_by_time", "at"),
)
"""One attempt. `outcome`: delivered, failed, expired or cancelled; `answer` is its first characters."""

hook_states = Table(
    "hook_states",
    metadata,
    Column("hook", String(64), primary_key=True),
    Column("failing_since", BigInteger),
    Column("disabled_at", BigInteger),
    Column("reason", Text),
)

definitions = Table(
    "definitions",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)
"""What was made over REST and shall outlive a restart: `kind` is rule or webhook."""

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`schema`: which of these tables' forms the database has."""

series = Table(
    "series",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("stream", String(64), nullable=False),
    Column("window", String(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("interval", BigInteger, nullable=False),
    Column("smoothing_delay", BigInteger, nullable=False),
    Column("weights", String(16), nullable=False),
    UniqueConstraint("stream", "window", "length", "interval", "smoothing_delay", "weights"),
    sqlite_autoincrement=True,  # a number must never come to mean another series
)
"""What all summaries of one window of one stream or group have in common. A window that is configured
otherwise under its old name is another series. `interval` is 0 where it is not known.
"""

tail = Table(
    "tail",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("first_end", BigInteger, nullable=False),
    Column("last_end", BigInteger, nullable=False),
    Column("records", LargeBinary, nullable=False),
)
"""The newest summaries as they came, a second's of all series in a row: `web.history.records.RECORD`."""

blocks = Table(
    "blocks",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("series", BigInteger, nullable=False),
    Column("first_end", BigInteger, nullable=False),
    Column("last_end", BigInteger, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("blocks_by_series", "series", "last_end"),
)
"""Older summaries of one series, by their ends, packed: `web.history.block`."""
