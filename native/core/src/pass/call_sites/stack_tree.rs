//! Stacks that were walked before, known again without a walk.
//!
//! How to leave a function depends on the address in it alone: so far above the stack pointer, or
//! above the frame pointer, stands where it returns to. A walk by the unwinder is remembered as a
//! path of such steps; the same path is then followed with one look at the stack for each frame,
//! and ends in the number of the stack.

use super::prediction::Walked;
use super::slots::{Slots, mixed};
use super::unwinding::{Frame, Place, Step, word_at};

const MOST_NODES: usize = 1 << 17;
const NONE: u32 = u32::MAX;
/// The address of the innermost frame has no frame inside of it.
const ROOT: u32 = u32::MAX - 1;

#[derive(Clone, Copy)]
struct Node {
    /// The frame inside of this one.
    inner: u32,
    /// The frame outside of this one that was last seen.
    outer: u32,
    /// Where it stands: the program counter, or where the frame inside of it returns to.
    address: u64,
    step: Step,
    /// The number of the stack that ends here.
    stack: u32,
    is_return_address: bool,
}

/// Paths from the innermost frame outwards, in memory that is there before the pass begins.
pub(super) struct StackTree {
    slots: Slots,
    nodes: Vec<Node>,
}

/// What a step along a path takes.
enum Took {
    /// Where a function returns to: the word's address, and the word.
    Return(u64, u64),
    /// The frame pointer that a function has saved, likewise.
    SavedFp(u64, u64),
    /// The frame pointer, to leave a function by.
    UsedFp,
}

impl StackTree {
    pub fn new() -> Self {
        Self { slots: Slots::new(MOST_NODES), nodes: Vec::with_capacity(MOST_NODES) }
    }

    /// The number of the stack at `place`, if it was seen before.
    pub fn find(&self, place: Place, driver_sp: u64) -> Option<u32> {
        self.follow(place, driver_sp, |_| ())
    }

    /// What that depends on. A frame pointer that was saved does not matter, until a function is
    /// left by it.
    pub fn what_it_depends_on(&self, place: Place, driver_sp: u64) -> Walked {
        let (mut walked, mut saved_fp) = (Walked::from(place), None);
        self.follow(place, driver_sp, |took| match took {
            Took::Return(address, back) => walked.push(address, back),
            Took::SavedFp(address, fp) => saved_fp = Some((address, fp)),
            Took::UsedFp => match saved_fp {
                Some((address, fp)) => walked.push(address, fp),
                None => walked.need_fp(),
            },
        });
        walked
    }

    /// Follows a path, and tells what each step takes.
    #[inline(always)]
    fn follow(&self, place: Place, driver_sp: u64, mut tell: impl FnMut(Took)) -> Option<u32> {
        let mut number = self.number_of(ROOT, place.pc)?;
        let mut node = &self.nodes[number as usize];
        if node.is_return_address != place.is_return_address {
            return None;
        }
        let (mut sp, mut fp) = (place.sp, place.fp);
        loop {
            let next_sp = node.step.next_sp(sp, fp);
            if next_sp <= sp || next_sp > driver_sp || !next_sp.is_multiple_of(8) {
                return None;
            }
            // SAFETY: between the target's stack pointer and the driver's, on this thread's stack.
            let back = unsafe { word_at(next_sp - 8) };
            if node.step.is_by_fp() {
                tell(Took::UsedFp);
            }
            tell(Took::Return(next_sp - 8, back));
            if let Some(saved) = node.step.saved_fp() {
                let at = next_sp.wrapping_add_signed(saved);
                if at < sp || at >= next_sp || !at.is_multiple_of(8) {
                    return None;
                }
                // SAFETY: as above.
                fp = unsafe { word_at(at) };
                tell(Took::SavedFp(at, fp));
            }
            if next_sp == driver_sp {
                return (node.stack != NONE).then_some(node.stack);
            }
            sp = next_sp;
            number = match self.nodes.get(node.outer as usize) {
                Some(outer) if outer.address == back => node.outer,
                _ => self.number_of(number, back)?,
            };
            node = &self.nodes[number as usize];
        }
    }

    /// Remembers a walk that came to the driver, and how each of its frames was left; as far as
    /// there is room.
    #[cold]
    pub fn remember(&mut self, place: Place, frames: &[Frame], stack: u32) {
        let mut inner = ROOT;
        for frame in frames {
            let Some(step) = frame.step else { return };
            let number = match self.number_of(inner, frame.address) {
                Some(number) => number,
                None => match self.add(inner, frame.address, step, place.is_return_address) {
                    Some(number) => number,
                    None => return,
                },
            };
            if let Some(inside) = self.nodes.get_mut(inner as usize) {
                inside.outer = number;
            }
            inner = number;
        }
        if let Some(outermost) = self.nodes.get_mut(inner as usize) {
            outermost.stack = stack;
        }
    }

    fn add(&mut self, inner: u32, address: u64, step: Step, is_return: bool) -> Option<u32> {
        if self.nodes.len() == MOST_NODES {
            return None;
        }
        let number = u32::try_from(self.nodes.len()).ok()?;
        let is_return_address = inner != ROOT || is_return;
        let node = Node { inner, outer: NONE, address, step, stack: NONE, is_return_address };
        self.nodes.push(node);
        let nodes = &self.nodes;
        self.slots.insert(number, |it| {
            let node = &nodes[it as usize];
            hash(node.inner, node.address)
        });
        Some(number)
    }

    #[inline]
    fn number_of(&self, inner: u32, address: u64) -> Option<u32> {
        self.slots.find(hash(inner, address), |number| {
            let node = &self.nodes[number as usize];
            node.address == address && node.inner == inner
        })
    }
}

#[inline]
fn hash(inner: u32, address: u64) -> u64 {
    mixed(address ^ u64::from(inner) << 40)
}
