//! A bounded channel: where it is full, the market-data side waits.

use crate::queue::{HOP, Queue, Receiver, Sender};
use crate::view::View;
use crossbeam_channel::{RecvTimeoutError, bounded};
use latprobe_sdk::Tracker;
use std::time::Duration;

/// The worker looks so often whether it is to end.
const LOOK: Duration = Duration::from_millis(20);

/// `queue-bounded`.
pub struct Bounded;

impl Queue for Bounded {
    const NAME: &'static str = "queue-bounded";
    const DESCRIPTION: &'static str = "a bounded channel, whose consumer sleeps; back-pressure";
    const HOP: &'static str = "channel";
    type Sender = BoundedSender;
    type Receiver = BoundedReceiver;

    fn ends(capacity: usize, tracker: Tracker) -> (BoundedSender, BoundedReceiver) {
        let (sender, receiver) = bounded(capacity);
        (BoundedSender { sender, tracker }, BoundedReceiver { receiver, tracker })
    }
}

/// See [`Bounded`].
pub struct BoundedSender {
    sender: crossbeam_channel::Sender<View>,
    tracker: Tracker,
}

impl Sender for BoundedSender {
    #[inline]
    fn send(&mut self, view: View, _is_alive: impl Fn() -> bool) -> u64 {
        self.tracker.enqueued(HOP, view.sequence);
        // It waits as long as it takes; an error is that nobody is there any more.
        assert!(self.sender.send(view).is_ok(), "the worker has ended");
        1
    }
}

/// See [`Bounded`].
pub struct BoundedReceiver {
    receiver: crossbeam_channel::Receiver<View>,
    tracker: Tracker,
}

impl Receiver for BoundedReceiver {
    #[inline]
    fn receive(&mut self) -> Option<View> {
        match self.receiver.recv_timeout(LOOK) {
            Ok(view) => {
                self.tracker.dequeued(HOP, view.sequence);
                Some(view)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }
}
