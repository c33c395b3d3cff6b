//! The binary interface between latprobe's driver and a target library.
//!
//! Both sides of the border use this crate: the driver (`latprobe-core`) to call a target, and the
//! Rust SDK (`latprobe-sdk`) to be one. `latprobe.h` says the same in C, and a test holds the two
//! layouts against each other.
//!
//! A target library exports one symbol, [`ENTRY_SYMBOL`], of type [`EntryPoint`]. All strings are
//! NUL-terminated UTF-8 that lives as long as the library is loaded.

#![no_std]

mod clock;
mod digest;
mod probe;
mod tracker;

use core::ffi::{c_char, c_void};

pub use clock::stamp;
pub use digest::{FNV_OFFSET_BASIS, FNV_PRIME, KindDigest, fnv1a};
pub use probe::{MAX_STAGES, MODE_DIGEST, MODE_OBSERVED, Probe};
pub use tracker::{Column, Tracker};

/// Version of every layout in this crate. The loader refuses a library built for another one.
///
/// Fields that are added at the end of a structure do not raise it: each side says how large its own
/// is, and what the other does not have counts as zero.
pub const ABI_VERSION: u32 = 1;

/// First field of a [`TargetTable`]: `LPRB` read as a little-endian integer.
pub const TABLE_MAGIC: u32 = u32::from_le_bytes(*b"LPRB");

/// Name of the symbol that a target library exports.
pub const ENTRY_SYMBOL: &str = "latprobe_targets_v1";

/// Most message kinds, and most error names, that one target may declare.
pub const MAX_KINDS: usize = 64;

/// Most hops that one target may declare.
pub const MAX_HOPS: usize = 8;

/// Longest metric name, with its closing NUL.
pub const METRIC_NAME_SIZE: usize = 48;

/// The type of [`ENTRY_SYMBOL`].
pub type EntryPoint = unsafe extern "C" fn() -> *const TargetTable;

/// What a target library says about itself.
#[repr(C)]
pub struct TargetTable {
    /// [`TABLE_MAGIC`].
    pub magic: u32,
    /// [`ABI_VERSION`] that the library was built for.
    pub abi_version: u32,
    /// `sizeof(latprobe_target)` that the library was built with.
    pub target_size: u32,
    /// Length of `targets`.
    pub target_count: u32,
    /// The targets, in the order in which they are listed to users.
    pub targets: *const TargetEntry,
}

// SAFETY: a table is read-only for as long as its library is loaded.
unsafe impl Sync for TargetTable {}
// SAFETY: as above.
unsafe impl Send for TargetTable {}
// SAFETY: an entry is read-only for as long as its library is loaded.
unsafe impl Sync for TargetEntry {}
// SAFETY: as above.
unsafe impl Send for TargetEntry {}

/// One target of a library.
#[repr(C)]
pub struct TargetEntry {
    /// Name, unique in its library: `itch50-after`.
    pub name: *const c_char,
    /// Targets of one family must understand a feed alike: their digests are compared.
    pub family: *const c_char,
    /// One line for people.
    pub description: *const c_char,
    /// Protocol of the feeds that it reads (`json`, `itch50`, `fix`), or empty for any.
    pub protocol: *const c_char,
    /// Stage names, in the order in which a message passes them; at most [`MAX_STAGES`].
    pub stages: *const *const c_char,
    /// Names of the message kinds; `on_message` answers with an index into them.
    pub kinds: *const *const c_char,
    /// Names of the errors; `on_message` answers `-1 - index` for one of them.
    pub errors: *const *const c_char,
    /// Length of `stages`.
    pub stage_count: u32,
    /// Length of `kinds`.
    pub kind_count: u32,
    /// Length of `errors`.
    pub error_count: u32,
    /// Zero; keeps the layout free of holes.
    pub reserved: u32,
    /// Makes an instance, or writes a NUL-terminated reason to `error` and answers null.
    pub create: Option<CreateFn>,
    /// Handles one message, and says what it was.
    pub on_message: Option<OnMessageFn>,
    /// Back to the state after `create`, keeping memory; null: the driver makes a new instance.
    pub reset: Option<unsafe extern "C" fn(this: *mut c_void)>,
    /// Writes at most `capacity` figures of the target's own and answers how many; may be null.
    pub metrics: Option<MetricsFn>,
    /// Ends an instance.
    pub destroy: Option<unsafe extern "C" fn(this: *mut c_void)>,
    /// The queues that a message may pass from one thread to another, in the order in which it comes
    /// to them; at most [`MAX_HOPS`]. Libraries from before there were hops end before this field.
    pub hops: *const Hop,
    /// Length of `hops`.
    pub hop_count: u32,
    /// Zero; keeps the layout free of holes.
    pub reserved_hops: u32,
    /// Returns when every message handed over so far has been finished, superseded or dropped;
    /// needed where there are hops. Called by the thread that hands messages over, between two.
    pub drain: Option<unsafe extern "C" fn(this: *mut c_void)>,
}

/// A queue between two threads of a target.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Hop {
    /// Unique among the target's hops: `ring`.
    pub name: *const c_char,
    /// Index of the stage that it stands before.
    pub stage: u32,
    /// Zero; keeps the layout free of holes.
    pub reserved: u32,
}

// SAFETY: a hop is read-only for as long as its library is loaded.
unsafe impl Sync for Hop {}
// SAFETY: as above.
unsafe impl Send for Hop {}

/// `config` is the scenario's `[target.config]` as JSON (not NUL-terminated); `host` outlives the
/// instance; `error` holds `error_size` bytes.
pub type CreateFn = unsafe extern "C" fn(
    config: *const u8,
    config_size: usize,
    host: *const Host,
    error: *mut c_char,
    error_size: usize,
) -> *mut c_void;

/// `bytes` is valid for `size` bytes until the call returns. Answers the kind's index, or
/// `-1 - index` of an error.
pub type OnMessageFn = unsafe extern "C" fn(
    this: *mut c_void,
    bytes: *const u8,
    size: usize,
    recv_ns: i64,
    probe: *mut Probe,
) -> i32;

/// See [`TargetEntry::metrics`].
pub type MetricsFn =
    unsafe extern "C" fn(this: *mut c_void, out: *mut Metric, capacity: u32) -> u32;

/// What the driver offers to a target for as long as it lives.
#[repr(C)]
pub struct Host {
    /// [`ABI_VERSION`] of the driver.
    pub abi_version: u32,
    /// `sizeof(latprobe_host)` of the driver: later versions only add fields at the end.
    pub size: u32,
    /// The calling thread's allocation counts, or null while nothing counts. A target whose
    /// allocator does not go through `malloc` adds its own calls there.
    pub allocation_counts: Option<unsafe extern "C" fn() -> *mut AllocationCounts>,
    /// Where threads of the target write when they did what to a message; null for a target without
    /// hops. Stays there for as long as the process, whatever becomes of the instance.
    pub tracker: *const Tracker,
}

/// Allocation calls of one thread since it started; written by that thread alone.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllocationCounts {
    /// Blocks asked for (`malloc`, `calloc`, `realloc(NULL)`, the aligned ones).
    pub allocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Blocks resized by `realloc`, moved or not.
    pub reallocations: u64,
    /// Bytes asked for, a reallocation counting its new size.
    pub bytes: u64,
    /// While not zero, the preloaded allocator does not count: an allocator that counts for itself
    /// and takes its memory from `malloc` is not counted twice.
    pub paused: u64,
}

impl AllocationCounts {
    /// Counts one block of `size` bytes.
    pub const fn allocated(&mut self, size: usize) {
        self.allocations += 1;
        self.bytes += size as u64;
    }

    /// Counts one block resized to `size` bytes.
    pub const fn reallocated(&mut self, size: usize) {
        self.reallocations += 1;
        self.bytes += size as u64;
    }
}

/// A named figure of a target's own, such as a pool's hit rate.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Metric {
    /// NUL-terminated UTF-8.
    pub name: [c_char; METRIC_NAME_SIZE],
    /// Its value at the end of the pass.
    pub value: f64,
}
