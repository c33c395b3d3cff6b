//! What the kernel counts for this thread.

/// Its counts so far: switches, faults, and the rest of `getrusage(2)`.
pub(crate) fn thread_usage() -> libc::rusage {
    // SAFETY: plain numbers, for which zeros are values.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes one `rusage` to where there is room for it.
    unsafe { libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage) };
    usage
}
