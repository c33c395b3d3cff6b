"""The figures about imports, from measurements that are given."""

from benches.figure import Rounds
from benches.importing import Importing, Resident, Speed, Unpacking, figures


def found(ndjson: float, most: int) -> Importing:
    def speed(name: str, median: float) -> Speed:
        return Speed(name, Rounds(median, median * 0.9, median * 1.1), median / 100)

    return Importing(
        formats=(speed("json", ndjson), speed("itch50", 150e6), speed("fix", 300e6)),
        bare_loop=speed("bare", 200e6),
        ndjson_beside_it=Rounds(1.25, 1.2, 1.3),
        archives=(Unpacking("gzip", 6.0, Rounds(1.5, 1.4, 1.6)),),
        resident=Resident(2 * 10**9, 100 * 10**6, 101 * 10**6, most),
    )


def test_the_import_of_lines_stands_beside_a_bare_loop() -> None:
    row = figures(found(160e6, 170 * 10**6))[0]
    assert row.measured == (
        "160 MB/s (144 – 176); 1,600,000 messages/s; 1.25 × (1.20 – 1.30) the time of a bare "
        "orjson loop (200 MB/s (180 – 220))"
    )
    assert (row.reach, row.holds) == (">= 100 MB/s", True)
    assert figures(found(99e6, 170 * 10**6))[0].holds is False


def test_memory_is_held_against_its_reach() -> None:
    row = figures(found(160e6, 170 * 10**6))[-1]
    assert row.figure == "resident memory, importing 1.86 GiB of json"
    assert (row.reach, row.holds) == ("< 300 MB", True)
    assert figures(found(160e6, 301 * 10**6))[-1].holds is False


def test_what_has_no_reach_is_only_said() -> None:
    others = [row for row in figures(found(160e6, 170 * 10**6)) if not row.reach]
    assert [row.figure for row in others] == [
        "import of itch50",
        "import of fix",
        "import of json out of gzip",
    ]
    assert all(row.holds is None for row in others)
