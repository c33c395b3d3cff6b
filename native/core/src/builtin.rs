//! Targets of known cost, driven like any other: what the instrument is held against.

use crate::chain::{chain, chain_of_two};
use crate::{CoreError, Library};
use latprobe_abi::{ABI_VERSION, Host, Probe, TABLE_MAGIC, TargetEntry, TargetTable};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};

/// Does nothing: what is left is what driving costs.
pub const NULL: &str = "null";

/// Runs a [`chain`]; a message's length says how many products it has. The kind of a message is
/// the largest power of two that its length reaches.
pub const CHAIN: &str = "chain";

/// The same without marks and of one kind: for amortised cost, where what surrounds a chain must be
/// done sooner than the chain.
pub const BARE_CHAIN: &str = "bare-chain";

/// The bare chain with three products more for each hundred: a change that is known.
pub const LONGER_CHAIN: &str = "longer-chain";

/// The bare chain of which one in 500 has [`TAIL_PRODUCTS`] more: a tail that is known.
pub const TAILED_CHAIN: &str = "tailed-chain";

/// Some 2 µs.
const TAIL_PRODUCTS: usize = 2_400;
const TAILED: u64 = 500;

struct Names<const N: usize>([*const c_char; N]);

// SAFETY: pointers to string literals, which nobody writes.
unsafe impl<const N: usize> Sync for Names<N> {}

static ONE_KIND: Names<1> = Names([c"any".as_ptr()]);
static CHAIN_KINDS: Names<16> = Names([
    c"1".as_ptr(),
    c"2".as_ptr(),
    c"4".as_ptr(),
    c"8".as_ptr(),
    c"16".as_ptr(),
    c"32".as_ptr(),
    c"64".as_ptr(),
    c"128".as_ptr(),
    c"256".as_ptr(),
    c"512".as_ptr(),
    c"1024".as_ptr(),
    c"2048".as_ptr(),
    c"4096".as_ptr(),
    c"8192".as_ptr(),
    c"16384".as_ptr(),
    c"32768".as_ptr(),
]);
/// The call itself is in the first stage, and the chain alone in the second.
static STAGES: Names<2> = Names([c"enter".as_ptr(), c"work".as_ptr()]);

static ENTRIES: [TargetEntry; 5] = [
    entry(c"null", &ONE_KIND.0, on_null),
    entry(c"chain", &CHAIN_KINDS.0, on_chain),
    entry(c"bare-chain", &ONE_KIND.0, on_bare_chain),
    entry(c"longer-chain", &ONE_KIND.0, on_longer_chain),
    entry(c"tailed-chain", &ONE_KIND.0, on_tailed_chain),
];

static TABLE: TargetTable = TargetTable {
    magic: TABLE_MAGIC,
    abi_version: ABI_VERSION,
    #[allow(clippy::cast_possible_truncation)] // some hundred bytes
    target_size: size_of::<TargetEntry>() as u32,
    #[allow(clippy::cast_possible_truncation)] // a few
    target_count: ENTRIES.len() as u32,
    targets: ENTRIES.as_ptr(),
};

/// The built-in targets.
///
/// # Errors
///
/// None that can be met: the table is checked like any other.
pub fn library() -> Result<Library, CoreError> {
    Library::linked("builtin", &TABLE)
}

#[allow(clippy::cast_possible_truncation)] // a few names
const fn entry(
    name: &'static CStr,
    kinds: &'static [*const c_char],
    on_message: unsafe extern "C" fn(*mut c_void, *const u8, usize, i64, *mut Probe) -> i32,
) -> TargetEntry {
    TargetEntry {
        name: name.as_ptr(),
        family: name.as_ptr(),
        description: c"of known cost".as_ptr(),
        protocol: c"".as_ptr(),
        stages: STAGES.0.as_ptr(),
        kinds: kinds.as_ptr(),
        errors: std::ptr::null(),
        stage_count: 2,
        kind_count: kinds.len() as u32,
        error_count: 0,
        reserved: 0,
        create: Some(create),
        on_message: Some(on_message),
        reset: None,
        metrics: None,
        destroy: Some(destroy),
        hops: std::ptr::null(),
        hop_count: 0,
        reserved_hops: 0,
        drain: None,
    }
}

unsafe extern "C" fn create(
    _config: *const u8,
    _config_size: usize,
    _host: *const Host,
    _error: *mut c_char,
    _error_size: usize,
) -> *mut c_void {
    // There is no state; only null would mean that it failed.
    std::ptr::NonNull::<c_void>::dangling().as_ptr()
}

unsafe extern "C" fn destroy(_this: *mut c_void) {}

unsafe extern "C" fn on_null(
    _this: *mut c_void,
    _bytes: *const u8,
    _size: usize,
    _recv_ns: i64,
    _probe: *mut Probe,
) -> i32 {
    0
}

unsafe extern "C" fn on_chain(
    _this: *mut c_void,
    _bytes: *const u8,
    size: usize,
    _recv_ns: i64,
    probe: *mut Probe,
) -> i32 {
    // SAFETY: the driver's probe is live during the call.
    let probe = unsafe { &mut *probe };
    probe.mark(0);
    chain(size);
    probe.mark(1);
    #[allow(clippy::cast_possible_wrap)] // at most 15
    let kind = (size | 1).ilog2() as i32;
    kind
}

unsafe extern "C" fn on_bare_chain(
    _this: *mut c_void,
    _bytes: *const u8,
    size: usize,
    _recv_ns: i64,
    _probe: *mut Probe,
) -> i32 {
    // The shortest chain takes six cycles, and what surrounds it nearly as many.
    if size == 2 {
        chain_of_two();
    } else {
        chain(size);
    }
    0
}

unsafe extern "C" fn on_longer_chain(
    _this: *mut c_void,
    _bytes: *const u8,
    size: usize,
    _recv_ns: i64,
    _probe: *mut Probe,
) -> i32 {
    chain(size + size * 3 / 100);
    0
}

unsafe extern "C" fn on_tailed_chain(
    _this: *mut c_void,
    _bytes: *const u8,
    size: usize,
    _recv_ns: i64,
    _probe: *mut Probe,
) -> i32 {
    /// Passes run in one thread, and it does not matter where they begin.
    static MESSAGES: AtomicU64 = AtomicU64::new(0);
    let number = MESSAGES.load(Ordering::Relaxed);
    MESSAGES.store(number.wrapping_add(1), Ordering::Relaxed);
    chain(if number.is_multiple_of(TAILED) { size + TAIL_PRODUCTS } else { size });
    0
}

/// A probe of which nothing is switched on.
pub(crate) const fn quiet_probe() -> Probe {
    Probe {
        mode: 0,
        timed: 0,
        observe: None,
        context: null_mut(),
        digests: null_mut(),
        stamps: [0; latprobe_abi::MAX_STAGES],
        sequence: 0,
    }
}
