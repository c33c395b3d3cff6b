"""How long each ITCH 5.0 message is.

Source: Nasdaq TotalView-ITCH 5.0 specification, section 4 ("Message Formats").
"""

from typing import Final

MESSAGE_BYTES: Final = {
    "S": 12,  # system event
    "R": 39,  # stock directory
    "H": 25,  # stock trading action
    "Y": 20,  # Reg SHO restriction
    "L": 26,  # market participant position
    "V": 35,  # market-wide circuit breaker decline level
    "W": 12,  # market-wide circuit breaker status
    "K": 28,  # IPO quoting period update
    "J": 35,  # limit up, limit down auction collar
    "h": 21,  # operational halt
    "A": 36,  # add order
    "F": 40,  # add order with participant
    "E": 31,  # order executed
    "C": 36,  # order executed with price
    "X": 23,  # order cancel
    "D": 19,  # order delete
    "U": 35,  # order replace
    "P": 44,  # trade (non-cross)
    "Q": 40,  # cross trade
    "B": 19,  # broken trade
    "I": 50,  # net order imbalance
    "N": 20,  # retail price improvement
    "O": 48,  # direct listing with capital raise
}
"""Bytes of a message by its type, which is its first byte; without the prefix of two."""
