"""What is left to chance in a run: the order of forks, and where their memory begins."""

from typing import Any

from tests.integration.conftest import Bench

DRIVE = "drive = { forks = 2, repeats = 0, warmup = 0, messages = 1000"


def drawn(bench: Bench, shuffle: int | None = None) -> tuple[int, list[Any]]:
    """The seed of a run, and of each timed fork which it was and what it drew."""
    scenario = bench.scenario(bench.feed([b"."] * 1_000))
    if shuffle is not None:
        text = scenario.read_text().replace(DRIVE, f"{DRIVE}, shuffle = {shuffle}")
        scenario.write_text(text)
    bench.run(scenario)
    document = max(bench.documents, key=lambda it: str(it["started"]))
    return document["noise"]["seed"], [
        (it["collector"], it["index"], it["layout"])
        for it in document["forks"]
        if it["layout"] is not None
    ]


def test_a_run_is_drawn_anew_unless_it_is_told_its_seed(bench: Bench) -> None:
    first = drawn(bench, shuffle=5)
    assert len(first[1]) >= 4
    assert len({str(it[2]) for it in first[1]}) == len(first[1])
    assert drawn(bench, shuffle=5) == first

    seed, other = drawn(bench)
    assert seed != 5
    assert other != first[1]
