"""The names that the scenarios of tests have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.pytest_plugin.names import scenario_name


@pytest.mark.parametrize(
    ("nodeid", "name"),
    [
        ("test_x.py::test_y", "test_x.test_y"),
        ("tests/unit/test_x.py::TestA::test_y", "tests.unit.test_x.TestA.test_y"),
        ("test_x.py::test_y[orjson-1]", "test_x.test_y-orjson-1"),
    ],
)
def test_a_scenario_is_called_as_its_test_is(nodeid: str, name: str) -> None:
    assert scenario_name(nodeid, 0) == name
    assert scenario_name(nodeid, 1) == f"{name}-2"


parameters = st.text(min_size=1, max_size=120)


@given(parameters, parameters)
def test_tests_of_other_parameters_have_other_names_that_a_scenario_can_have(
    one: str, other: str
) -> None:
    names = {scenario_name(f"test_x.py::test_y[{it}]", 0) for it in {one, other}}

    assert len(names) == len({one, other})
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", it) for it in names)
