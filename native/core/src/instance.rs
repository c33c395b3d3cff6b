//! A live instance of a target.

use crate::affinity;
use crate::library::{Library, TargetDescription};
use crate::tracks::Tracks;
use crate::{Batch, CoreError, EmbeddedTarget, STOPPED};
use latprobe_abi::{
    ABI_VERSION, AllocationCounts, CreateFn, Host, MAX_KINDS, Metric, OnMessageFn, Probe,
    TargetEntry,
};
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::null;
use std::sync::OnceLock;

/// Most metrics that one target reports.
const MAX_METRICS: u32 = 256;

const ERROR_SIZE: usize = 1024;

/// An instance of a target, ended when dropped.
pub struct Instance<'library> {
    description: &'library TargetDescription,
    entry: &'library TargetEntry,
    maker: Maker<'library>,
    on_message: OnMessageFn,
    kind_count: usize,
    config: String,
    host: Box<Host>,
    /// Where its other threads speak of messages, where it has any.
    tracks: Option<&'static Tracks>,
    /// Where it is made, so that its threads start there; empty: wherever this thread is.
    cpus: Vec<usize>,
    this: *mut c_void,
}

/// What a target answered: the kind's index, or the error's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Index into the kinds.
    Kind(usize),
    /// Index into the errors.
    Error(usize),
}

/// Answers where the calls of the thread that asks are counted.
pub type AllocationCountsFn = unsafe extern "C" fn() -> *mut AllocationCounts;

/// The function behind the preloaded counting allocator, if there is one in this process, that hands
/// out a thread's counts to whoever may pause them: from then on each of that thread's calls asks
/// whether it has. It is looked up once: what is preloaded is there from the start, and stays.
#[must_use]
pub fn allocation_counts() -> Option<AllocationCountsFn> {
    static FOUND: OnceLock<Option<AllocationCountsFn>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let name = c"latprobe_allocation_counts";
        // SAFETY: a look-up by name in this process.
        let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
        // SAFETY: the counting allocator exports this name with this type; `Option` of a function
        // pointer is null for none.
        unsafe { std::mem::transmute(symbol) }
    })
}

impl<'library> Instance<'library> {
    /// Makes an instance of the target called `name`; `config` is a JSON object.
    ///
    /// # Errors
    ///
    /// Where there is no such target, or it refuses the configuration.
    pub fn create(library: &'library Library, name: &str, config: &str) -> Result<Self, CoreError> {
        Self::create_on(&[], library, name, config)
    }

    /// The same on some CPUs, on which the threads that it starts then are.
    ///
    /// # Errors
    ///
    /// As [`Instance::create`].
    pub fn create_on(
        cpus: &[usize],
        library: &'library Library,
        name: &str,
        config: &str,
    ) -> Result<Self, CoreError> {
        let (description, entry) = library.target(name)?;
        let maker = match (library.maker(), entry.create) {
            (Some(embedded), _) => Maker::Embedded(embedded),
            (None, Some(create)) => Maker::Library(create),
            (None, None) => unreachable!("the library was checked when it was opened"),
        };
        let Some(on_message) = entry.on_message else {
            unreachable!("the library was checked when it was opened");
        };
        let hops = description.hops.len();
        let tracks = (hops > 0).then(|| Tracks::leaked(hops, description.stages.len()));
        let host = Box::new(Host {
            abi_version: ABI_VERSION,
            size: u32::try_from(size_of::<Host>()).unwrap_or_default(),
            allocation_counts: allocation_counts(),
            tracker: tracks.map_or(null(), |tracks| tracks.tracker()),
        });
        let this = affinity::on(cpus, || maker.make(name, config, &host))?;
        let (config, cpus) = (config.to_owned(), cpus.to_vec());
        let kind_count = match maker {
            Maker::Embedded(_) => MAX_KINDS,
            Maker::Library(_) => description.kinds.len(),
        };
        Ok(Self {
            description,
            entry,
            maker,
            on_message,
            kind_count,
            config,
            host,
            tracks,
            cpus,
            this,
        })
    }

    /// What the target says about itself.
    #[must_use]
    pub fn description(&self) -> &'library TargetDescription {
        self.description
    }

    /// Whether an interpreter runs it.
    pub(crate) fn is_interpreted(&self) -> bool {
        self.embedded().is_some()
    }

    fn embedded(&self) -> Option<&'library dyn EmbeddedTarget> {
        match self.maker {
            Maker::Embedded(embedded) => Some(embedded),
            Maker::Library(_) => None,
        }
    }

    /// How many kinds there are, or may come to be.
    pub(crate) fn kind_count(&self) -> usize {
        self.kind_count
    }

    /// How many errors there are, or may come to be.
    pub(crate) fn error_count(&self) -> usize {
        self.embedded().map_or(self.description.errors.len(), |_| MAX_KINDS)
    }

    /// Names of the kinds so far, in the order of their indices.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.embedded().map_or_else(|| self.description.kinds.clone(), EmbeddedTarget::kinds)
    }

    /// What was gathered of each kind by its index, and in one more place of the messages that were not
    /// understood, with the names that kinds have by now; `None` for the latter. Indices that no name
    /// was learned for are left out.
    pub(crate) fn by_kind<T>(
        &self,
        mut of_each: Vec<T>,
    ) -> impl Iterator<Item = (Option<String>, T)> {
        let rejected = of_each.split_off(self.kind_count()).into_iter().map(|it| (None, it));
        self.kinds().into_iter().map(Some).zip(of_each).chain(rejected)
    }

    /// Names of the errors so far, in the order of their indices.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.embedded().map_or_else(|| self.description.errors.clone(), EmbeddedTarget::errors)
    }

    /// What was said with the first message of each error, where more than its name was.
    pub(crate) fn error_examples(&self) -> BTreeMap<String, String> {
        self.embedded().map(EmbeddedTarget::error_examples).unwrap_or_default()
    }

    /// The function and the instance that it takes: for the passes' loops, which keep both in
    /// registers.
    pub(crate) fn call(&self) -> (OnMessageFn, *mut c_void) {
        (self.on_message, self.this)
    }

    /// Where its other threads speak of messages; `None` for a target without hops.
    pub(crate) fn tracks(&self) -> Option<&'static Tracks> {
        self.tracks
    }

    /// What waits until all messages are done with, and the instance that it takes; `None` for a
    /// target that is done with each when it answers.
    pub(crate) fn drain_call(&self) -> Option<unsafe extern "C" fn(this: *mut c_void)> {
        self.tracks.and(self.entry.drain)
    }

    /// Waits until all messages are done with.
    pub(crate) fn drain(&self) {
        if let Some(drain) = self.drain_call() {
            // SAFETY: `this` is live and used by this thread alone.
            unsafe { drain(self.this) };
        }
    }

    /// Makes ready for a message of this number, where other threads speak of it.
    pub(crate) fn announce(&self, sequence: u64, probe: &mut Probe) {
        if let Some(tracks) = self.tracks {
            tracks.clear(sequence..sequence + 1);
            probe.sequence = sequence;
        }
    }

    /// Hands one message over, outside of any loop that is measured.
    pub(crate) fn message(
        &self,
        batch: &Batch,
        index: usize,
        sequence: u64,
        probe: &mut Probe,
    ) -> i32 {
        self.announce(sequence, probe);
        let (bytes, recv_ns) = batch.message(index);
        // SAFETY: `this` is live and used by this thread alone; bytes and probe outlive the call.
        unsafe { (self.on_message)(self.this, bytes.as_ptr(), bytes.len(), recv_ns, probe) }
    }

    /// Reads an answer of `on_message`.
    ///
    /// # Errors
    ///
    /// [`CoreError::Misbehaved`] for a kind or an error that the target does not declare.
    #[inline]
    pub(crate) fn answer(&self, answer: i32, sequence: u64) -> Result<Answer, CoreError> {
        match usize::try_from(answer) {
            Ok(index) if index < self.kind_count => Ok(Answer::Kind(index)),
            _ => self.other_answer(answer, sequence),
        }
    }

    /// Whatever is not the index of a kind.
    #[cold]
    fn other_answer(&self, answer: i32, sequence: u64) -> Result<Answer, CoreError> {
        let misbehaved = |what: &str, index: u32, declared: usize| CoreError::Misbehaved {
            name: self.description.name.clone(),
            sequence,
            problem: format!("it answered {what} {index}, and declares {declared}"),
        };
        if let Ok(index) = u32::try_from(answer) {
            return Err(misbehaved("kind", index, self.kind_count));
        }
        if answer == STOPPED
            && let Some(problem) = self.embedded().and_then(EmbeddedTarget::problem)
        {
            let name = self.description.name.clone();
            return Err(CoreError::Stopped { name, sequence, problem });
        }
        let index = (-1 - i64::from(answer)).unsigned_abs();
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let errors = self.error_count();
        if (index as usize) < errors {
            return Ok(Answer::Error(index as usize));
        }
        Err(misbehaved("error", index, errors))
    }

    /// Back to the state after creation: by the target's own `reset`, or by a new instance.
    ///
    /// # Errors
    ///
    /// As [`Instance::create`].
    pub(crate) fn reset(&mut self) -> Result<(), CoreError> {
        self.drain();
        if let Some(reset) = self.entry.reset {
            // SAFETY: `this` is live and used by this thread alone.
            unsafe { reset(self.this) };
            return Ok(());
        }
        let (name, config) = (&self.description.name, &self.config);
        let fresh = affinity::on(&self.cpus, || self.maker.make(name, config, &self.host))?;
        self.destroy();
        self.this = fresh;
        Ok(())
    }

    /// The target's own figures.
    #[must_use]
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        let Some(metrics) = self.entry.metrics else {
            return BTreeMap::new();
        };
        let empty = Metric { name: [0; latprobe_abi::METRIC_NAME_SIZE], value: 0.0 };
        let mut out = vec![empty; MAX_METRICS as usize];
        // SAFETY: `this` is live, and `out` has room for `MAX_METRICS`.
        let count = unsafe { metrics(self.this, out.as_mut_ptr(), MAX_METRICS) };
        out.iter_mut()
            .take(count as usize)
            .map(|metric| {
                metric.name[latprobe_abi::METRIC_NAME_SIZE - 1] = 0;
                // SAFETY: ends in NUL at the latest where it was just put.
                let name = unsafe { CStr::from_ptr(metric.name.as_ptr()) };
                (name.to_string_lossy().into_owned(), metric.value)
            })
            .collect()
    }

    fn destroy(&self) {
        if let Some(destroy) = self.entry.destroy {
            // SAFETY: `this` is live, and not used again before it is replaced.
            unsafe { destroy(self.this) };
        }
    }
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        self.destroy();
    }
}

/// What makes instances.
#[derive(Clone, Copy)]
enum Maker<'library> {
    Library(CreateFn),
    Embedded(&'library dyn EmbeddedTarget),
}

impl Maker<'_> {
    fn make(self, name: &str, config: &str, host: &Host) -> Result<*mut c_void, CoreError> {
        match self {
            Self::Library(create) => make(create, name, config, host),
            Self::Embedded(embedded) => embedded
                .create(config, host)
                .map_err(|reason| CoreError::Refused { name: name.to_owned(), reason }),
        }
    }
}

fn make(create: CreateFn, name: &str, config: &str, host: &Host) -> Result<*mut c_void, CoreError> {
    let mut error: [c_char; ERROR_SIZE] = [0; ERROR_SIZE];
    // SAFETY: `config` and `error` are as long as said, and the host outlives the instance, which
    // owns it.
    let this =
        unsafe { create(config.as_ptr(), config.len(), host, error.as_mut_ptr(), ERROR_SIZE) };
    if !this.is_null() {
        return Ok(this);
    }
    error[ERROR_SIZE - 1] = 0;
    // SAFETY: ends in NUL at the latest where it was just put.
    let reason = unsafe { CStr::from_ptr(error.as_ptr()) }.to_string_lossy().into_owned();
    Err(CoreError::Refused { name: name.to_owned(), reason })
}
