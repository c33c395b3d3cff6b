"""Everything that `make bench-stats` measures, in the order of its table."""

from typing import Final

from benches.stats import coverage
from benches.stats.section import Section

SECTIONS: Final = (Section("coverage", coverage.measure),)
