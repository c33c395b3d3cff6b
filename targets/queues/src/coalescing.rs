//! A slot for each symbol, in which the newest view wins. Neither side ever waits for the other.
//!
//! A view lies in a cell. The producer writes a free cell and swaps its number into the symbol's slot.
//! What was there before is either nothing, and the symbol is put into the ring of those that the
//! worker is to look at; or the cell of a view that nobody took, which is the producer's again. The
//! worker takes a symbol from that ring, swaps nothing into its slot, reads the cell, and sends its
//! number back through another ring.
//!
//! A symbol is in the ring at most once, since it is put there only when its slot was empty, and the
//! slot is emptied only after the symbol was taken from the ring. So neither ring is ever full, and
//! with two cells more than symbols one is always free: at most one lies in each slot, and one is in
//! the worker's hand.

use crate::queue::{HOP, Queue, Receiver, Sender};
use crate::symbols::CAPACITY;
use crate::view::{View, WORDS};
use latprobe_sdk::Tracker;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

const CELLS: usize = CAPACITY + 2;

/// In a slot in which there is no view.
const EMPTY: u32 = u32::MAX;

/// `queue-coalescing`.
pub struct Coalescing;

impl Queue for Coalescing {
    const NAME: &'static str = "queue-coalescing";
    const DESCRIPTION: &'static str = "the newest view of each symbol wins; nobody waits";
    const HOP: &'static str = "slots";
    type Sender = CoalescingSender;
    type Receiver = CoalescingReceiver;

    fn ends(_capacity: usize, tracker: Tracker) -> (CoalescingSender, CoalescingReceiver) {
        let slots = Arc::new(Slots {
            newest: (0..CAPACITY).map(|_| AtomicU32::new(EMPTY)).collect(),
            cells: (0..CELLS).map(|_| Cell::default()).collect(),
        });
        let (waiting, next) = RingBuffer::new(CAPACITY);
        let (give_back, back) = RingBuffer::new(CELLS);
        #[allow(clippy::cast_possible_truncation)] // some thousand
        let free = (0..CELLS as u32).collect();
        (
            CoalescingSender { slots: Arc::clone(&slots), waiting, back, free, tracker },
            CoalescingReceiver { slots, next, give_back, tracker },
        )
    }
}

struct Slots {
    /// For each symbol the number of a cell, or [`EMPTY`].
    newest: Box<[AtomicU32]>,
    cells: Box<[Cell]>,
}

/// Relaxed on both sides: a cell changes hands by a swap of its number, which is not.
#[derive(Default)]
#[repr(align(64))]
struct Cell([AtomicU64; WORDS]);

impl Cell {
    fn write(&self, view: View) {
        for (word, value) in self.0.iter().zip(view.words()) {
            word.store(value, Ordering::Relaxed);
        }
    }

    fn read(&self) -> View {
        View::of(std::array::from_fn(|word| self.0[word].load(Ordering::Relaxed)))
    }
}

/// See [`Coalescing`].
pub struct CoalescingSender {
    slots: Arc<Slots>,
    waiting: Producer<u32>,
    back: Consumer<u32>,
    free: Vec<u32>,
    tracker: Tracker,
}

impl CoalescingSender {
    fn free_cell(&mut self) -> u32 {
        loop {
            if let Some(cell) = self.free.pop() {
                return cell;
            }
            while let Ok(cell) = self.back.pop() {
                self.free.push(cell);
            }
        }
    }
}

impl Sender for CoalescingSender {
    #[inline]
    fn send(&mut self, view: View, _is_alive: impl Fn() -> bool) -> u64 {
        let cell = self.free_cell();
        self.slots.cells[cell as usize].write(view);
        #[allow(clippy::cast_possible_truncation)] // below `CAPACITY`
        let symbol = view.symbol as u32;
        self.tracker.enqueued(HOP, view.sequence);
        // Acquire and release: whoever gets the number sees the view.
        let before = self.slots.newest[symbol as usize].swap(cell, Ordering::AcqRel);
        if before == EMPTY {
            let pushed = self.waiting.push(symbol);
            assert!(pushed.is_ok(), "a symbol waits once");
            return 1;
        }
        let older = self.slots.cells[before as usize].read();
        self.tracker.superseded(older.sequence, view.sequence);
        self.free.push(before);
        0
    }
}

/// See [`Coalescing`].
pub struct CoalescingReceiver {
    slots: Arc<Slots>,
    next: Consumer<u32>,
    give_back: Producer<u32>,
    tracker: Tracker,
}

impl Receiver for CoalescingReceiver {
    #[inline]
    fn receive(&mut self) -> Option<View> {
        let symbol = self.next.pop().ok()?;
        let cell = self.slots.newest[symbol as usize].swap(EMPTY, Ordering::AcqRel);
        let view = self.slots.cells[cell as usize].read();
        self.tracker.dequeued(HOP, view.sequence);
        let given = self.give_back.push(cell);
        assert!(given.is_ok(), "there are no more cells than that");
        Some(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_takes_them_late_gets_the_newest_of_each_symbol_and_in_the_order_of_the_first()
    {
        let (mut sender, mut receiver) = Coalescing::ends(1, Tracker::silent());
        let view = |sequence, symbol| View { sequence, symbol, ..View::default() };

        let more: Vec<u64> = [(0, 7), (1, 3), (2, 7), (3, 7), (4, 3), (5, 0)]
            .into_iter()
            .map(|(sequence, symbol)| sender.send(view(sequence, symbol), || true))
            .collect();

        assert_eq!(more, [1, 1, 0, 0, 0, 1]);
        let taken: Vec<View> = std::iter::from_fn(|| receiver.receive()).collect();
        assert_eq!(taken, [view(3, 7), view(4, 3), view(5, 0)]);
    }

    #[test]
    fn between_two_threads_each_symbol_comes_in_order_and_its_last_view_comes() {
        const ROUNDS: u64 = 200_000;
        const SYMBOLS: usize = 5;
        let (mut sender, mut receiver) = Coalescing::ends(1, Tracker::silent());

        let worker = std::thread::spawn(move || {
            let mut last = [None; SYMBOLS];
            let is_done =
                |last: &[Option<i64>]| last.iter().all(|it| *it == Some(ROUNDS.cast_signed() - 1));
            let mut taken = 0_u64;
            while !is_done(&last) {
                let Some(view) = receiver.receive() else {
                    std::thread::yield_now();
                    continue;
                };
                let symbol = usize::try_from(view.symbol).expect("a small number");
                let before = last[symbol].replace(view.bid_e8);
                assert!(before < Some(view.bid_e8), "no view is seen twice, and none comes back");
                assert_eq!(view.bid_e8, view.ask_e8, "no view is torn");
                taken += 1;
            }
            taken
        });
        let mut sent = 0;
        for round in 0..ROUNDS {
            for symbol in 0..SYMBOLS as u64 {
                let price = round.cast_signed();
                let view = View {
                    sequence: round * SYMBOLS as u64 + symbol,
                    symbol,
                    bid_e8: price,
                    ask_e8: price,
                    ..View::default()
                };
                sent += sender.send(view, || true);
            }
        }

        assert_eq!(worker.join().expect("it does not panic"), sent);
    }
}
