//! Told of each call while the target has a message, and keeps where it was made.

use super::in_hand::{Call, InHand, NO_STAGE, What};
use super::interposer::{Tell, Told, Watch};
use super::modules::Module;
use super::prediction::Prediction;
use super::stack_table::{MOST_STACKS, StackTable};
use super::stack_tree::StackTree;
use super::tally::{SiteCounts, Tally};
use super::unwinding::{Place, Stacks};
use latprobe_abi::{AllocationCounts, MAX_STAGES, Probe};
use std::cell::UnsafeCell;
use std::ffi::c_void;

/// In the order of the preloaded library's numbers.
const WHATS: [What; 4] = [What::Allocated, What::Freed, What::Resized, What::Locked];
static TOLD: [Tell; 4] = [told::<0>, told::<1>, told::<2>, told::<3>];

/// Everything that is kept while a pass lasts, in memory that is there before it begins.
pub(super) struct State {
    counts: *const AllocationCounts,
    stacks: Stacks,
    tree: StackTree,
    prediction: Prediction,
    pub table: StackTable,
    pub tally: Tally,
    in_hand: InHand,
    /// Calls of the message in hand that there was no room for.
    overflow: SiteCounts,
}

/// The state, which the driver's loop, the target's marks and the preloaded library reach in turn.
pub(super) struct Watcher {
    state: UnsafeCell<State>,
    watch: Watch,
}

impl Watcher {
    pub fn new(watch: Watch, counts: *const AllocationCounts, modules: &[Module]) -> Self {
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
        Self { state: UnsafeCell::new(state), watch }
    }

    /// The state, for as long as nobody else has it.
    ///
    /// # Safety
    ///
    /// Nothing that is done with it may allocate, lock or call the kernel while calls are told,
    /// since it would then be reached again. It is for this thread alone.
    #[allow(clippy::mut_from_ref)] // that is what the cell is for
    pub unsafe fn state(&self) -> &mut State {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.state.get() }
    }

    /// From now on each call of this thread is told; `driver_sp` is the stack pointer of whoever
    /// calls the target.
    #[inline]
    pub fn begin(&self, driver_sp: u64) {
        // SAFETY: nothing is told yet.
        let state = unsafe { self.state() };
        if state.stacks.driver_sp != driver_sp {
            // What was remembered lies elsewhere on the stack now.
            state.stacks.driver_sp = driver_sp;
            state.prediction.forget();
        }
        state.in_hand.begin();
        state.overflow = SiteCounts::default();
        self.watch.tell(&TOLD, (&raw const *self).cast_mut().cast());
    }

    /// The message is done: nothing is told any more.
    #[inline]
    pub fn end(&self) {
        self.watch.stop();
    }

    /// The target marked a stage.
    pub fn mark(&self, stage: u32) {
        let stage = u8::try_from(stage as usize & (MAX_STAGES - 1)).unwrap_or(NO_STAGE);
        // SAFETY: marking a stage asks for nothing; the target stands still in its mark.
        unsafe { self.state() }.in_hand.mark(stage);
    }

    /// A system call of the target, about to be made.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // nowhere else can they be seen
    pub fn system_call(&self, number: u16, place: Place) {
        // SAFETY: keeping a call asks for nothing, and the target stands still.
        unsafe { self.state() }.keep(What::SystemCall, number, 0, (0, 0), place);
    }
}

impl State {
    #[inline(always)]
    fn keep(&mut self, what: What, number: u16, size: u64, (block, old): (u64, u64), place: Place) {
        let stack = self.prediction.guess(place).or_else(|| self.find(place));
        let call = Call { size, stack, what, stage: NO_STAGE, number, freed: false };
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
    pub fn take(&mut self, kind: u8) {
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
unsafe extern "C" fn told<const WHAT: usize>(context: *mut c_void, call: *const Told) {
    // SAFETY: `begin` has put a watcher there, and `end` takes it away before it goes.
    let watcher = unsafe { &*context.cast::<Watcher>() };
    // SAFETY: keeping a call asks for nothing, and the target stands still. The library hands over
    // a whole call.
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
