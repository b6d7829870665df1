"""A webhook as it is kept in the database, with its secrets."""

from __future__ import annotations

import json

from web.hooks.definition import Webhook
from web.hooks.hook import HookFilter
from web.hooks.secret import Secret
from web.messages import encode


def write_webhook(webhook: Webhook) -> str:
    wanted = webhook.filter
    return encode(
        {
            "url": webhook.url,
            "secrets": [{"value": secret.value, "until": secret.until} for secret in webhook.secrets],
            "rules": None if wanted.rules is None else sorted(wanted.rules),
            "streams": None if wanted.streams is None else sorted(wanted.streams),
            "maxAge": webhook.max_age,
            "concurrency": webhook.concurrency,
            "enabled": webhook.enabled,
        }
    )


def read_webhook(name: str, document: str) -> Webhook:
    """Raises `ValueError` where `write_webhook` did not write it."""
    try:
        found = json.loads(document)
        return Webhook(
            id=name,
            url=found["url"],
            secrets=tuple(Secret(each["value"], each["until"]) for each in found["secrets"]),
            filter=HookFilter.of(found["rules"], found["streams"]),
            max_age=found["maxAge"],
            concurrency=found["concurrency"],
            enabled=found["enabled"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"It lacks {error}.") from None
