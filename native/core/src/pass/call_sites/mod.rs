//! The call-site pass: where each message allocates, frees, takes locks and calls the kernel.
//!
//! The preloaded library tells of each call while a message is in hand. Its stack is walked then
//! and there, and kept once; the call waits until the message's marks say which stage it was in,
//! and its answer of which kind it was. Nothing is allocated meanwhile: what there is no room for
//! is counted, and has no place.

// A call here would cost as much as what it calls, or hide whose stack pointer is read.
#![allow(clippy::inline_always)]

mod blocks;
mod elsewhere;
mod in_hand;
mod interposer;
mod modules;
mod prediction;
mod result;
mod slots;
mod stack_table;
mod stack_tree;
mod system_calls;
mod tally;
mod unwinding;
mod watcher;

use super::allocation_counter::{AllocationTotals, Counter};
use super::walk::{Progress, Stretch, Volume, Walk};
use super::window::settle;
use crate::builtin::quiet_probe;
use crate::instance::Answer;
use crate::{CoreError, Feed, Instance};
use elsewhere::{Elsewhere, watch_other_threads};
use interposer::Watch;
use latprobe_abi::{MODE_OBSERVED, Probe};
pub use modules::Module;
use modules::loaded_modules;
pub use result::{AddressResult, CallSitesResult, KindMessages, SiteResult, StackResult};
use result::{Names, addresses_and_stacks, kind_messages};
use system_calls::SystemCalls;
pub use tally::SiteCounts;
use unwinding::stack_pointer;
use watcher::{Watcher, observe};

/// Watches the calls of each message of `volume`.
///
/// # Errors
///
/// [`CoreError::NotCounting`] without the preloaded library; else as [`super::digest`].
pub fn call_sites(
    feed: &Feed,
    instance: &mut Instance,
    volume: Volume,
    progress: Progress,
) -> Result<CallSitesResult, CoreError> {
    let allocator = Counter::new()?;
    let modules = loaded_modules();
    let tracks = instance.tracks();
    let elsewhere = tracks.map(|_| Elsewhere::new(&modules)).transpose()?;
    let watch = Watch::of_this_thread()?;
    // Never freed: a thread that a target has left behind may still come to it.
    let watcher: &'static Watcher =
        Box::leak(Box::new(Watcher::new(watch, allocator.own(), &modules, elsewhere)));
    if let Some(tracks) = tracks {
        watch_other_threads(watcher, tracks)?;
    }
    let mut probe = Probe {
        mode: MODE_OBSERVED,
        observe: Some(observe),
        context: (&raw const *watcher).cast_mut().cast(),
        ..quiet_probe()
    };
    let system_calls = SystemCalls::watch(watcher);
    let mut walk = Walk::new(feed, volume, usize::MAX, progress)?;
    let mut seen = Seen {
        counter: allocator,
        watcher,
        system_calls: &system_calls,
        kinds: vec![0; instance.kind_count() + 1],
        counted: AllocationTotals::default(),
        unseen_system_calls: 0,
    };
    while let Some(stretch) = walk.next(instance)? {
        seen.watch_stretch(instance, &stretch, &mut probe, progress)?;
    }
    let system_calls_unsupported = system_calls.unsupported().map(str::to_owned);
    let Seen { kinds, counted, unseen_system_calls, .. } = seen;
    let messages = kinds.iter().sum();
    drop(system_calls);
    let names = Names::of(instance);
    let _alone = watcher.elsewhere().map(Elsewhere::alone);
    // SAFETY: nothing of this thread is told any more, and no other one comes here.
    let state = unsafe { watcher.state() };
    let (addresses, stacks) = addresses_and_stacks(&state.table, &modules);
    Ok(CallSitesResult {
        messages,
        kinds: kind_messages(instance, kinds),
        counted,
        addresses,
        stacks,
        sites: names.sites(&state.tally),
        unplaced: state.tally.unplaced,
        modules,
        system_calls_unsupported,
        unseen_system_calls,
    })
}

/// What the loop keeps of the messages.
struct Seen<'pass> {
    counter: Counter,
    watcher: &'static Watcher,
    system_calls: &'pass SystemCalls,
    kinds: Vec<u64>,
    counted: AllocationTotals,
    unseen_system_calls: u64,
}

impl Seen<'_> {
    fn watch_stretch(
        &mut self,
        instance: &Instance,
        stretch: &Stretch,
        probe: &mut Probe,
        progress: Progress,
    ) -> Result<(), CoreError> {
        for (nth, index) in stretch.range.clone().enumerate() {
            let sequence = stretch.sequence + nth as u64;
            progress.at(sequence);
            let before = self.counter.now();
            let answer = self.hand_over(instance, stretch, index, sequence, probe);
            // Whatever thread it is on, it is done with before the next.
            settle(instance, sequence)?;
            let mut counted = self.counter.now().since(before);
            if !stretch.measured {
                continue;
            }
            let kind = match instance.answer(answer, sequence)? {
                Answer::Kind(index) => index,
                Answer::Error(_) => self.kinds.len() - 1,
            };
            self.kinds[kind] += 1;
            self.unseen_system_calls += u64::from(self.system_calls.lost_sight());
            counted.add(self.watcher.take(u8::try_from(kind).unwrap_or(u8::MAX)));
            self.counted.add(counted);
        }
        Ok(())
    }

    /// Hands one message over. It has a frame of its own, which is where each stack ends.
    #[inline(never)]
    fn hand_over(
        &self,
        instance: &Instance,
        stretch: &Stretch,
        index: usize,
        sequence: u64,
        probe: &mut Probe,
    ) -> i32 {
        instance.announce(sequence, probe);
        let (on_message, this) = instance.call();
        let (bytes, recv_ns) = stretch.batch.message(index);
        self.watcher.begin(stack_pointer());
        self.system_calls.begin();
        // SAFETY: as in `Instance::message`: `this` is live and used by this thread alone; bytes
        // and probe outlive the call.
        let answer = unsafe { on_message(this, bytes.as_ptr(), bytes.len(), recv_ns, probe) };
        self.system_calls.end();
        self.watcher.end();
        answer
    }
}
