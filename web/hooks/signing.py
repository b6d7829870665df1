"""The headers by which a receiver knows that a webhook is ours, by Standard Webhooks 1.0.0."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.hooks.secret import Secret


def signed(secrets: Sequence[Secret], event_id: str, body: str, at: float) -> dict[str, str]:
    """The headers of an attempt made `at` (UTC seconds), signed with each secret that still signs then.

    `event_id` is the same over all attempts; the time is each attempt's own, or receivers would take a late
    one for a replay.
    """
    second = math.floor(at)
    moment = datetime.fromtimestamp(second, UTC)
    signatures = [
        Webhook(secret.value).sign(event_id, moment, body) for secret in secrets if secret.signs(at)
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(signatures),
    }
