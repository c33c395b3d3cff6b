//! The calls of the target's other threads: those behind its queues.
//!
//! They are kept among those of the thread that drives, in the order in which they come, under a
//! lock that nobody holds for longer than it takes to walk a stack. A target whose messages stay on
//! one thread has none of this.

use super::in_hand::{Call, NO_STAGE, What};
use super::interposer::{LaneOfThisThread, Tell, Told, ToldElsewhere, Watch, lane_of_this_thread};
use super::modules::Module;
use super::unwinding::{Place, Stacks};
use super::watcher::{WHATS, Watcher, stage_number};
use crate::CoreError;
use crate::pass::allocation_counter::AllocationTotals;
use crate::tracks::{ENDS, Listening, Tracks};
use latprobe_abi::Column;
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

static TOLD: [Tell; 4] = [told::<0>, told::<1>, told::<2>, told::<3>];

/// Threads that are told apart; those past the last share its number.
const LANES: usize = 256;
/// The thread that drives has this one.
const DRIVER: u8 = 0;

/// What is known of other threads. They come here for as long as the process lives.
pub(super) struct Elsewhere {
    lock: AtomicBool,
    lane: LaneOfThisThread,
    kept: UnsafeCell<Kept>,
}

struct Kept {
    stacks: Stacks,
    /// Whether there is a message that their calls are of.
    is_under_way: bool,
    /// What they asked for since it began.
    asked: AllocationTotals,
    /// The hop that each thread last took a message from, from 1.
    hops: [u16; LANES],
}

/// Lets the next thread come when it is dropped.
pub(super) struct Alone<'lock>(&'lock AtomicBool);

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Elsewhere {
    pub fn new(modules: &[Module]) -> Result<Self, CoreError> {
        let kept = Kept {
            stacks: Stacks::to_the_end(modules),
            is_under_way: false,
            asked: AllocationTotals::default(),
            hops: [0; LANES],
        };
        let lane = lane_of_this_thread()?;
        Ok(Self { lock: AtomicBool::new(false), lane, kept: UnsafeCell::new(kept) })
    }

    /// Waits until no other thread is here. Not by the kernel: its calls are watched as well.
    pub fn alone(&self) -> Alone<'_> {
        while self.lock.swap(true, Ordering::Acquire) {
            std::hint::spin_loop();
        }
        Alone(&self.lock)
    }

    /// Calls of other threads are of the message that begins.
    pub fn message_begins(&self) -> Alone<'_> {
        let alone = self.alone();
        // SAFETY: no other thread is here.
        let kept = unsafe { self.kept(&alone) };
        kept.is_under_way = true;
        kept.asked = AllocationTotals::default();
        alone
    }

    /// Calls are of no message from now on. Answers what was asked for since it began.
    pub fn message_ends(&self) -> (Alone<'_>, AllocationTotals) {
        let alone = self.alone();
        // SAFETY: no other thread is here.
        let kept = unsafe { self.kept(&alone) };
        kept.is_under_way = false;
        let asked = kept.asked;
        (alone, asked)
    }

    /// # Safety
    ///
    /// The lock is this one's, and the answer is used before it is dropped, once at a time.
    #[allow(clippy::mut_from_ref)] // that is what the lock is for
    unsafe fn kept(&self, _alone: &Alone<'_>) -> &mut Kept {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.kept.get() }
    }

    fn lane_of_this_thread(&self) -> u8 {
        // SAFETY: the library answers from memory of this thread's own.
        lane_number(unsafe { (self.lane)() }.into())
    }
}

/// The library has numbers from 1 on, and its highest for the thread that is watched.
fn lane_number(lane: u64) -> u8 {
    if lane == u64::from(u32::MAX) { DRIVER } else { u8::try_from(lane).unwrap_or(u8::MAX) }
}

/// Has `watcher` told of the calls of all threads, and of what the target's own say of messages.
pub(super) fn watch_other_threads(
    watcher: &'static Watcher,
    tracks: &Tracks,
) -> Result<(), CoreError> {
    let observed = tracks.of_hops(Column::dequeued) | tracks.of_stages();
    tracks.listen_for(watcher, observed, ENDS | tracks.of_hops(Column::enqueued));
    Watch::of_other_threads()?.tell_for_good(&TOLD, (&raw const *watcher).cast_mut().cast());
    Ok(())
}

impl Listening for Watcher {
    fn tell(&self, hops: u32, column: Column) {
        let Some(elsewhere) = self.elsewhere() else { return };
        let lane = elsewhere.lane_of_this_thread();
        let alone = elsewhere.alone();
        // SAFETY: no other thread is here, and nothing below asks for memory.
        let (state, kept) = unsafe { (self.state(), elsewhere.kept(&alone)) };
        if let Some(stage) = column.0.checked_sub(Column::marked(hops, 0).0) {
            state.in_hand.mark_elsewhere(stage_number(stage), lane);
            return;
        }
        state.in_hand.taken_out(lane);
        let hop = (0..hops).find(|&hop| Column::dequeued(hop).0 == column.0);
        kept.hops[usize::from(lane)] = hop.map_or(0, |hop| u16::try_from(hop + 1).unwrap_or(0));
    }
}

/// Called by the preloaded library for a call of another thread.
unsafe extern "C" fn told<const WHAT: usize>(context: *mut c_void, call: *const Told) {
    // SAFETY: `watch_other_threads` has put a watcher there, which is never freed.
    let watcher = unsafe { &*context.cast::<Watcher>() };
    let Some(elsewhere) = watcher.elsewhere() else { return };
    // SAFETY: the library hands over calls of other threads with what is behind them.
    let ToldElsewhere { call, stack_end, lane } = unsafe { &*call.cast::<ToldElsewhere>() };
    let alone = elsewhere.alone();
    // SAFETY: no other thread is here, and keeping a call asks for nothing.
    let (state, kept) = unsafe { (watcher.state(), elsewhere.kept(&alone)) };
    if !kept.is_under_way {
        return;
    }
    let what = const { WHATS[WHAT] };
    kept.ask(what, call.size);
    kept.stacks.driver_sp = *stack_end;
    let place = Place { pc: call.pc, sp: call.sp, fp: call.fp, is_return_address: true };
    let (frames, complete) = kept.stacks.walk(place);
    let stack = state.table.number(frames, complete);
    let lane = lane_number(*lane);
    let number = kept.hops[usize::from(lane)];
    let it = Call { size: call.size, stack, what, stage: NO_STAGE, number, lane, freed: false };
    state.push(it, call.block, call.old);
}

impl Kept {
    fn ask(&mut self, what: What, size: u64) {
        let asked = &mut self.asked;
        match what {
            What::Allocated => asked.allocations += 1,
            What::Resized => asked.reallocations += 1,
            What::Freed => asked.frees += 1,
            What::Locked | What::SystemCall => {}
        }
        if matches!(what, What::Allocated | What::Resized) {
            asked.bytes += size;
        }
    }
}
