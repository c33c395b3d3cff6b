//! Why the kernel does not count, and what would help.

use super::event::Event;
use super::kernel::Kernel;
use std::io;

const CPUINFO: &str = "/proc/cpuinfo";

const PARANOID: &str = "/proc/sys/kernel/perf_event_paranoid";

/// In words for the user: the reason, and the remedy.
pub(super) fn refusal(event: &Event, error: &io::Error, kernel: &impl Kernel) -> String {
    let level = kernel.file(PARANOID).map_or_else(
        |_| "the kernel is built without counters".to_owned(),
        |text| format!("perf_event_paranoid is {}", text.trim()),
    );
    match error.raw_os_error() {
        // AMD's processors count the misses of their last level for all programs together. What a
        // program fetches from memory, near or far, they count for it: PMCx043, masks 08h and 40h
        // (`ls_dmnd_fills_from_sys`, Zen to Zen 5).
        Some(libc::ENOENT | libc::EOPNOTSUPP | libc::EINVAL)
            if event.name == "LLC-misses"
                && kernel.file(CPUINFO).is_ok_and(|text| text.contains("AuthenticAMD")) =>
        {
            "AMD's processors do not count it for one program: name r4843 beside the others, which \
             is what it fetched from memory, or let `--simulate` simulate it"
                .to_owned()
        }
        Some(libc::ENOENT | libc::EOPNOTSUPP | libc::ENODEV | libc::ENXIO)
            if !event.is_software() =>
        {
            "this processor has no such counter, or the host of this virtual machine does not pass \
             it on; `--simulate` simulates instructions, caches and branches"
                .to_owned()
        }
        Some(libc::EACCES | libc::EPERM) => format!(
            "the kernel does not permit it ({level}): `sysctl kernel.perf_event_paranoid=1`, or \
             run with CAP_PERFMON"
        ),
        Some(libc::EMFILE | libc::ENFILE) => {
            "no file descriptors are left for it: raise `ulimit -n`, or name fewer events"
                .to_owned()
        }
        Some(libc::ENOSYS) => "this kernel is built without counters".to_owned(),
        Some(libc::EINVAL) => "the processor does not know this event, or cannot count it in a \
                               program's own code: look its code up in the processor's manual"
            .to_owned(),
        _ => format!("{error} ({level})"),
    }
}
