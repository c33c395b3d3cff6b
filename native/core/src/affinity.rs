//! Which CPUs this thread, and those that it starts, may run on.

/// Runs `work` on `cpus`, and comes back. Threads that it starts stay on them. Where there are none, or
/// the system does not allow it, it runs where this thread is.
pub(crate) fn on<R>(cpus: &[usize], work: impl FnOnce() -> R) -> R {
    let before = current();
    let moved = before.is_some() && !cpus.is_empty() && set(&set_of(cpus));
    let result = work();
    if let Some(before) = before.filter(|_| moved) {
        set(&before);
    }
    result
}

/// Moves this thread to one CPU.
pub(crate) fn pin(cpu: usize) -> bool {
    set(&set_of(&[cpu]))
}

/// Moves this thread to some CPUs; where there are none, or the system does not allow it, it stays.
pub(crate) fn confine(cpus: &[usize]) {
    if !cpus.is_empty() {
        set(&set_of(cpus));
    }
}

fn set_of(cpus: &[usize]) -> libc::cpu_set_t {
    // SAFETY: zeros are the empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for &cpu in cpus.iter().filter(|&&cpu| cpu < libc::CPU_SETSIZE as usize) {
        // SAFETY: the set has a bit for each number below `CPU_SETSIZE`.
        unsafe { libc::CPU_SET(cpu, &mut set) };
    }
    set
}

fn current() -> Option<libc::cpu_set_t> {
    let mut set = set_of(&[]);
    // SAFETY: writes as many bytes as the set has.
    let answer = unsafe { libc::sched_getaffinity(0, size_of_val(&set), &raw mut set) };
    (answer == 0).then_some(set)
}

fn set(set: &libc::cpu_set_t) -> bool {
    // SAFETY: reads as many bytes as the set has; it is of this thread alone.
    unsafe { libc::sched_setaffinity(0, size_of_val(set), &raw const *set) == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Vec<usize> {
        let set = current().expect("Linux says");
        // SAFETY: as above.
        (0..libc::CPU_SETSIZE as usize)
            .filter(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) })
            .collect()
    }

    #[test]
    fn a_thread_that_is_started_on_a_cpu_stays_there_and_its_starter_comes_back() {
        let before = allowed();
        let last = *before.last().expect("there is one");

        let started = on(&[last], || std::thread::spawn(allowed));

        assert_eq!(started.join().expect("it does not panic"), [last]);
        assert_eq!(allowed(), before);
    }

    #[test]
    fn where_a_cpu_is_not_there_work_is_done_all_the_same() {
        let before = allowed();

        assert_eq!(on(&[100_000], allowed), before);
        assert_eq!(on(&[], allowed), before);
    }
}
