"""Live feeds for tests: senders, servers and recorders that are real, on loopback."""

import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from latprobe.cli.feed import feed
from latprobe.cli.main import main
from latprobe.errors import LatprobeError
from latprobe.feed.writer import FeedWriter

PATIENCE_S: Final = 30.0
"""Nothing that a test waits for takes so long, however busy the machine is."""
GROUP: Final = "239.195.7.11"
"""A group of the administratively scoped kind (RFC 2365)."""

_fork_server = multiprocessing.get_context("forkserver")
_fork_server.set_forkserver_preload(["latprobe.cli.main", "latprobe.cli.feed.record_command"])


def latprobe_feed(*words: object) -> Result:
    """Runs `latprobe feed` in this process; a recording that nothing ends is ended."""
    if words[0] == "record" and "--for" not in words:
        words += ("--for", f"{PATIENCE_S:g}s")
    return CliRunner().invoke(feed, [str(word) for word in words])


def succeeded(result: Result) -> str:
    """The output of a command, which has to have succeeded."""
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def error_of(result: Result) -> str:
    """The one error that a command ended in."""
    assert isinstance(result.exception, LatprobeError), (result.output, result.exception)
    return str(result.exception)


def _run_command(words: list[str]) -> None:
    sys.argv = ["latprobe", *words]
    main()


def started(*words: object) -> Any:
    """Starts `latprobe` in a process of its own, which `multiprocessing` can kill."""
    process = _fork_server.Process(target=_run_command, args=([str(word) for word in words],))
    process.start()
    return process


@contextmanager
def running(*words: object) -> Iterator[Any]:
    """A `latprobe` that does not outlive the test."""
    process = started(*words)
    try:
        yield process
    finally:
        if process.is_alive():
            process.kill()
        process.join(PATIENCE_S)


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Waits until something holds."""
    give_up_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_s, f"waited in vain until {what}"
        time.sleep(0.005)


def part_of(out: Path) -> Path:
    """Where a recording is while it is made; once it is there, messages are received."""
    return out.with_name(out.name + ".part")


@contextmanager
def once_recording(out: Path, act: Callable[[], None]) -> Iterator[None]:
    """Does something, in a thread, as soon as a recording to `out` receives."""

    def run() -> None:
        wait_until(part_of(out).exists, f"{out} is recorded")
        act()

    with in_thread(run):
        yield


@contextmanager
def in_thread(run: Callable[[], None]) -> Iterator[None]:
    """Runs something meanwhile; what it raises is raised at the end."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE_S)
    if failures:
        raise failures[0]
    assert not thread.is_alive(), "a thread has not come to its end"


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM, host: str = "127.0.0.1") -> int:
    """A port that nobody uses at the moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])


def send_datagrams(
    messages: list[bytes], host: str, port: int, source: tuple[str, int] | None = None
) -> None:
    """Sends datagrams by plain sockets, to a group through the loopback interface."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        loopback = socket.if_nametoindex("lo")
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, loopback)
        else:
            interface = socket.inet_aton("127.0.0.1")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        if source is not None:
            sock.bind(source)
        place = (host, port, 0, loopback) if host.startswith("ff") else (host, port)
        for message in messages:
            sock.sendto(message, place)


def ipv6_multicast_goes_over_loopback(group: str) -> bool:
    """Whether plain sockets get what they send to a group."""
    loopback = socket.if_nametoindex("lo")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(0.5)
        try:
            membership = socket.inet_pton(socket.AF_INET6, group) + loopback.to_bytes(4, "little")
            receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
            receiver.bind(("::", 0))
            send_datagrams([b"probe"], group, receiver.getsockname()[1])
            return receiver.recv(10) == b"probe"
        except OSError:
            return False


@contextmanager
def tcp_server(*scripts: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does one script with each connection, then listens no more; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)

        def run() -> None:
            for script in scripts:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(PATIENCE_S)
                    script(connection)

        with in_thread(run):
            yield int(listener.getsockname()[1])


def numbered(count: int, start: int = 0) -> list[bytes]:
    """Messages that say which they are."""
    return [b'{"n":%d,"text":"%s"}' % (it, b"x" * (it % 97)) for it in range(start, start + count)]


def made_feed(path: Path, messages: list[bytes], step_ns: int = 1000, channels: int = 1) -> Path:
    """A feed of messages that come evenly."""
    with FeedWriter(path, protocol="json", source="made by a test", importer="test 1") as writer:
        for number, message in enumerate(messages):
            channel = f"channel {number % channels}"
            writer.append(10**18 + number * step_ns, channel, message)
    return path


def tcp_port() -> int:
    """A TCP port that nobody uses at the moment."""
    return free_port(socket.SOCK_STREAM)


def connected(port: int) -> socket.socket:
    """A connection to a server that may only be about to listen."""
    give_up_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        except ConnectionRefusedError:
            assert time.monotonic() < give_up_s
            time.sleep(0.005)
        else:
            return sock


def read_to_the_end(port: int, into: list[bytes]) -> None:
    """A TCP client that takes what it gets."""
    with connected(port) as sock:
        while piece := sock.recv(65_536):
            into.append(piece)


def listens(url: str) -> bool:
    """Whether somebody listens, without connecting to it."""
    port = int(url.rpartition(":")[2])
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    return any(int(place.rpartition(":")[2], 16) == port for place in listening)
