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

    pub fn registers(pc: u64, sp: u64, fp: u64) -> Registers {
        Registers::new(pc, sp, fp)
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

    /// Where the caller goes back to is on its stack: a call has taken the register.
    pub fn registers(pc: u64, sp: u64, fp: u64) -> Registers {
        Registers::new(pc, sp, fp)
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
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub pc: u64,
    pub sp: u64,
    pub fp: u64,
    /// Whether `pc` is where a call will come back to, and not an instruction that is being done.
    pub is_return_address: bool,
}

/// Walks the stack of this thread.
pub(super) struct Stacks {
    unwinder: processor::Unwinder,
    cache: processor::Cache,
    /// Stack pointer of the function that calls the target: where a walk ends.
    pub driver_sp: u64,
    frames: [u64; MOST_FRAMES],
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
            frames: [0; MOST_FRAMES],
        }
    }

    /// The addresses of calls from `place` outwards, each inside of its call instruction, and
    /// whether the walk came to the driver.
    #[inline]
    pub fn walk(&mut self, place: Place) -> (&[u64], bool) {
        let readable = place.sp..self.driver_sp;
        let mut read = |address: u64| read_word(&readable, address);
        let mut registers = processor::registers(place.pc, place.sp, place.fp);
        let mut count = 0;
        let mut address = if place.is_return_address {
            FrameAddress::from_return_address(place.pc)
        } else {
            Some(FrameAddress::from_instruction_pointer(place.pc))
        };
        let complete = loop {
            let Some(here) = address else { break false };
            if count == MOST_FRAMES {
                break false;
            }
            self.frames[count] = here.address_for_lookup();
            count += 1;
            match self.unwinder.unwind_frame(here, &mut registers, &mut self.cache, &mut read) {
                Ok(Some(_)) if registers.sp() >= self.driver_sp => break true,
                Ok(Some(next)) => address = FrameAddress::from_return_address(next),
                Ok(None) | Err(_) => break false,
            }
        };
        (&self.frames[..count], complete)
    }
}

#[inline]
fn read_word(readable: &Range<u64>, address: u64) -> Result<u64, ()> {
    let last = address.checked_add(8).ok_or(())?;
    if address < readable.start || last > readable.end || !address.is_multiple_of(8) {
        return Err(());
    }
    // SAFETY: an aligned word of this thread's own stack, above its pointer and below the driver's
    // frame, which is further out.
    Ok(unsafe { (address as *const u64).read_volatile() })
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
