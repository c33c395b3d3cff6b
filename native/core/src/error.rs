//! What the core refuses, in words for the user.

use thiserror::Error;

/// Everything that can go wrong before or between messages.
#[derive(Debug, Error)]
pub enum CoreError {
    /// The feed file cannot be opened or mapped.
    #[error("{path}: cannot map the feed: {source}")]
    FeedUnreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A batch does not lie inside the file, or its offsets are not in order.
    #[error("{path}: byte {offset}: {problem}")]
    FeedDamaged {
        /// The file.
        path: String,
        /// Where.
        offset: u64,
        /// What was found, and what was expected.
        problem: String,
    },
    /// There is no clock of that name.
    #[error("no clock is called '{name}'; there are counter and monotonic_raw")]
    UnknownClock {
        /// What was asked for.
        name: String,
    },
    /// A process has one clock.
    #[error("this process is already timed by another clock")]
    ClockInUse,
    /// The kernel does not say which memory a process has.
    #[error("/proc/self/smaps cannot be read, which says what memory there is: {source}")]
    MappingsUnreadable {
        /// Why.
        source: std::io::Error,
    },
    /// The feed has nothing to replay.
    #[error("{path}: the feed holds no messages")]
    FeedEmpty {
        /// The file.
        path: String,
    },
    /// A target library cannot be loaded, or is not one.
    #[error("{library}: {problem}")]
    Library {
        /// The file.
        library: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A library has no target of that name.
    #[error("{library}: no target is called '{name}'; it has {known}")]
    UnknownTarget {
        /// The file.
        library: String,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The target's `create` refused its configuration.
    #[error("target '{name}' refuses its configuration: {reason}")]
    Refused {
        /// The target.
        name: String,
        /// Its own words.
        reason: String,
    },
    /// The target answered something that its table does not declare.
    #[error("target '{name}' broke the ABI at message {sequence}: {problem}")]
    Misbehaved {
        /// The target.
        name: String,
        /// Number of the message, from 0.
        sequence: u64,
        /// What it did.
        problem: String,
    },
    /// The target stopped to handle messages.
    #[error("target '{name}' stopped at message {sequence}: {problem}")]
    Stopped {
        /// The target.
        name: String,
        /// Number of the message, from 0.
        sequence: u64,
        /// What it says.
        problem: String,
    },
    /// What a target's threads said of a message does not add up.
    #[error("target '{name}' lost track of message {sequence}: {problem}")]
    Lost {
        /// The target.
        name: String,
        /// Number of the message, from 0.
        sequence: u64,
        /// What is missing, or too much.
        problem: String,
    },
    /// The kernel gave a counter and then does not read or switch it.
    #[error("the kernel's counters stopped answering: {0}")]
    Counters(#[from] std::io::Error),
    /// A soak sees the work of the thread that hands messages over alone.
    #[error(
        "target '{name}' hands messages on to threads of its own, which a soak does not see: soak \
         the same stages in a target that does all work itself"
    )]
    NotSoaked {
        /// The target.
        name: String,
    },
    /// A pass needs the counting allocator, and it is not preloaded.
    #[error("the counting allocator is not preloaded into this process")]
    NotCounting,
    /// There is no memory to walk through before each message of cold driving.
    #[error(
        "{bytes} bytes to evict the caches with are not to be had: raise `limits.memory_bytes`, or \
         leave out `drive.cache`"
    )]
    NoMemoryToEvictWith {
        /// How much was asked for.
        bytes: usize,
    },
    /// A histogram that came from outside cannot be decoded.
    #[error("not an HDR V2 histogram: {0}")]
    Histogram(String),
}
