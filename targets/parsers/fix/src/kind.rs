//! What a message is.

/// Names of the kinds, by [`Kind`].
pub const KINDS: &[&str] = &[
    "incremental_refresh",
    "snapshot",
    "security_status",
    "security_definition",
    "heartbeat",
    "other",
];

/// A message kind, from `MsgType(35)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// `X`, Market Data Incremental Refresh.
    IncrementalRefresh,
    /// `W`, Market Data Snapshot Full Refresh.
    Snapshot,
    /// `f`, Security Status.
    SecurityStatus,
    /// `d`, Security Definition.
    SecurityDefinition,
    /// `0`, Heartbeat.
    Heartbeat,
    /// Anything else: its header is read and nothing more.
    #[default]
    Other,
}

impl Kind {
    /// The kind of a message with this `MsgType(35)`.
    #[must_use]
    pub const fn of(message_type: &[u8]) -> Self {
        match message_type {
            b"X" => Self::IncrementalRefresh,
            b"W" => Self::Snapshot,
            b"f" => Self::SecurityStatus,
            b"d" => Self::SecurityDefinition,
            b"0" => Self::Heartbeat,
            _ => Self::Other,
        }
    }

    /// Whether the message holds a group of market data entries.
    #[must_use]
    pub const fn has_entries(self) -> bool {
        matches!(self, Self::IncrementalRefresh | Self::Snapshot)
    }

    /// Whether the message is about an instrument, so that its body is read.
    #[must_use]
    pub const fn has_instrument(self) -> bool {
        !matches!(self, Self::Heartbeat | Self::Other)
    }
}

impl From<Kind> for latprobe_sdk::Kind {
    fn from(kind: Kind) -> Self {
        Self(kind as u32)
    }
}
