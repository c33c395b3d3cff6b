//! Whether hardware counters can be had.

use std::io::{Error, Read};
use std::os::fd::{FromRawFd, OwnedFd};

/// `perf_event_attr` as far as its first published version goes (`include/uapi/linux/perf_event.h`).
#[repr(C)]
#[derive(Default)]
struct Attributes {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup_events: u32,
    breakpoint_type: u32,
    breakpoint_address: u64,
}

const HARDWARE: u32 = 0;
const INSTRUCTIONS: u64 = 1;
const EXCLUDE_KERNEL: u64 = 1 << 5;
const EXCLUDE_HYPERVISOR: u64 = 1 << 6;
const CLOSE_ON_EXEC: libc::c_ulong = 1 << 3;

/// Counts some instructions of this thread's own with a hardware counter.
///
/// # Errors
///
/// Why not: the kernel's words, or that nothing was counted.
pub fn try_hardware_counters() -> Result<(), String> {
    let attributes = Attributes {
        kind: HARDWARE,
        size: u32::try_from(size_of::<Attributes>()).unwrap_or_default(),
        config: INSTRUCTIONS,
        flags: EXCLUDE_KERNEL | EXCLUDE_HYPERVISOR,
        ..Attributes::default()
    };
    let (this_thread, any_cpu, no_group) = (0, -1, -1);
    // SAFETY: the structure is as long as it says, and outlives the call.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attributes,
            this_thread,
            any_cpu,
            no_group,
            CLOSE_ON_EXEC,
        )
    };
    let descriptor = i32::try_from(answer).unwrap_or(-1);
    if descriptor < 0 {
        return Err(Error::last_os_error().to_string());
    }
    // SAFETY: the kernel has just opened it, and nobody else has it.
    let mut counter = std::fs::File::from(unsafe { OwnedFd::from_raw_fd(descriptor) });
    let mut count = [0; 8];
    counter.read_exact(&mut count).map_err(|error| error.to_string())?;
    if u64::from_ne_bytes(count) == 0 {
        return Err("the counter stands still".to_owned());
    }
    Ok(())
}
