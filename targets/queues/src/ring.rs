//! A ring for one producer and one consumer, both of which spin.

use crate::queue::{HOP, Queue, Receiver, Sender};
use crate::view::View;
use latprobe_sdk::Tracker;
use rtrb::{Consumer, Producer, PushError, RingBuffer};
use std::hint::spin_loop;

/// Looks at a full ring before asking whether anybody empties it.
const LOOKS: u32 = 4_096;

/// `queue-ring`.
pub struct Ring;

impl Queue for Ring {
    const NAME: &'static str = "queue-ring";
    const DESCRIPTION: &'static str = "a ring for one producer and one consumer, which spins";
    const HOP: &'static str = "ring";
    type Sender = RingSender;
    type Receiver = RingReceiver;

    fn ends(capacity: usize, tracker: Tracker) -> (RingSender, RingReceiver) {
        let (producer, consumer) = RingBuffer::new(capacity);
        (RingSender { producer, tracker }, RingReceiver { consumer, tracker })
    }
}

/// See [`Ring`].
pub struct RingSender {
    producer: Producer<View>,
    tracker: Tracker,
}

impl Sender for RingSender {
    #[inline]
    fn send(&mut self, view: View, is_alive: impl Fn() -> bool) -> u64 {
        self.tracker.enqueued(HOP, view.sequence);
        let mut looks = 0_u32;
        while let Err(PushError::Full(_)) = self.producer.push(view) {
            looks += 1;
            if looks.is_multiple_of(LOOKS) {
                assert!(is_alive(), "the worker has ended");
                std::thread::yield_now();
            }
            spin_loop();
        }
        1
    }
}

/// See [`Ring`].
pub struct RingReceiver {
    consumer: Consumer<View>,
    tracker: Tracker,
}

impl Receiver for RingReceiver {
    #[inline]
    fn receive(&mut self) -> Option<View> {
        let view = self.consumer.pop().ok()?;
        self.tracker.dequeued(HOP, view.sequence);
        Some(view)
    }
}
