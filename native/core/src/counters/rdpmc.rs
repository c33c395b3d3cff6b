//! Counters read by an instruction, without a call of the kernel.
//!
//! The protocol is that of `struct perf_event_mmap_page` in `include/uapi/linux/perf_event.h`: the
//! kernel's page says which counter of the processor an event has and what to add to it, under a
//! sequence lock, since the event may lose the counter in between.

use super::group::Group;
use super::kernel::{Kernel, Page};
use std::sync::atomic::{Ordering, compiler_fence};

/// Looks at a page before it is said to be unreadable: one that changes at every look is not right.
const MOST_LOOKS: u32 = 1_000;

/// Reads each event of a group.
pub struct Readers<'kernel, K: Kernel> {
    kernel: &'kernel K,
    pages: Vec<*const Page>,
}

impl<'kernel, K: Kernel> Readers<'kernel, K> {
    /// Maps the pages of a group's counters.
    ///
    /// # Errors
    ///
    /// Why they cannot be read so, in words for the user.
    pub fn new(group: &Group, kernel: &'kernel K) -> Result<Self, String> {
        if !kernel.has_rdpmc() {
            return Err("latprobe knows how to read counters within a message on x86-64 alone; a \
                        call of the kernel at each mark takes longer than a stage"
                .to_owned());
        }
        let mut pages = Vec::new();
        for (event, descriptor) in group.events.iter().zip(&group.descriptors) {
            let page = kernel
                .map(*descriptor)
                .map_err(|error| format!("the page of {} cannot be mapped: {error}", event.name))?;
            pages.push(page);
        }
        let readers = Self { kernel, pages };
        if let Some(index) = (0..group.events.len()).find(|it| readers.read(*it).is_none()) {
            return Err(format!(
                "{} cannot be read by rdpmc within a message: see \
                 /sys/bus/event_source/devices/cpu/rdpmc, which has to be 1 or 2",
                group.events[index].name
            ));
        }
        Ok(readers)
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// What an event stands at; `None` while it has no counter, or may not be read so.
    #[inline]
    #[must_use]
    pub fn read(&self, index: usize) -> Option<u64> {
        let page = self.pages[index];
        for _ in 0..MOST_LOOKS {
            // SAFETY: `new` has mapped the page, for good; the kernel writes it meanwhile, which is
            // what the lock tells, and each field is read as a whole.
            let (lock, capabilities, counter, offset, width) = unsafe {
                let lock = (&raw const (*page).lock).read_volatile();
                compiler_fence(Ordering::SeqCst);
                let capabilities = (&raw const (*page).__bindgen_anon_1).read_volatile();
                let counter = (&raw const (*page).index).read_volatile();
                let offset = (&raw const (*page).offset).read_volatile();
                (
                    lock,
                    capabilities,
                    counter,
                    offset,
                    (&raw const (*page).pmc_width).read_volatile(),
                )
            };
            // SAFETY: any bits are a set of capabilities.
            let may = unsafe { capabilities.__bindgen_anon_1.cap_user_rdpmc() } != 0;
            let value = (may && counter != 0).then(|| {
                let raw = self.kernel.rdpmc(counter - 1);
                offset.wrapping_add(sign_extended(raw, width)).cast_unsigned()
            });
            compiler_fence(Ordering::SeqCst);
            // SAFETY: as above.
            if unsafe { (&raw const (*page).lock).read_volatile() } == lock && lock & 1 == 0 {
                return value;
            }
        }
        None
    }
}

/// A counter of `width` bits as a number with a sign, as the kernel counts from below 0.
fn sign_extended(raw: u64, width: u16) -> i64 {
    let unused = 64 - u32::from(width.clamp(1, 64));
    (raw << unused).cast_signed() >> unused
}
