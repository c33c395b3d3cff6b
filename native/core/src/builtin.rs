//! Targets of known cost, driven like any other: what the instrument is held against.

use crate::{CoreError, Library};
use latprobe_abi::{ABI_VERSION, Host, Probe, TABLE_MAGIC, TargetEntry, TargetTable};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;

/// Does nothing: what is left is what driving costs.
pub const NULL: &str = "null";

/// Multiplies a number by itself; a message's length says how often. Each product waits for the
/// one before, so that its time is known: so many times the processor's latency.
pub const CHAIN: &str = "chain";

/// Products in one turn of the chain's loop. The turn's own instructions run in their shadow.
pub const CHAIN_STEP: usize = 8;

struct Names<const N: usize>([*const c_char; N]);

// SAFETY: pointers to string literals, which nobody writes.
unsafe impl<const N: usize> Sync for Names<N> {}

static KINDS: Names<1> = Names([c"any".as_ptr()]);
/// The call itself is in the first stage, and the chain alone in the second.
static STAGES: Names<2> = Names([c"enter".as_ptr(), c"work".as_ptr()]);

static ENTRIES: [TargetEntry; 2] = [entry(c"null", on_null), entry(c"chain", on_chain)];

static TABLE: TargetTable = TargetTable {
    magic: TABLE_MAGIC,
    abi_version: ABI_VERSION,
    #[allow(clippy::cast_possible_truncation)] // some hundred bytes
    target_size: size_of::<TargetEntry>() as u32,
    target_count: 2,
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

const fn entry(
    name: &'static CStr,
    on_message: unsafe extern "C" fn(*mut c_void, *const u8, usize, i64, *mut Probe) -> i32,
) -> TargetEntry {
    TargetEntry {
        name: name.as_ptr(),
        family: name.as_ptr(),
        description: c"of known cost".as_ptr(),
        protocol: c"".as_ptr(),
        stages: STAGES.0.as_ptr(),
        kinds: KINDS.0.as_ptr(),
        errors: std::ptr::null(),
        stage_count: 2,
        kind_count: 1,
        error_count: 0,
        reserved: 0,
        create: Some(create),
        on_message: Some(on_message),
        reset: None,
        metrics: None,
        destroy: Some(destroy),
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
    0
}

/// Runs `products` dependent products, rounded down to a multiple of [`CHAIN_STEP`].
#[inline]
pub fn chain(products: usize) {
    let mut value: u64 = 3;
    for _ in 0..products / CHAIN_STEP {
        value = eight_products(value);
    }
    std::hint::black_box(value);
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
#[allow(clippy::inline_always)] // the chain must not be broken by calls
fn eight_products(mut value: u64) -> u64 {
    // SAFETY: arithmetic on one register. In assembly, since a compiler would fold the products.
    unsafe {
        std::arch::asm!(
            "imul {0}, {0}", "imul {0}, {0}", "imul {0}, {0}", "imul {0}, {0}",
            "imul {0}, {0}", "imul {0}, {0}", "imul {0}, {0}", "imul {0}, {0}",
            inout(reg) value, options(nomem, nostack),
        );
    }
    value
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
#[allow(clippy::inline_always)] // the chain must not be broken by calls
fn eight_products(mut value: u64) -> u64 {
    // SAFETY: as for `x86_64`.
    unsafe {
        std::arch::asm!(
            "mul {0}, {0}, {0}", "mul {0}, {0}, {0}", "mul {0}, {0}, {0}", "mul {0}, {0}, {0}",
            "mul {0}, {0}, {0}", "mul {0}, {0}, {0}", "mul {0}, {0}, {0}", "mul {0}, {0}, {0}",
            inout(reg) value, options(nomem, nostack),
        );
    }
    value
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
    }
}
