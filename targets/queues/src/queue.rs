//! What the three queues have in common.

use crate::view::View;
use latprobe_sdk::Tracker;

/// Index of the one hop.
pub(crate) const HOP: u32 = 0;

/// A way from the market-data thread to the worker. Both ends say what they do on the tracker.
pub trait Queue: 'static {
    /// The target's name.
    const NAME: &'static str;
    /// One line for people.
    const DESCRIPTION: &'static str;
    /// The hop's name.
    const HOP: &'static str;
    /// The market-data thread's end.
    type Sender: Sender;
    /// The worker's end.
    type Receiver: Receiver;

    /// Both ends of a queue for `capacity` views.
    fn ends(capacity: usize, tracker: Tracker) -> (Self::Sender, Self::Receiver);
}

/// The market-data thread's end.
pub trait Sender: 'static {
    /// Hands a view on. Answers how many views the worker will get more than before: 0 where it took
    /// the place of another. `is_alive` says whether anybody takes views out.
    fn send(&mut self, view: View, is_alive: impl Fn() -> bool) -> u64;
}

/// The worker's end.
pub trait Receiver: Send + 'static {
    /// Takes the next view out, if there is one. It may wait a while for it.
    fn receive(&mut self) -> Option<View>;
}
