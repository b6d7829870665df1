"""An RTSP server on loopback that plays coded clips in a loop, as a camera would; run by Debian's own Python.

    /usr/bin/python3 -m tests.e2e.rtsp_server [--user name:password] [--protect /path] /path=clip.au ...

Nothing is coded again: the access units of a clip (`tests/e2e/clips.py` writes them) are sent as they are,
with time stamps that go on rising from round to round. Each client gets the clip from its beginning. The
first line on stdout is the port.
"""

from __future__ import annotations

import argparse
import sys
from itertools import count
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402  the versions have to be named first

from tests.e2e.coded_clip import Clip  # noqa: E402

LAUNCH = (
    "( appsrc name=units format=time max-bytes=200000 "
    "caps=video/x-h264,stream-format=byte-stream,alignment=au "
    "! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def mount(clip: Clip) -> Any:
    """A factory that makes a pipeline of its own for each client."""
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(LAUNCH)
    factory.connect("media-configure", lambda _factory, media: play(clip, media))
    return factory


def play(clip: Clip, media: Any) -> None:
    numbers = count()
    source = media.get_element().get_child_by_name("units")
    source.connect("need-data", lambda source, _bytes: feed(source, clip, next(numbers)))


def feed(source: Any, clip: Clip, number: int) -> None:
    unit = Gst.Buffer.new_wrapped(clip.units[number % len(clip.units)])
    unit.pts = unit.dts = int(number * Gst.SECOND / clip.fps)
    unit.duration = int(Gst.SECOND / clip.fps)
    source.emit("push-buffer", unit)


def allow(factory: Any, anybody: bool) -> None:
    """Who may not `construct` is asked for a password (401); who may not `access` would be told 404."""
    permissions = GstRtspServer.RTSPPermissions.new()
    for role, permitted in (("member", True), ("anybody", anybody)):
        permissions.add_permission_for_role(role, "media.factory.access", True)
        permissions.add_permission_for_role(role, "media.factory.construct", permitted)
    factory.set_permissions(permissions)


def token(role: str) -> Any:
    made = GstRtspServer.RTSPToken.new()
    made.set_string("media.factory.role", role)
    return made


def authentication(user: str, digest: bool) -> Any:
    """`user` is name:password."""
    name, password = user.split(":", 1)
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_default_token(token("anybody"))
    if digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(name, password, token("member"))
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(name, password), token("member"))
    return auth


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", default="0")
    parser.add_argument("--user", help="name:password of the one who may see what is protected")
    parser.add_argument("--certificate", help="PEM of a certificate and its key: speaks TLS only")
    parser.add_argument("--digest", action="store_true", help="digest authentication instead of basic")
    parser.add_argument("--protect", action="append", default=[], help="a path that asks for the password")
    parser.add_argument("mounts", nargs="+", help="/path=clip.au")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    if options.user:
        server.set_auth(authentication(options.user, options.digest))
    if options.certificate:
        auth = server.get_auth() or GstRtspServer.RTSPAuth.new()
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.certificate))
        server.set_auth(auth)
    clips: dict[str, Clip] = {}
    for path, file in (argument.split("=", 1) for argument in options.mounts):
        factory = mount(clips.setdefault(file, Clip.read(Path(file))))
        if options.user:
            allow(factory, anybody=path not in options.protect)
        server.get_mount_points().add_factory(path, factory)
    if server.attach(None) == 0:
        sys.exit(f"port {options.port} cannot be bound")
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
