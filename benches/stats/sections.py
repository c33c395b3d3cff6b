"""Everything that `make bench-stats` measures, in the order of its table."""

from typing import Final

from benches.stats import ab, ab_peers, comparing, coverage, tails
from benches.stats.section import Section

SECTIONS: Final = (
    Section("ab", ab.measure),
    Section("peers", ab_peers.measure),
    Section("coverage", coverage.measure),
    Section("tails", tails.measure),
    Section("comparing", comparing.measure),
)
