"""Which code is the target's own."""

import pytest

from latprobe.run.audited import audit_rows
from latprobe.run.call_sites import CodeLocation
from latprobe.run.own_code import is_own
from tests.made_audits import SETTINGS, audit_of

TARGET = "/opt/engines/libengine.so"
CARGO = "/home/user/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/hashbrown-0.16/src/map.rs"


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("/home/user/engine/src/book.rs", True),
        ("src/book.rs", True),
        ("/opt/vendor/our/strings.c", True),
        ("/usr/src/local/engine/book.c", True),
        (CARGO, False),
        ("/mirror/registry/src/our-mirror-0123/serde-1.0/src/lib.rs", False),
        ("/home/user/.cargo/git/checkouts/fork-12/ab/src/lib.rs", False),
        ("/rustc/59807616e1fa/library/alloc/src/vec/mod.rs", False),
        ("/rust/deps/hashbrown-0.16.1/src/raw.rs", False),
        ("/home/user/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/ops.rs", False),
        ("/usr/include/c++/12/bits/stl_tree.h", False),
        ("/usr/local/include/boost/pool.hpp", False),
        ("./malloc/malloc.c", False),
    ],
)
def test_files_of_libraries_are_not_the_target_s(file: str, own: bool) -> None:
    assert is_own(CodeLocation("f", file, 1), TARGET, TARGET) is own


def test_code_of_system_libraries_is_not_whatever_their_files_are() -> None:
    location = CodeLocation("strdup", "/work/glibc/strdup.c", 42)

    assert not is_own(location, "/lib/x86_64-linux-gnu/libc.so.6", TARGET)
    assert is_own(location, "/opt/engines/libpool.so", TARGET), "a library of the target's own"
    assert is_own(CodeLocation("f", "book.c", 1), "/usr/lib/libengine.so", "/usr/lib/libengine.so")


@pytest.mark.parametrize(
    ("function", "own"),
    [
        ("engine::book::Book::find", True),
        ("parse_price", True),
        ("<engine::Price as core::fmt::Display>::fmt", True),
        ("<alloc::vec::Vec<engine::Price> as core::clone::Clone>::clone", False),
        ("alloc::raw_vec::finish_grow", False),
        ("std::vector<int>::push_back", False),
        ("operator new(unsigned long)", False),
        ("__rust_alloc", False),
        ("latprobe_sdk::export::on_message", False),
    ],
)
def test_without_files_names_tell(function: str, own: bool) -> None:
    assert is_own(CodeLocation(function), TARGET, TARGET) is own
    assert not is_own(CodeLocation(function), "/opt/other.so", TARGET)


def test_folders_that_are_named_overrule_every_rule() -> None:
    assert is_own(CodeLocation("f", CARGO, 1), TARGET, TARGET, ["/home/user/.cargo/registry"])
    engine = CodeLocation("f", "/home/user/engine/src/a.rs", 1)
    assert not is_own(engine, TARGET, TARGET, ["/home/user/engine/src/book"])
    assert not is_own(engine, TARGET, TARGET, ["/home/user/eng"]), "a folder, and no prefix"
    assert not is_own(CodeLocation("f"), TARGET, TARGET, ["/home/user"])


def test_sites_are_folded_and_the_costliest_comes_first() -> None:
    rows = audit_rows(audit_of())

    first = rows[0]
    assert (first.place.text, first.stage) == ("src/book.rs:57", "book")
    assert first.kinds == ("add_order", "heartbeat")
    assert (first.counts.allocations, first.counts.reallocations) == (200, 10)
    assert (first.counts.least_bytes, first.counts.most_bytes) == (6, 160)
    assert first.share == 210 / 211
    assert first.calls == ("<alloc::string::String as core::clone::Clone>::clone",)
    assert first.each(first.counts.allocations) == 2.0
    assert [row.critical for row in rows if row.stage == "decide"] == [
        (SETTINGS.zero_budgets[0].text,)
    ]
    of_kind = {row.kinds: row for row in audit_rows(audit_of(), by_kind=True) if row.share}
    assert of_kind["heartbeat",].each(50) == 50 / 12
