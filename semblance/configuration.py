"""The settings read from a YAML file and the environment; every mistake is named by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict, SettingsError

from semblance.failure import UsageFailure
from semblance.mistakes import mistakes
from semblance.settings import Settings
from stream.spec import StreamSpec

if TYPE_CHECKING:
    from pathlib import Path

DEMO = StreamSpec(id="demo", url="pattern:?people=2&fps=12", fps=12)


class ConfigurationError(UsageFailure):
    """The settings cannot be used; one line a mistake, each with its path."""


def load(path: Path | None = None) -> Settings:
    """The settings of a YAML file (none: the defaults) and the environment. Raises `ConfigurationError`."""

    class FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=path)

    if path is not None:
        _check_yaml(path)
    try:
        return FromFile()
    except ValidationError as error:
        raise ConfigurationError("\n".join(mistakes(error))) from None
    except SettingsError as error:
        raise ConfigurationError(f"environment: {error}; lists and objects are given as JSON") from None


def for_serving(path: Path | None, host: str | None, port: int | None) -> Settings:
    """The settings of a file, with what the command line says on top. Raises `ConfigurationError`."""
    return _listening(load(path), host, port)


def for_demo(host: str | None, port: int | None, folder: Path) -> Settings:
    """The environment's settings, and the rendered stream as the only one; what it keeps lies in `folder`."""
    settings = load()
    demo = {
        "streams": (DEMO,),
        "history": settings.history.model_copy(update={"url": SecretStr(str(folder / "history.db"))}),
        "emotion_api": settings.emotion_api.model_copy(update={"folder": folder / "operations"}),
    }
    return _listening(settings.model_copy(update=demo), host, port)


def schema() -> dict[str, Any]:
    """The JSON schema of the YAML file."""
    return Settings.model_json_schema()


def parse(path: Path) -> object:
    """What a YAML file holds. Raises `ConfigurationError`."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text, so no YAML file") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None


def _listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    server = settings.server
    changed = server.model_copy(
        update={"host": host or server.host, "port": server.port if port is None else port}
    )
    return settings.model_copy(update={"server": changed})


def _check_yaml(path: Path) -> None:
    content = parse(path)
    if content is not None and not isinstance(content, dict):
        raise ConfigurationError(f"{path}: holds no keys; it should have some such as `streams:` at the top")
