"""How forks were paired, in words."""

from latprobe.run.change import Comparison, Pairing
from latprobe.units import format_share


def pairing_text(comparison: Comparison, pairing: Pairing) -> str:
    """`52 pairs of forks in turns of 2,735 messages, 30.4 s of 30 s, order drawn from 7`."""
    pairs = "1 pair" if pairing.pairs == 1 else f"{pairing.pairs} pairs"
    turns = "one after the other"
    if pairing.turn_messages:
        turns = f"in turns of {pairing.turn_messages:,} messages"
    words = f"{pairs} of forks {turns}, {comparison.seconds:.1f} s of {pairing.budget_s:g} s, "
    words += f"order drawn from {pairing.seed}"
    if pairing.disturbed_chunks:
        share = format_share(pairing.disturbed_chunks / pairing.chunks)
        words += f"; {share} of chunks left out of cost, since other programs had the CPU"
    return words
