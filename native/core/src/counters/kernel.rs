//! What counters need of the kernel and the processor: to be scripted where there are none.

use perf_event_open_sys::bindings::{self as sys, perf_event_attr, perf_event_mmap_page};
use perf_event_open_sys::{ioctls, perf_event_open};
use std::io;

/// Where a counter's page says how to read it (`struct perf_event_mmap_page`).
pub type Page = perf_event_mmap_page;

/// The calls that counting takes. Descriptors are plain numbers, so that a script can make them up.
pub trait Kernel {
    /// Opens a counter of this thread in the group of `leader`, or of its own for -1.
    ///
    /// # Errors
    ///
    /// The kernel's.
    fn open(&self, attributes: &perf_event_attr, leader: i32) -> io::Result<i32>;

    /// Reads what a group has counted, into words of `PERF_FORMAT_GROUP`; answers how many.
    ///
    /// # Errors
    ///
    /// The kernel's.
    fn read(&self, leader: i32, words: &mut [u64]) -> io::Result<usize>;

    /// Starts or stops all counters of a group.
    ///
    /// # Errors
    ///
    /// The kernel's.
    fn switch(&self, leader: i32, on: bool) -> io::Result<()>;

    /// Maps a counter's page. It stays there until this process ends.
    ///
    /// # Errors
    ///
    /// The kernel's.
    fn map(&self, descriptor: i32) -> io::Result<*const Page>;

    /// Whether [`Kernel::rdpmc`] is there.
    fn has_rdpmc(&self) -> bool;

    /// What the processor's counter of that number stands at, as it is.
    fn rdpmc(&self, index: u32) -> u64;

    /// A file of the kernel's, such as the code of an event that has a name.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    fn file(&self, path: &str) -> io::Result<String>;

    /// Closes a counter.
    fn close(&self, descriptor: i32);
}

/// The kernel of this machine.
pub struct Linux;

impl Kernel for Linux {
    fn open(&self, attributes: &perf_event_attr, leader: i32) -> io::Result<i32> {
        let mut attributes = *attributes;
        let (this_thread, any_cpu) = (0, -1);
        // SAFETY: the structure is as long as it says, and outlives the call.
        let descriptor = unsafe {
            let flags = libc::c_ulong::from(sys::PERF_FLAG_FD_CLOEXEC);
            perf_event_open(&raw mut attributes, this_thread, any_cpu, leader, flags)
        };
        if descriptor < 0 { Err(io::Error::last_os_error()) } else { Ok(descriptor) }
    }

    fn read(&self, leader: i32, words: &mut [u64]) -> io::Result<usize> {
        // SAFETY: the buffer is as long as is said.
        let bytes = unsafe { libc::read(leader, words.as_mut_ptr().cast(), size_of_val(words)) };
        let bytes = usize::try_from(bytes).map_err(|_| io::Error::last_os_error())?;
        Ok(bytes / size_of::<u64>())
    }

    fn switch(&self, leader: i32, on: bool) -> io::Result<()> {
        let whole_group = sys::PERF_IOC_FLAG_GROUP;
        // SAFETY: takes a number, and no address.
        let answer = unsafe {
            if on {
                ioctls::ENABLE(leader, whole_group)
            } else {
                ioctls::DISABLE(leader, whole_group)
            }
        };
        if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    fn map(&self, descriptor: i32) -> io::Result<*const Page> {
        // SAFETY: a new mapping of one page, which nobody unmaps.
        let page = unsafe {
            let size = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap_or(4096);
            libc::mmap(std::ptr::null_mut(), size, libc::PROT_READ, libc::MAP_SHARED, descriptor, 0)
        };
        if page == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(page.cast()) }
    }

    fn has_rdpmc(&self) -> bool {
        cfg!(target_arch = "x86_64")
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn rdpmc(&self, index: u32) -> u64 {
        let (low, high): (u32, u32);
        // SAFETY: the kernel has said that this processor's counters may be read (`cap_user_rdpmc`).
        unsafe {
            std::arch::asm!(
                "lfence", "rdpmc", "lfence",
                in("ecx") index, out("eax") low, out("edx") high,
                options(nostack),
            );
        }
        u64::from(high) << 32 | u64::from(low)
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn rdpmc(&self, _index: u32) -> u64 {
        0 // never asked, see `has_rdpmc`
    }

    fn file(&self, path: &str) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn close(&self, descriptor: i32) {
        // SAFETY: it was opened by `open`, and is closed once.
        unsafe { libc::close(descriptor) };
    }
}
