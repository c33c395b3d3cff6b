//! What was seen on the way, in numbers.

macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// What a reader has seen. For people and for JSON, by [`Counts::named`].
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        pub struct Counts { $($(#[doc = $doc])+ pub $name: u64,)+ }

        impl Counts {
            /// Each count with its name, in a fixed order.
            #[must_use]
            pub fn named(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name),)+]
            }
        }
    };
}

counts! {
    /// Packets in the capture, damaged ones as well.
    packets,
    /// Messages that came out.
    messages,
    /// Packets and other stretches that are not as they should be.
    bad,
    /// Packets that the filter does not let through.
    filtered_out,
    /// Packets that carry no IP: ARP, spanning tree and the like.
    not_ip,
    /// IP packets that carry neither UDP nor TCP, or not the one that the framing goes over.
    other_protocols,
    /// Packets that have no time of their own (simple packet blocks of pcapng).
    without_time,
    /// Packets that are a fragment of a datagram.
    fragments,
    /// Datagrams of which a fragment never came.
    incomplete_datagrams,
    /// UDP datagrams and TCP segments without a payload, heartbeats and the like.
    empty,
    /// TCP segments that brought nothing new.
    tcp_retransmissions,
    /// TCP segments that came before those that precede them.
    tcp_out_of_order,
    /// Stretches of TCP streams that are missing.
    tcp_holes,
    /// Bytes of TCP streams that were passed over to find where a packet of the framing begins.
    tcp_unframed_bytes,
    /// Stretches of sequence numbers that never came (on any line, where lines are arbitrated).
    gaps,
    /// Sequence numbers in those.
    missing,
    /// Sequence numbers that came after higher ones.
    late,
    /// Sequence numbers that came again; arbitration dropped their messages.
    duplicates,
    /// Stretches of sequence numbers that never came on one of the lines that are arbitrated.
    line_gaps,
    /// Sequence numbers in those.
    line_missing,
    /// Times that a session's sequence numbers began again.
    restarts,
}
