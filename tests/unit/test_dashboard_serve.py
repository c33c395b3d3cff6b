"""Who is served the dashboard, and how."""

from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from latprobe.dashboard.serve import serve


class EnoughError(Exception):
    """Ends the server."""


def answers(folder: Path, *asked: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """What a server answers to requests with these headers, and a path among them."""
    found: list[tuple[int, dict[str, str]]] = []
    address = ""

    def started(url: str) -> None:
        nonlocal address
        address = urlsplit(url).netloc

    def refresh() -> None:
        for headers in asked:
            named = {name: value.format(address=address) for name, value in headers.items()}
            connection = HTTPConnection(address, timeout=10)
            connection.putrequest("GET", named.pop("path", "/data.js"), skip_host=True)
            for name, value in named.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            found.append((answer.status, {name.lower(): it for name, it in answer.getheaders()}))
            connection.close()
        raise EnoughError

    (folder / "data.js").write_text("const SITE = {};")
    with pytest.raises(EnoughError):
        serve(folder, 0, refresh=refresh, every_s=0.01, started=started)
    return found


def test_a_name_of_someone_else_that_points_here_is_refused(tmp_path: Path) -> None:
    (own, headers), (local, _), *others = answers(
        tmp_path,
        {"Host": "{address}"},
        {"Host": "localhost"},
        {"Host": "evil.example"},
        {"Host": "evil.example:{address}"},
        {"Host": "127.0.0.1.evil.example"},
        {},
    )

    assert (own, local) == (200, 200)
    assert [status for status, _ in others] == [421] * 4
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_folders_are_not_listed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()

    ((status, _),) = answers(tmp_path, {"Host": "{address}", "path": "/inner/"})

    assert status == 404
