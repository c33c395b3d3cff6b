//! Memory that the loops write to.

/// `value`, `count` times, in memory that is there before the first message.
///
/// It is asked for in large pages where the system has them (`transparent_hugepage` of `madvise` or
/// `always`): where a page lies is then looked up once in 2 MiB and not once in 4 KiB, which in a
/// virtual machine may take over a microsecond, between two messages. `value` is not all zeros:
/// zeroed memory is not there until it is first written to.
pub(super) fn filled<T: Clone>(value: T, count: usize) -> Vec<T> {
    const PAGE: usize = 4096;
    let mut memory: Vec<T> = Vec::with_capacity(count);
    let whole = memory.as_ptr().addr();
    let (start, end) = (whole.next_multiple_of(PAGE), whole + count * size_of::<T>());
    let end = end - end % PAGE;
    if start < end {
        let first = memory.as_mut_ptr().with_addr(start);
        // SAFETY: whole pages of memory that is this vector's own and not in use yet; what they hold
        // is not changed. Where the kernel will not, they stay as they are.
        unsafe { libc::madvise(first.cast(), end - start, libc::MADV_HUGEPAGE) };
    }
    memory.resize(count, value);
    memory
}
