//! Told of each call while the target has a message, and keeps where it was made.

use super::elsewhere::Elsewhere;
use super::in_hand::{Call, InHand, NO_STAGE, What};
use super::interposer::{Tell, Told, Watch};
use super::modules::Module;
use super::prediction::Prediction;
use super::stack_table::{MOST_STACKS, StackTable};
use super::stack_tree::StackTree;
use super::tally::{SiteCounts, Tally};
use super::unwinding::{Place, Stacks};
use crate::pass::allocation_counter::AllocationTotals;
use latprobe_abi::{AllocationCounts, MAX_STAGES, Probe};
use std::cell::UnsafeCell;
use std::ffi::c_void;

/// In the order of the preloaded library's numbers.
pub(super) const WHATS: [What; 4] = [What::Allocated, What::Freed, What::Resized, What::Locked];
static TOLD: [Tell; 4] = [told::<0, false>, told::<1, false>, told::<2, false>, told::<3, false>];
/// The same where other threads are told of as well.
static TOLD_AMONG_OTHERS: [Tell; 4] =
    [told::<0, true>, told::<1, true>, told::<2, true>, told::<3, true>];

/// Everything that is kept while a pass lasts, in memory that is there before it begins.
pub(super) struct State {
    counts: *const AllocationCounts,
    stacks: Stacks,
    tree: StackTree,
    prediction: Prediction,
    pub table: StackTable,
    pub tally: Tally,
    pub in_hand: InHand,
    /// Calls of the message in hand that there was no room for.
    overflow: SiteCounts,
}

/// The state, which the driver's loop, the target's marks and the preloaded library reach in turn;
/// and other threads, where the target has any, one at a time.
pub(super) struct Watcher {
    state: UnsafeCell<State>,
    watch: Watch,
    elsewhere: Option<Elsewhere>,
}

// SAFETY: the state is reached by the thread that drives alone, or by whoever has the lock of
// `elsewhere`; the watch is used by the thread that drives.
unsafe impl Sync for Watcher {}

impl Watcher {
    pub fn new(
        watch: Watch,
        counts: *const AllocationCounts,
        modules: &[Module],
        elsewhere: Option<Elsewhere>,
    ) -> Self {
        let state = State {
            counts,
            stacks: Stacks::new(modules),
            tree: StackTree::new(),
            prediction: Prediction::new(MOST_STACKS),
            table: StackTable::new(),
            tally: Tally::new(),
            in_hand: InHand::new(),
            overflow: SiteCounts::default(),
        };
        Self { state: UnsafeCell::new(state), watch, elsewhere }
    }

    /// Whoever else is told of.
    pub fn elsewhere(&self) -> Option<&Elsewhere> {
        self.elsewhere.as_ref()
    }

    /// The state, for as long as nobody else has it.
    ///
    /// # Safety
    ///
    /// Nothing that is done with it may allocate, lock or call the kernel while calls are told,
    /// since it would then be reached again. It is for the thread that drives alone, or for the one
    /// that has the lock of `elsewhere`, where there is one.
    #[allow(clippy::mut_from_ref)] // that is what the cell is for
    pub unsafe fn state(&self) -> &mut State {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.state.get() }
    }

    /// From now on each call of this thread is told; `driver_sp` is the stack pointer of whoever
    /// calls the target.
    #[inline]
    pub fn begin(&self, driver_sp: u64) {
        let _alone = self.elsewhere.as_ref().map(Elsewhere::message_begins);
        // SAFETY: nothing of this thread is told yet, and no other one comes here.
        let state = unsafe { self.state() };
        if state.stacks.driver_sp != driver_sp {
            // What was remembered lies elsewhere on the stack now.
            state.stacks.driver_sp = driver_sp;
            state.prediction.forget();
        }
        state.in_hand.begin();
        state.overflow = SiteCounts::default();
        let told = if self.elsewhere.is_some() { &TOLD_AMONG_OTHERS } else { &TOLD };
        self.watch.tell(told, (&raw const *self).cast_mut().cast());
    }

    /// The message is done: nothing is told any more.
    #[inline]
    pub fn end(&self) {
        self.watch.stop();
    }

    /// The message in hand counts, now that its kind is known. Answers what other threads asked for.
    pub fn take(&self, kind: u8) -> AllocationTotals {
        let alone = self.elsewhere.as_ref().map(Elsewhere::message_ends);
        // SAFETY: nothing of this thread is told between messages, and no other one comes here.
        unsafe { self.state() }.take(kind);
        alone.map_or(AllocationTotals::default(), |(_, asked)| asked)
    }

    /// The target marked a stage.
    pub fn mark(&self, stage: u32) {
        let stage = stage_number(stage);
        let alone = self.elsewhere.as_ref().map(Elsewhere::alone);
        // SAFETY: marking a stage asks for nothing; the target stands still in its mark, and no
        // other thread comes here.
        let in_hand = unsafe { &mut self.state().in_hand };
        match alone {
            None => in_hand.mark(stage),
            Some(_) => in_hand.mark_among_others(stage),
        }
    }

    /// A system call of the target, about to be made.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // nowhere else can they be seen
    pub fn system_call(&self, number: u16, place: Place) {
        let _alone = self.elsewhere.as_ref().map(Elsewhere::alone);
        // SAFETY: keeping a call asks for nothing, the target stands still, and no other thread
        // comes here.
        unsafe { self.state() }.keep(What::SystemCall, number, 0, (0, 0), place);
    }
}

pub(super) fn stage_number(stage: u32) -> u8 {
    u8::try_from(stage as usize & (MAX_STAGES - 1)).unwrap_or(NO_STAGE)
}

impl State {
    #[inline(always)]
    fn keep(&mut self, what: What, number: u16, size: u64, (block, old): (u64, u64), place: Place) {
        let stack = self.prediction.guess(place).or_else(|| self.find(place));
        let call = Call { size, stack, what, stage: NO_STAGE, number, lane: 0, freed: false };
        self.push(call, block, old);
    }

    /// Takes a call whose stack is known.
    #[inline(always)]
    pub fn push(&mut self, call: Call, block: u64, old: u64) {
        if !self.in_hand.push(call, block, old) {
            self.overflow.take(&call);
        }
    }

    /// The number of a stack that was not guessed; `None` where there is no room for it.
    #[inline(never)]
    fn find(&mut self, place: Place) -> Option<u32> {
        let driver_sp = self.stacks.driver_sp;
        let Some(stack) = self.tree.find(place, driver_sp) else {
            return self.walk(place).inspect(|&stack| self.prediction.learn(stack));
        };
        self.prediction.learn(stack);
        if !self.prediction.is_known(stack, place) {
            let walked = self.tree.what_it_depends_on(place, driver_sp);
            if walked.is_whole() {
                self.prediction.keep(stack, &walked);
            }
        }
        Some(stack)
    }

    /// The number of a stack that is not remembered; `None` where there is no room for it.
    #[cold]
    fn walk(&mut self, place: Place) -> Option<u32> {
        let (frames, complete) = self.stacks.walk(place);
        let stack = self.table.number(frames, complete)?;
        if complete {
            self.tree.remember(place, self.stacks.frames(), stack);
        }
        Some(stack)
    }

    /// The message in hand counts, now that its kind is known.
    fn take(&mut self, kind: u8) {
        for call in self.in_hand.calls() {
            self.tally.take(call, kind);
        }
        self.tally.unplaced.add(&self.overflow);
    }

    /// Whether the counting allocator leaves calls out: a target's own allocator counts for itself.
    fn paused(&self) -> bool {
        // SAFETY: the counts live as long as this thread. The target writes them behind the
        // compiler's back.
        unsafe { (&raw const (*self.counts).paused).read_volatile() != 0 }
    }
}

/// Called by the preloaded library; a function of its own for each kind of call, so that its
/// branches are known in advance.
unsafe extern "C" fn told<const WHAT: usize, const AMONG_OTHERS: bool>(
    context: *mut c_void,
    call: *const Told,
) {
    // SAFETY: `begin` has put a watcher there, and `end` takes it away before it goes.
    let watcher = unsafe { &*context.cast::<Watcher>() };
    let _alone = if AMONG_OTHERS { watcher.elsewhere().map(Elsewhere::alone) } else { None };
    // SAFETY: keeping a call asks for nothing, the target stands still, and no other thread comes
    // here. The library hands over a whole call.
    let (state, call) = unsafe { (watcher.state(), &*call) };
    let what = const { WHATS[WHAT] };
    if what != What::Locked && state.paused() {
        return;
    }
    let place = Place { pc: call.pc, sp: call.sp, fp: call.fp, is_return_address: true };
    state.keep(what, 0, call.size, (call.block, call.old), place);
}

/// Called by each mark.
pub(super) unsafe extern "C" fn observe(probe: *mut Probe, stage: u32) {
    // SAFETY: the pass has put its watcher there, which outlives it.
    unsafe { &*(*probe).context.cast::<Watcher>() }.mark(stage);
}
