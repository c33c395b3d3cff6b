"""What was received since the last flush."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES
from latprobe.feed.recording import Gap


@dataclass(slots=True)
class Received:
    """Messages in arrival order, column by column, and what was missed among them."""

    messages_before: int
    """Messages of the recording that stand before these."""
    recv_ns: list[int] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    payload_bytes: int = 0
    kernel_timed: int = 0
    dropped: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.payloads)

    @property
    def full(self) -> bool:
        """Whether there is a batch's worth."""
        return len(self.payloads) >= BATCH_MESSAGES or self.payload_bytes >= BATCH_PAYLOAD_BYTES

    def add(
        self, recv_ns: int, channel: str, payloads: Sequence[bytes], *, by_kernel: bool
    ) -> None:
        """Adds messages that came by one read."""
        count = len(payloads)
        self.recv_ns += [recv_ns] * count
        self.channels += [channel] * count
        self.payloads += payloads
        self.payload_bytes += sum(map(len, payloads))
        self.kernel_timed += count if by_kernel else 0

    def add_gap(
        self, from_ns: int, to_ns: int, channel: str, reason: str, lost: int | None = None
    ) -> None:
        """Marks that something is missing between the messages before and those that follow."""
        after = self.messages_before + len(self.payloads)
        self.gaps.append(Gap(after, from_ns, to_ns, channel, reason, lost))

    def keep_first(self, count: int) -> None:
        """Takes back all messages but so many, and what was missed after them."""
        last = self.messages_before + count
        self.dropped -= sum(gap.lost or 0 for gap in self.gaps if gap.after_messages >= last)
        self.gaps = [gap for gap in self.gaps if gap.after_messages < last]
        over = len(self.payloads) - count
        if over > 0:
            del self.recv_ns[count:], self.channels[count:], self.payloads[count:]
            self.payload_bytes = sum(map(len, self.payloads))
            self.kernel_timed = min(self.kernel_timed, count)
