"""The settings of hooks, with the path of each mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from semblance.configuration import ConfigurationError, load
from web.hooks.definition import Command
from web.hooks.hook import HookFilter
from web.hooks.secret import new_secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from semblance.hooks_settings import Hooks

SECRET = new_secret()
LIGHTS = f'id: lights, url: "https://user:hunter2@example.org/hook", secrets: ["{SECRET}"]'


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Hooks]:
    def read(text: str) -> Hooks:
        path = tmp_path / "semblance.yaml"
        path.write_text("hooks:\n" + text, encoding="utf-8")
        return load(path).hooks

    return read


def test_a_webhook_is_read_with_what_it_wants(read: Callable[[str], Hooks]) -> None:
    hooks = read(f"  webhooks: [{{{LIGHTS}, rules: [laughing], streams: '*', max_age: 60, concurrency: 2}}]")
    webhook = hooks.webhooks[0].options()
    assert webhook.url == "https://user:hunter2@example.org/hook"
    assert [secret.value for secret in webhook.secrets] == [SECRET]
    assert webhook.filter == HookFilter(frozenset({"laughing"}), None)
    assert (webhook.max_age, webhook.concurrency, webhook.enabled) == (60, 2, True)
    assert "hunter2" not in repr(hooks)
    assert SECRET not in repr(hooks) + repr(webhook)


def test_secrets_may_come_from_a_file_and_the_environment(
    read: Callable[[str], Hooks], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_secret(), new_secret()
    (tmp_path / "secret").write_text(first + "\n", encoding="utf-8")
    monkeypatch.setenv("LIGHTS", second)
    places = f"secrets_file: {tmp_path / 'secret'}, secrets_env: LIGHTS"
    hooks = read(f"  webhooks: [{{{LIGHTS}, {places}}}]")
    assert [secret.value for secret in hooks.webhooks[0].options().secrets] == [SECRET, first, second]


def test_a_command_is_read_as_a_vector(read: Callable[[str], Hooks]) -> None:
    hooks = read("  commands: [{id: notify, command: [/bin/notify, --quiet], timeout: 3}]")
    assert hooks.commands[0].options() == Command("notify", ("/bin/notify", "--quiet"), timeout=3)


def test_what_the_operator_allows_may_be_private(read: Callable[[str], Hooks]) -> None:
    hooks = read(
        f"  allow: [192.168.1.0/24]\n"
        f"  webhooks: [{{id: a, url: 'http://192.168.1.7:8080/', secrets: ['{SECRET}']}}]"
    )
    assert hooks.allow == ("192.168.1.0/24",)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("  webhooks: [{id: a, url: 'https://a.example'}]", "hooks.webhooks[0]: a webhook needs a secret"),
        (
            "  webhooks: [{id: a, url: 'https://a.example', secrets: [hunter2]}]",
            "hooks.webhooks[0].secrets[0]: A secret starts with 'whsec_'",
        ),
        (
            f"  webhooks: [{{id: a, url: 'ftp://a.example', secrets: ['{SECRET}']}}]",
            "hooks.webhooks[0].url: An address starts with http:// or https://.",
        ),
        (
            f"  webhooks: [{{id: a, url: 'http://192.168.1.7/', secrets: ['{SECRET}']}}]",
            "hooks.webhooks[0].url: 192.168.1.7 is a private address.",
        ),
        (
            "  webhooks: [{id: a, url: 'https://a.example', secrets_file: /nowhere}]",
            "hooks.webhooks[0]: secrets_file: /nowhere cannot be read",
        ),
        (
            "  webhooks: [{id: a, url: 'https://a.example', secrets_env: NOWHERE}]",
            "hooks.webhooks[0]: secrets_env: there is no variable NOWHERE",
        ),
        (f"  webhooks: [{{{LIGHTS}}}, {{{LIGHTS}}}]", "hooks.webhooks[1]: the hook id 'lights' is there"),
        (f"  webhooks: [{{{LIGHTS}, rules: laughing}}]", 'hooks.webhooks[0].rules: Either "*" for all'),
        (f"  webhooks: [{{{LIGHTS}, streams: [a b]}}]", "hooks.webhooks[0].streams[0]: An id is"),
        (f"  webhooks: [{{{LIGHTS}, max_age: -1}}]", "hooks.webhooks[0].max_age: "),
        ("  commands: [{id: a, command: []}]", "hooks.commands[0].command: "),
        ("  commands: [{id: a, command: ['']}]", "hooks.commands[0].command[0]: the program has no name"),
        ("  commands: [{id: a, command: rm -rf}]", "hooks.commands[0].command: "),
        ("  commands: [{id: ., command: [a]}]", "hooks.commands[0].id: An id is"),
        ("  webhooks: [{id: .., url: 'https://a.example'}]", "hooks.webhooks[0].id: An id is"),
        ("  commands: [{id: mqtt, command: [a]}]", "hooks.commands[0].id: The id 'mqtt' is kept"),
        (
            f"  webhooks: [{{{LIGHTS}}}]\n  commands: [{{id: lights, command: [a]}}]",
            "hooks.commands[0].id: 'lights' is the id of a webhook",
        ),
        ("  allow: [192.168.1.1/24]", "hooks.allow[0]: "),
        ("  python: mine", 'hooks.python: either "*"'),
        ("  disable_after: 0", "hooks.disable_after: "),
    ],
)
def test_a_mistake_is_named_by_its_path(read: Callable[[str], Hooks], text: str, mistake: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(text)
    assert str(refused.value).startswith(mistake)
    assert "hunter2" not in str(refused.value)
