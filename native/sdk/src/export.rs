//! From the trait to the C table.

use crate::{Hop, Message, Metrics, Probe, Target, Tracker, allocator};
use latprobe_abi::{ABI_VERSION, Host, METRIC_NAME_SIZE, Metric, TABLE_MAGIC, TargetEntry};
use std::ffi::{CString, c_char, c_void};

pub use latprobe_abi::TargetTable;

/// Exports a list of targets from a `cdylib`.
///
/// ```ignore
/// latprobe_sdk::export_targets![MyParser, MyEngine];
/// ```
#[macro_export]
macro_rules! export_targets {
    ($($target:ty),+ $(,)?) => {
        /// The table that latprobe's driver asks for.
        // SAFETY: the name is latprobe's own, so that it collides with nothing else.
        #[unsafe(no_mangle)]
        pub extern "C" fn latprobe_targets_v1() -> *const $crate::TargetTable {
            static TABLE: ::std::sync::OnceLock<&'static $crate::TargetTable> =
                ::std::sync::OnceLock::new();
            *TABLE.get_or_init(|| $crate::leak_table(vec![$($crate::entry::<$target>()),+]))
        }
    };
}

/// A table over `entries` that lives as long as the library.
#[doc(hidden)]
#[must_use]
pub fn leak_table(entries: Vec<TargetEntry>) -> &'static TargetTable {
    let entries = Vec::leak(entries);
    Box::leak(Box::new(TargetTable {
        magic: TABLE_MAGIC,
        abi_version: ABI_VERSION,
        target_size: TARGET_SIZE,
        target_count: length(entries),
        targets: entries.as_ptr(),
    }))
}

/// The table entry of `T`.
#[doc(hidden)]
#[must_use]
pub fn entry<T: Target>() -> TargetEntry {
    TargetEntry {
        name: c_string(T::NAME),
        family: c_string(T::FAMILY),
        description: c_string(T::DESCRIPTION),
        protocol: c_string(T::PROTOCOL),
        stages: c_strings(T::STAGES),
        kinds: c_strings(T::KINDS),
        errors: c_strings(T::ERRORS),
        stage_count: length(T::STAGES),
        kind_count: length(T::KINDS),
        error_count: length(T::ERRORS),
        reserved: 0,
        create: Some(create::<T>),
        on_message: Some(on_message::<T>),
        reset: Some(reset::<T>),
        metrics: Some(metrics::<T>),
        destroy: Some(destroy::<T>),
        hops: c_hops(T::HOPS),
        hop_count: length(T::HOPS),
        reserved_hops: 0,
        drain: Some(drain::<T>),
    }
}

#[allow(clippy::cast_possible_truncation)] // some hundred bytes
const TARGET_SIZE: u32 = size_of::<TargetEntry>() as u32;

fn length<T>(list: &[T]) -> u32 {
    // A list too long for the field is too long for the loader, which then says so.
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

fn c_string(text: &str) -> *const c_char {
    // A NUL inside a name would end it early on the other side: cut it there ourselves.
    let text = text.split('\0').next().unwrap_or_default();
    CString::new(text).unwrap_or_default().into_raw()
}

fn c_strings(texts: &[&str]) -> *const *const c_char {
    Vec::leak(texts.iter().map(|text| c_string(text)).collect()).as_ptr()
}

fn c_hops(hops: &[Hop]) -> *const latprobe_abi::Hop {
    let c_hop =
        |hop: &Hop| latprobe_abi::Hop { name: c_string(hop.name), stage: hop.stage, reserved: 0 };
    Vec::leak(hops.iter().map(c_hop).collect()).as_ptr()
}

unsafe extern "C" fn create<T: Target>(
    config: *const u8,
    config_size: usize,
    host: *const Host,
    error: *mut c_char,
    error_size: usize,
) -> *mut c_void {
    // SAFETY: the driver passes a host that outlives the instance.
    let host = unsafe { host.as_ref() };
    allocator::attach(host);
    let config = if config.is_null() {
        &[][..]
    } else {
        // SAFETY: the driver passes `config_size` readable bytes.
        unsafe { std::slice::from_raw_parts(config, config_size) }
    };
    let made = std::str::from_utf8(config)
        .map_err(|_| "the configuration is not UTF-8".to_owned())
        .and_then(|config| T::create_tracked(config, Tracker::of(host)));
    match made {
        Ok(target) => Box::into_raw(Box::new(target)).cast(),
        Err(reason) => {
            // SAFETY: the driver passes `error_size` writable bytes.
            unsafe { write_c_string(&reason, error, error_size) };
            std::ptr::null_mut()
        }
    }
}

unsafe extern "C" fn on_message<T: Target>(
    this: *mut c_void,
    bytes: *const u8,
    size: usize,
    recv_ns: i64,
    probe: *mut latprobe_abi::Probe,
) -> i32 {
    // SAFETY: `this` came from `create::<T>`, is used by one thread at a time and not yet
    // destroyed; the driver keeps `size` bytes readable and its probe alive during the call, and
    // `Probe` is a transparent wrapper.
    let (target, bytes, probe) = unsafe {
        (
            &mut *this.cast::<T>(),
            std::slice::from_raw_parts(bytes, size),
            &mut *probe.cast::<Probe>(),
        )
    };
    match target.on_message(Message { bytes, recv_ns }, probe) {
        Ok(kind) => kind.0.cast_signed(),
        Err(reject) => -1 - reject.0.cast_signed(),
    }
}

unsafe extern "C" fn reset<T: Target>(this: *mut c_void) {
    // SAFETY: as for `on_message`.
    unsafe { &mut *this.cast::<T>() }.reset();
}

unsafe extern "C" fn drain<T: Target>(this: *mut c_void) {
    // SAFETY: as for `on_message`.
    unsafe { &mut *this.cast::<T>() }.drain();
}

unsafe extern "C" fn metrics<T: Target>(this: *mut c_void, out: *mut Metric, capacity: u32) -> u32 {
    let mut metrics = Metrics::default();
    // SAFETY: as for `on_message`.
    unsafe { &*this.cast::<T>() }.metrics(&mut metrics);
    let count = metrics.values.len().min(capacity as usize);
    for (index, (name, value)) in metrics.values.into_iter().take(count).enumerate() {
        // SAFETY: the driver passes room for `capacity` metrics, and `index` is below it; `name`
        // holds `METRIC_NAME_SIZE` bytes.
        unsafe {
            let metric = &mut *out.add(index);
            write_c_string(name, metric.name.as_mut_ptr(), METRIC_NAME_SIZE);
            metric.value = value;
        }
    }
    u32::try_from(count).unwrap_or(capacity)
}

unsafe extern "C" fn destroy<T: Target>(this: *mut c_void) {
    // SAFETY: `this` came from `Box::into_raw` in `create::<T>`, and is destroyed once.
    drop(unsafe { Box::from_raw(this.cast::<T>()) });
}

/// Writes as much of `text` as fits, and a NUL.
///
/// # Safety
///
/// `out` must be writable for `size` bytes.
unsafe fn write_c_string(text: &str, out: *mut c_char, size: usize) {
    if size == 0 {
        return;
    }
    let mut end = text.len().min(size - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // SAFETY: `end + 1 <= size`, which the caller says is writable.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), out, end);
        *out.add(end) = 0;
    }
}
