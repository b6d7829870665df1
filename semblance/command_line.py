"""The command line: every command with its options, and what one ends with."""

from __future__ import annotations

from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from models.printable import printable
from semblance.erase_command import erase
from semblance.export_command import export
from semblance.failure import Failure, UsageFailure
from semblance.models_command import models_app
from semblance.rules_command import rules_app
from semblance.stopping import Stop

if TYPE_CHECKING:
    from semblance.settings import Settings

Format: TypeAlias = Literal["jsonl", "csv", "parquet", "emotion-api"]
Weights: TypeAlias = Literal["equal", "quality"]
Detail: TypeAlias = Literal["low", "normal", "high"]
Provider: TypeAlias = Literal["auto", "cpu", "cuda", "tensorrt"]


class LiveMessage(StrEnum):
    """What `watch` can ask for."""

    SUMMARY = "summary"
    EVENT = "event"
    READING = "reading"
    STATUS = "status"
    MARKER = "marker"


_OURS = "\n"
"""Parts the mistakes of a message, each of which is a line; what files and servers say has none."""

app = typer.Typer(
    name="semblance",
    help="Reads apparent facial expression from live video: stream URLs in, window scores out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(help="The configuration file.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(rules_app, name="rules")
app.add_typer(config_app, name="config")

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="YAML; `semblance config schema` says what.")
]
HostOption = Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 unless configured.")]
PortOption = Annotated[
    int | None, typer.Option(min=0, max=65535, help="8484 unless configured; 0: any free.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"semblance {version('semblance')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Reads apparent facial expression from live video: stream URLs in, window scores out."""


@app.command()
def serve(config: ConfigOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """The service: streams, API, live WebSocket, dashboard."""
    from semblance.configuration import for_serving

    _run(for_serving(config, host, port), advise=True)


@app.command()
def demo(host: HostOption = None, port: PortOption = None) -> None:
    """The service on a rendered test stream: no camera, no network, no file that stays."""
    from tempfile import TemporaryDirectory

    from semblance.configuration import for_demo

    with TemporaryDirectory(prefix="semblance-") as folder:
        _run(for_demo(host, port, Path(folder)))


@app.command()
def analyze(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Videos, pictures, folders of them.")],
    kind: Annotated[
        Format | None, typer.Option("--format", help="What is written; jsonl unless given.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="A file, or a folder/ for a result each; standard output unless given."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out files whose results are in the folder, and newer.")
    ] = False,
    window: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds in a window.")] = 2.0,
    interval: Annotated[float, typer.Option(min=0.05, max=3600, help="Seconds between windows.")] = 0.5,
    weights: Annotated[Weights, typer.Option(help="What each face counts for in a window.")] = "equal",
    fps: Annotated[
        float | None,
        typer.Option(min=0.01, max=240, help="At most so many frames a second; every one unless given."),
    ] = None,
    video: Annotated[
        str | None,
        typer.Option(
            metavar="OUT.mp4", help="A copy with what was found drawn into it; a folder/ for several videos."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="OUT.html", help="A page about all files, to be looked at.")
    ] = None,
    with_pictures: Annotated[
        bool, typer.Option("--with-pictures", help="Small pictures of faces in the report.")
    ] = False,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Of the detector, for a face; what suits the model unless given."),
    ] = None,
    detail: Annotated[
        Detail | None,
        typer.Option(help="How small faces may be; high for pictures and normal for videos unless given."),
    ] = None,
    detect_every: Annotated[
        str | None,
        typer.Option(
            metavar="auto|1-30",
            help="Search all of the picture for faces in every so many frames, and in the first of each "
            "batch of at most eight (4K: two); auto unless configured.",
        ),
    ] = None,
    detector: Annotated[
        str | None, typer.Option(help="A model's name or a manifest.json's path; `models list` has names.")
    ] = None,
    classifier: Annotated[str | None, typer.Option(help="Likewise.")] = None,
) -> None:
    """Videos and pictures, as fast as the machine can: every frame, and every face in it."""
    stop = Stop()
    stop.install()
    if "" in files:
        raise UsageFailure("a FILE has an empty name; is a variable of the shell not set?")
    if interval > window:
        raise UsageFailure(
            f"--interval {interval:g} is longer than --window {window:g}: what lies between two would be "
            f"in no window; name at most --interval {window:g}, or a longer --window"
        )
    from semblance.analyzing import analyze as run
    from semblance.files.making import Windows
    from semblance.files.wanted import Products, Wishes, every_of

    windows = Windows(window, interval, weights)
    products = Products(windows, kind, output, video, report, with_pictures, resume)
    every = None if detect_every is None else every_of(detect_every)
    wishes = Wishes(detector, classifier, detail, min_confidence, fps, every)
    try:
        run([Path(file) for file in files], products, wishes, stop)
    finally:
        stop.end()


@app.command()
def watch(
    url: Annotated[str, typer.Argument(help="The service.")] = "http://127.0.0.1:8484",
    stream: Annotated[str | None, typer.Option(help="Only this stream.")] = None,
    window: Annotated[str | None, typer.Option(help="Only this window, `2s` say.")] = None,
    message: Annotated[
        list[LiveMessage] | None,
        typer.Option(help="Of the JSON lines: what is wanted, several times; summaries unless given."),
    ] = None,
    token: Annotated[
        str | None, typer.Option(envvar="SEMBLANCE_TOKEN", help="Where the service wants one.")
    ] = None,
) -> None:
    """Live window scores of a running service: bars on a terminal, lines of JSON in a pipe."""
    from semblance.watch.command import run

    run(url, stream, window, message or [LiveMessage.SUMMARY], token)


@app.command()
def bench(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A video to be played instead of drawn people.")
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Of the drawn pictures; 640x360 unless given.")
    ] = None,
    fps: Annotated[
        float, typer.Option(min=1, max=120, help="Frames a second analysed of each stream.")
    ] = 10.0,
    camera_fps: Annotated[
        float | None,
        typer.Option(min=1, max=120, help="That a drawn camera sends and that are decoded; 25 unless given."),
    ] = None,
    faces: Annotated[
        int | None, typer.Option(min=1, max=6, help="Drawn people in each stream; 1 unless given.")
    ] = None,
    latency: Annotated[
        float, typer.Option(min=0.01, max=60, help="Seconds from capture to reading, for 95 % of the frames.")
    ] = 0.5,
    seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="How long each number of streams is watched.")
    ] = 4.0,
    provider: Annotated[
        Provider | None, typer.Option(help="What the models run on; as in the configuration unless given.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=1024, help="Try no more streams than these.")] = 1024,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """How many streams this machine carries, where its time goes and what keeps it from carrying more."""
    stop = Stop()
    stop.install()
    from semblance.bench.wishes import Wishes, material

    played = material(file, size, faces, camera_fps, fps)
    wishes = Wishes(played, fps, latency, seconds, provider, most)
    from semblance.bench.command import bench as run

    try:
        run(wishes, stop, as_json=as_json)
    finally:
        stop.end()


app.command()(export)
app.command()(erase)


@config_app.command("check")
def config_check(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Every mistake in a configuration file, with its path."""
    from semblance.configuration import load

    settings = load(file)
    typer.echo(f"{file}: good, {len(settings.streams)} streams and {len(settings.windows)} windows")


@config_app.command("schema")
def config_schema() -> None:
    """The JSON schema of the configuration file."""
    import json

    from semblance.configuration import schema

    typer.echo(json.dumps(schema(), indent=2))


def status() -> int:
    """What the command on the command line ends with, after it has run."""
    try:
        ended = app(standalone_mode=False)
    except typer.TyperException as error:
        # The mark is the validator's, for programmers.
        return _failed(error.format_message().replace("Value error, ", ""), error.exit_code)
    except Failure as failure:
        return _failed(str(failure), failure.status)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    return ended if isinstance(ended, int) else 0


def _run(settings: Settings, *, advise: bool = False) -> None:
    from semblance.serving import run  # takes a second or two; mistakes in the settings are told before that

    run(settings, advise=advise)


def _failed(message: str, status: int) -> int:
    if message:  # there is none where the help was shown instead
        typer.echo(f"semblance: {printable(message, keep=_OURS)}", err=True)
    return status
