//! Targets that come from this program and not from a library: an interpreter's callables.

use latprobe_abi::{Host, MetricsFn, OnMessageFn, TargetEntry};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::null;

/// What a target library's table does for its target: makes instances, and knows names. Kinds and
/// errors may be learned while messages come, up to [`latprobe_abi::MAX_KINDS`] of each: a name is
/// asked for when a pass is over.
pub trait EmbeddedTarget: Send + Sync {
    /// Makes an instance; `config` is a JSON object.
    ///
    /// # Errors
    ///
    /// Why it cannot be made, in words for the user.
    fn create(&self, config: &str, host: &Host) -> Result<*mut c_void, String>;

    /// Names of the kinds so far, in the order of their indices.
    fn kinds(&self) -> Vec<String>;

    /// Names of the errors so far, in the order of their indices.
    fn errors(&self) -> Vec<String>;

    /// What was said with the first message of each error.
    fn error_examples(&self) -> BTreeMap<String, String>;

    /// Why an instance has stopped to handle messages: it then answers [`STOPPED`] to all.
    fn problem(&self) -> Option<String>;
}

/// The answer of an instance that has stopped, see [`EmbeddedTarget::problem`].
pub const STOPPED: i32 = i32::MIN;

/// What is called of an instance that an [`EmbeddedTarget`] has made.
#[derive(Clone, Copy)]
pub struct EmbeddedCalls {
    /// Handles one message.
    pub on_message: OnMessageFn,
    /// Back to the state after creation.
    pub reset: unsafe extern "C" fn(this: *mut c_void),
    /// Figures of its own.
    pub metrics: MetricsFn,
    /// Ends it.
    pub destroy: unsafe extern "C" fn(this: *mut c_void),
}

impl EmbeddedCalls {
    /// As a library's table would have them; names are in the description alone.
    pub(crate) fn entry(self) -> TargetEntry {
        TargetEntry {
            name: null(),
            family: null(),
            description: null(),
            protocol: null(),
            stages: null(),
            kinds: null(),
            errors: null(),
            stage_count: 0,
            kind_count: 0,
            error_count: 0,
            reserved: 0,
            create: None,
            on_message: Some(self.on_message),
            reset: Some(self.reset),
            metrics: Some(self.metrics),
            destroy: Some(self.destroy),
            hops: null(),
            hop_count: 0,
            reserved_hops: 0,
            drain: None,
        }
    }
}
