"""What budgets may name of a target that was looked at."""

from latprobe.comparator.scope import TargetNames
from latprobe.run.model import TargetRecord


def names_of(target: TargetRecord) -> TargetNames:
    """The names that budgets on a target are held against."""
    return TargetNames(
        target.stages,
        None if target.learns_kinds and target.service is None else target.kinds,
        [hop.name for hop in target.hops],
        () if target.service is None else (*target.service.rows, *target.service.depths),
    )
