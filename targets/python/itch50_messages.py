"""The messages of Nasdaq TotalView-ITCH 5.0, by their type: kind, and fields in order.

`u1` to `u8` are whole numbers of so many bytes, most significant first; `t6` is a time in
nanoseconds since midnight; `a2` to `a8` are texts, padded with spaces on the right; `side` is `B`
or `S`.
Source: Nasdaq TotalView-ITCH 5.0 specification.
"""

FAMILY = "itch50"

COMMON = ("u2", "u2", "t6")
SIZES = {"u1": 1, "u2": 2, "u4": 4, "u8": 8, "t6": 6, "a2": 2, "a4": 4, "a8": 8, "side": 1}

MESSAGES: dict[int, tuple[str, tuple[str, ...]]] = {
    ord(code): (kind, (*COMMON, *fields.split()))
    for code, kind, fields in (
        ("S", "system_event", "u1"),
        ("R", "stock_directory", "a8 u1 u1 u4 u1 u1 a2 u1 u1 u1 u1 u1 u4 u1"),
        ("H", "trading_action", "a8 u1 u1 a4"),
        ("Y", "reg_sho_restriction", "a8 u1"),
        ("L", "market_participant_position", "a4 a8 u1 u1 u1"),
        ("V", "mwcb_decline_level", "u8 u8 u8"),
        ("W", "mwcb_status", "u1"),
        ("K", "ipo_quoting_period", "a8 u4 u1 u4"),
        ("J", "luld_auction_collar", "a8 u4 u4 u4 u4"),
        ("h", "operational_halt", "a8 u1 u1"),
        ("A", "add_order", "u8 side u4 a8 u4"),
        ("F", "add_order_mpid", "u8 side u4 a8 u4 a4"),
        ("E", "order_executed", "u8 u4 u8"),
        ("C", "order_executed_with_price", "u8 u4 u8 u1 u4"),
        ("X", "order_cancel", "u8 u4"),
        ("D", "order_delete", "u8"),
        ("U", "order_replace", "u8 u8 u4 u4"),
        ("P", "trade", "u8 side u4 a8 u4 u8"),
        ("Q", "cross_trade", "u8 a8 u4 u8 u1"),
        ("B", "broken_trade", "u8"),
        ("I", "net_order_imbalance", "u8 u8 u1 a8 u4 u4 u4 u1 u1"),
        ("N", "retail_price_improvement", "a8 u1"),
        ("O", "direct_listing_capital_raise", "a8 u1 u4 u4 u4 u8 u4 u4"),
    )
}
KINDS = tuple(kind for kind, _ in MESSAGES.values())


def length_of(fields: tuple[str, ...]) -> int:
    """Bytes of a message with its type."""
    return 1 + sum(SIZES[field] for field in fields)
