//! Walking up the stack, from a call in the target to the driver's own frame.
//!
//! By the tables that compilers write for exceptions, with a cache of the rule for each address;
//! by frame pointers where a function has no table. Nothing is allocated, and nothing outside of
//! the part of the stack between the two is ever read.

use super::modules::Module;
use framehop::{ExplicitModuleSectionInfo, FrameAddress, MustNotAllocateDuringUnwind, Unwinder};
use std::ops::Range;

/// Frames of one stack. Deeper ones lose their outer end.
pub(super) const MOST_FRAMES: usize = 192;

type Section = &'static [u8];

#[cfg(target_arch = "x86_64")]
mod processor {
    use super::{MustNotAllocateDuringUnwind, Section};

    pub type Unwinder = framehop::x86_64::UnwinderX86_64<Section, MustNotAllocateDuringUnwind>;
    pub type Cache = framehop::x86_64::CacheX86_64<MustNotAllocateDuringUnwind>;
    pub type Registers = framehop::x86_64::UnwindRegsX86_64;

    /// Whether a caller is always found below its own stack pointer.
    pub const RETURNS_BY_THE_STACK: bool = true;

    pub fn registers(pc: u64, sp: u64, fp: u64) -> Registers {
        Registers::new(pc, sp, fp)
    }

    pub fn frame_pointer(registers: &Registers) -> u64 {
        registers.bp()
    }

    /// The stack pointer of the function that this is compiled into.
    #[inline(always)]
    pub fn stack_pointer() -> u64 {
        let sp: u64;
        // SAFETY: it reads a register.
        unsafe { std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack)) };
        sp
    }
}

#[cfg(target_arch = "aarch64")]
mod processor {
    use super::{MustNotAllocateDuringUnwind, Section};

    pub type Unwinder = framehop::aarch64::UnwinderAarch64<Section, MustNotAllocateDuringUnwind>;
    pub type Cache = framehop::aarch64::CacheAarch64<MustNotAllocateDuringUnwind>;
    pub type Registers = framehop::aarch64::UnwindRegsAarch64;

    /// A caller may be in a register here: each stack is walked by the unwinder.
    pub const RETURNS_BY_THE_STACK: bool = false;

    /// Where the caller goes back to is on its stack: a call has taken the register.
    pub fn registers(pc: u64, sp: u64, fp: u64) -> Registers {
        Registers::new(pc, sp, fp)
    }

    pub fn frame_pointer(registers: &Registers) -> u64 {
        registers.fp()
    }

    /// The stack pointer of the function that this is compiled into.
    #[inline(always)]
    pub fn stack_pointer() -> u64 {
        let sp: u64;
        // SAFETY: it reads a register.
        unsafe { std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack)) };
        sp
    }
}

pub(super) use processor::stack_pointer;

/// Where a walk begins: registers of the innermost frame.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub pc: u64,
    pub sp: u64,
    pub fp: u64,
    /// Whether `pc` is where a call will come back to, and not an instruction that is being done.
    pub is_return_address: bool,
}

/// How a function is left from one address in it, where that is simple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// How far the caller's stack pointer is above this function's; `BY_FP` where it is two words
    /// above the frame pointer.
    above_sp: u32,
    /// Where the caller's frame pointer was saved, from the caller's stack pointer; `IN_REGISTER`
    /// where it is still there.
    saved_fp: i32,
}

const BY_FP: u32 = u32::MAX;
const IN_REGISTER: i32 = 0;

/// A frame of a walk.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// The program counter, or where the frame inside of it returns to.
    pub address: u64,
    /// `None` where it is not simple.
    pub step: Option<Step>,
}

/// What is put in the place of a frame pointer, to see whether it is needed: no address of a stack.
const NONSENSE: u64 = 0x0bad_0bad_0bad_0ba8;

/// Walks the stack of this thread.
pub(super) struct Stacks {
    unwinder: processor::Unwinder,
    cache: processor::Cache,
    /// Stack pointer of the function that calls the target: where a walk ends.
    pub driver_sp: u64,
    /// Whether a stack ends where its thread began, and not at the driver.
    is_to_the_end: bool,
    lookup: [u64; MOST_FRAMES],
    frames: [Frame; MOST_FRAMES],
    count: usize,
}

impl Stacks {
    pub fn new(modules: &[Module]) -> Self {
        let mut unwinder = processor::Unwinder::new();
        for module in modules {
            unwinder.add_module(described(module));
        }
        Self {
            unwinder,
            cache: processor::Cache::default(),
            driver_sp: 0,
            is_to_the_end: false,
            lookup: [0; MOST_FRAMES],
            frames: [Frame { address: 0, step: None }; MOST_FRAMES],
            count: 0,
        }
    }

    /// The same for whole stacks, of other threads: a walk ends where the thread began.
    pub fn to_the_end(modules: &[Module]) -> Self {
        Self { is_to_the_end: true, ..Self::new(modules) }
    }

    /// The addresses of calls from `place` outwards, each inside of its call instruction, and
    /// whether the walk came to the driver.
    pub fn walk(&mut self, place: Place) -> (&[u64], bool) {
        let complete = self.follow(place);
        (&self.lookup[..self.count], complete)
    }

    /// The frames of the last walk.
    pub fn frames(&self) -> &[Frame] {
        &self.frames[..self.count]
    }

    fn follow(&mut self, place: Place) -> bool {
        let readable = place.sp..self.driver_sp;
        let mut registers = processor::registers(place.pc, place.sp, place.fp);
        let mut address = if place.is_return_address {
            FrameAddress::from_return_address(place.pc)
        } else {
            Some(FrameAddress::from_instruction_pointer(place.pc))
        };
        self.count = 0;
        while let Some(here) = address
            && self.count < MOST_FRAMES
        {
            let before = registers;
            let mut saved_at = None;
            let mut read = |address: u64| {
                let word = read_word(&readable, address)?;
                saved_at = saved_at.or(Some(address));
                Ok(word)
            };
            let left = self.unwinder.unwind_frame(here, &mut registers, &mut self.cache, &mut read);
            self.lookup[self.count] = here.address_for_lookup();
            self.frames[self.count] = Frame { address: here.address(), step: None };
            if let (Ok(Some(back)), Some(saved_at)) = (left, saved_at) {
                let step = self.step(here, before, registers, back, saved_at, &readable);
                self.frames[self.count].step = step;
            }
            self.count += 1;
            match left {
                Ok(Some(_)) if registers.sp() >= self.driver_sp => return true,
                Ok(Some(next)) => address = FrameAddress::from_return_address(next),
                Ok(None) => return self.is_to_the_end,
                Err(_) => return false,
            }
        }
        false
    }

    /// How a frame was left, in a form that can be done again without the unwinder: it is only
    /// taken for that where it says the same of the frame that was just left.
    ///
    /// `saved_at` is the first word that was read: the frame pointer's, where there is one.
    fn step(
        &mut self,
        here: FrameAddress,
        before: processor::Registers,
        after: processor::Registers,
        back: u64,
        saved_at: u64,
        readable: &Range<u64>,
    ) -> Option<Step> {
        let fp_of = processor::frame_pointer;
        // The same frame, left without its frame pointer.
        let mut blind = processor::registers(0, before.sp(), NONSENSE);
        let mut read = |address: u64| read_word(readable, address);
        let left = self.unwinder.unwind_frame(here, &mut blind, &mut self.cache, &mut read);
        let needs_fp = left != Ok(Some(back)) || blind.sp() != after.sp();
        let above_sp = if needs_fp {
            BY_FP
        } else {
            u32::try_from(after.sp().checked_sub(before.sp())?).ok()?
        };
        // One that is carried along shows as the nonsense that went in.
        let is_kept = !needs_fp && fp_of(&blind) == NONSENSE;
        let saved = i32::try_from(saved_at.cast_signed() - after.sp().cast_signed()).ok()?;
        let step = Step { above_sp, saved_fp: if is_kept { IN_REGISTER } else { saved } };
        let fp = match step.saved_fp() {
            None => fp_of(&before),
            Some(_) => read_word(readable, saved_at).ok()?,
        };
        let next_sp = step.next_sp(before.sp(), fp_of(&before));
        let is_same = next_sp == after.sp()
            && fp == fp_of(&after)
            && read_word(readable, next_sp.wrapping_sub(8)) == Ok(back);
        (processor::RETURNS_BY_THE_STACK && is_same).then_some(step)
    }
}

impl Step {
    /// The caller's stack pointer.
    #[inline]
    pub fn next_sp(self, sp: u64, fp: u64) -> u64 {
        if self.above_sp == BY_FP { fp.wrapping_add(16) } else { sp + u64::from(self.above_sp) }
    }

    /// Whether the caller is found by the frame pointer.
    pub fn is_by_fp(self) -> bool {
        self.above_sp == BY_FP
    }

    /// Where the caller's frame pointer was saved, from its stack pointer.
    #[inline]
    pub fn saved_fp(self) -> Option<i64> {
        (self.saved_fp != IN_REGISTER).then_some(self.saved_fp.into())
    }
}

/// A word of the stack.
///
/// # Safety
///
/// The address must be a multiple of 8, of this thread's own stack.
#[inline]
pub(super) unsafe fn word_at(address: u64) -> u64 {
    // SAFETY: the caller's promise. The target has written it behind the compiler's back.
    unsafe { (address as *const u64).read_volatile() }
}

/// A word of this thread's stack, in the part that may be looked at.
fn read_word(readable: &Range<u64>, address: u64) -> Result<u64, ()> {
    let last = address.checked_add(8).ok_or(())?;
    if address < readable.start || last > readable.end || !address.is_multiple_of(8) {
        return Err(());
    }
    // SAFETY: an aligned word of this thread's own stack, above its pointer, and below the driver's
    // frame, which is further out, or below what libc keeps at the stack's upper end.
    Ok(unsafe { word_at(address) })
}

fn described(module: &Module) -> framehop::Module<Section> {
    let mut sections = ExplicitModuleSectionInfo::<Section>::default();
    let range = |section: Section| {
        let start = section.as_ptr() as u64 - module.bias;
        start..start + section.len() as u64
    };
    if let Some(tables) = &module.unwind {
        sections.eh_frame_hdr_svma = Some(range(tables.header));
        sections.eh_frame_hdr = Some(tables.header);
        sections.eh_frame_svma = Some(range(tables.frames));
        sections.eh_frame = Some(tables.frames);
    }
    framehop::Module::new(module.path.clone(), module.range.clone(), module.bias, sections)
}
