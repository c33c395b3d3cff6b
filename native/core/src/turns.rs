//! Two processes that replay on one CPU in turns, so that both meet the same machine.

use std::os::fd::RawFd;

/// How this process takes turns with another, by a byte that goes to and fro through two pipes.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// Messages in a turn; not 0.
    pub messages: u64,
    /// Where the byte goes when a turn is over.
    pub hand_over: RawFd,
    /// Where it comes back from.
    pub wait: RawFd,
}

impl Turns {
    /// Lets the other process have its turn. Where there is none any more, this one goes on alone:
    /// both ends of its pipes are then closed, and neither call waits.
    pub(crate) fn pass(&self) {
        let mut byte = [0_u8];
        // SAFETY: the kernel reads one byte that is there. What is no descriptor is refused.
        unsafe { libc::write(self.hand_over, byte.as_ptr().cast(), 1) };
        // SAFETY: the kernel writes one byte to where there is room for one.
        while unsafe { libc::read(self.wait, byte.as_mut_ptr().cast(), 1) } < 0
            && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted
        {}
    }
}
