"""Datagrams on loopback, recorded by the command."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from latprobe.feed.reader import open_feed
from latprobe.feed.record.kernel_time import NO_CLOCK, time_datagrams
from tests.feeds import columns_of
from tests.live import (
    GROUP,
    PATIENCE_S,
    error_of,
    free_port,
    ipv6_multicast_goes_over_loopback,
    latprobe_feed,
    numbered,
    once_recording,
    part_of,
    running,
    send_datagrams,
    succeeded,
    wait_until,
)


def test_a_multicast_group_is_recorded_message_by_message(tmp_path: Path) -> None:
    out, port, messages = tmp_path / "a.feed", free_port(), numbered(2000)
    with once_recording(out, lambda: send_datagrams(messages, GROUP, port)):
        url = f"udp://{GROUP}:{port}"
        words = ("--interface", "lo", "--protocol", "json", "--messages", 2000, "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))
    columns = columns_of(out)
    assert columns["payload"] == messages
    assert set(columns["channel"]) == {f"{GROUP}:{port}"}
    assert told["recording"]["messages"] == 2000
    assert told["recording"]["ended_by"] == "--messages"
    assert told["recording"]["gaps"] == []
    assert open_feed(out).protocol == "json"
    assert open_feed(out).source == f"recorded from udp://{GROUP}:{port}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.feed"]


def test_a_multicast_group_of_ipv6_is_recorded(tmp_path: Path) -> None:
    group = "ff01::1957"
    if not ipv6_multicast_goes_over_loopback(group):
        pytest.skip("IPv6 multicast does not go over loopback here, not even by plain sockets")
    out, port, messages = tmp_path / "a.feed", free_port(), numbered(50)
    with once_recording(out, lambda: send_datagrams(messages, group, port)):
        url = f"udp://[{group}]:{port}"
        succeeded(latprobe_feed("record", url, out, "--interface", "lo", "--messages", 50))
    assert columns_of(out)["payload"] == messages


def test_an_own_address_of_ipv6_is_recorded(tmp_path: Path) -> None:
    out, port, messages = tmp_path / "a.feed", free_port(host="::1"), numbered(50)
    with once_recording(out, lambda: send_datagrams(messages, "::1", port)):
        succeeded(latprobe_feed("record", f"udp://[::1]:{port}", out, "--messages", 50))
    assert columns_of(out)["payload"] == messages
    assert set(columns_of(out)["channel"]) == {f"[::1]:{port}"}


def test_a_group_is_not_mixed_with_another_on_the_same_port(tmp_path: Path) -> None:
    out, port = tmp_path / "a.feed", free_port()
    other = "239.195.7.12"
    joined = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with joined:
        # Whoever joins a group has it delivered to the whole machine.
        joined.setsockopt(
            socket.IPPROTO_IP,
            socket.IP_ADD_MEMBERSHIP,
            socket.inet_aton(other) + socket.inet_aton("127.0.0.1"),
        )

        def send() -> None:
            send_datagrams([b"other"], other, port)
            send_datagrams([b"unicast"], "127.0.0.1", port)
            send_datagrams([b"wanted"], GROUP, port)

        with once_recording(out, send):
            url = f"udp://{GROUP}:{port}"
            succeeded(latprobe_feed("record", url, out, "--interface", "lo", "--messages", 1))
    assert columns_of(out)["payload"] == [b"wanted"]


@pytest.mark.parametrize("host", [GROUP, "127.0.0.1"])
def test_one_sender_alone_is_recorded_where_it_is_named(tmp_path: Path, host: str) -> None:
    out, port = tmp_path / "a.feed", free_port()

    def send() -> None:
        send_datagrams([b"theirs"], host, port, ("127.0.0.3", 0))
        send_datagrams([b"ours"], host, port, ("127.0.0.2", 0))

    with once_recording(out, send):
        url = f"udp://127.0.0.2@{host}:{port}"
        succeeded(latprobe_feed("record", url, out, "--interface", "lo", "--messages", 1))
    assert columns_of(out)["payload"] == [b"ours"]


def test_senders_have_channels_of_their_own_when_asked(tmp_path: Path) -> None:
    out, port = tmp_path / "a.feed", free_port()
    senders = [("127.0.0.2", free_port(host="127.0.0.2")), ("127.0.0.3", free_port())]

    def send() -> None:
        for sender in senders:
            send_datagrams([b"x"], "127.0.0.1", port, sender)

    with once_recording(out, send):
        url = f"udp://127.0.0.1:{port}"
        succeeded(latprobe_feed("record", url, out, "--per-sender", "--messages", 2))
    assert columns_of(out)["channel"] == [f"{host}:{number}" for host, number in senders]


def test_a_channel_can_be_named(tmp_path: Path) -> None:
    out, port = tmp_path / "a.feed", free_port()
    with once_recording(out, lambda: send_datagrams([b""], "127.0.0.1", port)):
        url = f"udp://127.0.0.1:{port}"
        succeeded(latprobe_feed("record", url, out, "--channel", "A side", "--messages", 1))
    assert columns_of(out)["channel"] == ["A side"]
    assert columns_of(out)["payload"] == [b""]


def test_receive_times_are_those_at_which_the_kernel_had_the_datagrams(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        if time_datagrams(probe) == NO_CLOCK:
            pytest.skip("this kernel does not time datagrams (SO_TIMESTAMPNS)")
    out, port = tmp_path / "a.feed", free_port()
    sent: list[int] = []

    def send() -> None:
        for message in numbered(100):
            sent.append(time.time_ns())
            send_datagrams([message], "127.0.0.1", port)

    with once_recording(out, send):
        url = f"udp://127.0.0.1:{port}"
        words = ("--messages", 100, "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))
    assert told["recording"]["kernel_timed"] == 100
    assert told["recording"]["clock"] == "SO_TIMESTAMPNS"
    times = columns_of(out)["recv_ns"]
    assert all(recv >= before for recv, before in zip(times, sent, strict=True))


def test_datagrams_that_the_kernel_had_no_room_for_are_counted_and_their_place_marked(
    tmp_path: Path,
) -> None:
    out, port, messages = tmp_path / "a.feed", free_port(), numbered(5000)
    words = ("--receive-buffer", "4KiB", "--messages", 20)
    with running("feed", "record", f"udp://127.0.0.1:{port}", out, *words) as recorder:
        wait_until(part_of(out).exists, "the recorder receives")
        # While it is held, nobody empties the buffer.
        os.kill(recorder.pid, signal.SIGSTOP)
        process = psutil.Process(recorder.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, "the recorder is held")
        send_datagrams(messages, "127.0.0.1", port)
        os.kill(recorder.pid, signal.SIGCONT)
        last = [b"last %d" % number for number in range(100)]
        for number, message in enumerate(last):
            send_datagrams([message], "127.0.0.1", port)
            time.sleep(0.005 if number else 0.1)
            if not recorder.is_alive():
                break
        recorder.join(PATIENCE_S)
    recording = open_feed(out).recording
    assert recording is not None
    told = msgspec.to_builtins(recording)
    payloads = columns_of(out)["payload"]
    assert told["dropped"] > 0
    assert sum(gap["lost"] for gap in told["gaps"]) == told["dropped"]
    everything = [*messages, *last]
    position = {payload: number for number, payload in enumerate(everything)}
    missing_before = {gap["after_messages"]: gap["lost"] for gap in told["gaps"]}
    for number in range(1, len(payloads)):
        step = position[payloads[number]] - position[payloads[number - 1]]
        assert step == 1 + missing_before.get(number, 0)
    described = succeeded(latprobe_feed("info", out))
    assert "the kernel's receive buffer was full" in described
    assert f"{told['dropped']:,} datagrams, by the kernel" in described


def test_a_port_in_use_is_one_clear_error(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"udp://127.0.0.1:{taken.getsockname()[1]}"
        error = error_of(latprobe_feed("record", url, tmp_path / "a.feed", "--for", "1s"))
    assert error == f"{url}: cannot be received: Address already in use"
    assert list(tmp_path.iterdir()) == []


def test_an_interface_that_is_none_is_named_beside_those_that_are(tmp_path: Path) -> None:
    words = ("--interface", "eth99", "--for", "1s")
    result = latprobe_feed("record", f"udp://{GROUP}:{free_port()}", tmp_path / "a", *words)
    assert error_of(result).startswith("eth99: is no interface; there are ")
    assert "lo" in error_of(result)


def test_silence_is_not_written_as_a_feed(tmp_path: Path) -> None:
    url = f"udp://127.0.0.1:{free_port()}"
    error = error_of(latprobe_feed("record", url, tmp_path / "a.feed", "--for", "50ms"))
    assert "is not written: no message came until --for" in error
    assert list(tmp_path.iterdir()) == []


def test_a_recording_replaces_nothing(tmp_path: Path) -> None:
    out, url = tmp_path / "a.feed", f"udp://127.0.0.1:{free_port()}"
    out.write_bytes(b"precious")
    error = error_of(latprobe_feed("record", url, out, "--for", "1s"))
    assert error == f"{out}: is there already, and a recording replaces nothing"
    out.unlink()
    part_of(out).write_bytes(b"what a kill has left")
    error = error_of(latprobe_feed("record", url, out, "--for", "1s"))
    assert f"`latprobe feed import {part_of(out)} {out}`" in error
    assert part_of(out).read_bytes() == b"what a kill has left"
