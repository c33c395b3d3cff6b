//! Target libraries: loaded, and checked before anything in them is called.

use crate::{CoreError, EmbeddedCalls, EmbeddedTarget};
use latprobe_abi::{
    ABI_VERSION, ENTRY_SYMBOL, EntryPoint, Hop, MAX_HOPS, MAX_KINDS, MAX_STAGES, TABLE_MAGIC,
    TargetEntry, TargetTable,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::error::Error;
use std::ffi::{CStr, c_char};
use std::mem::{MaybeUninit, offset_of};
use std::path::Path;

/// The row of a whole message up to where its last thread is done with it.
const END_TO_END: &str = "end_to_end";

/// Most targets in one library; a larger count is taken for a broken table.
const MAX_TARGETS: u32 = 1024;

/// What a target says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDescription {
    /// Unique in its library.
    pub name: String,
    /// Targets of one family are compared.
    pub family: String,
    /// One line for people.
    pub description: String,
    /// Protocol of its feeds; empty: any.
    pub protocol: String,
    /// In order.
    pub stages: Vec<String>,
    /// In order of their indices.
    pub kinds: Vec<String>,
    /// In order of their indices.
    pub errors: Vec<String>,
    /// Queues between its threads, in the order in which a message comes to them.
    pub hops: Vec<HopDescription>,
}

/// A queue between two threads of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopDescription {
    /// Unique in its target.
    pub name: String,
    /// Index of the stage that it stands before.
    pub stage: usize,
}

/// A loaded target library.
pub struct Library {
    path: String,
    /// Kept loaded; `None` for the built-in targets.
    _handle: Option<libloading::Library>,
    targets: Described,
    /// What makes the only target, where it comes from this program.
    embedded: Option<Box<dyn EmbeddedTarget>>,
}

impl Library {
    /// Loads the shared library at `path` and checks its table.
    ///
    /// # Errors
    ///
    /// [`CoreError::Library`] with what is wrong and what to do.
    pub fn open(path: &Path) -> Result<Self, CoreError> {
        let name = path.display().to_string();
        let problem = |problem: String| CoreError::Library { library: name.clone(), problem };
        if !path.is_file() {
            return Err(problem("there is no such file; has the target been built?".to_owned()));
        }
        // A bare name would be looked for where the system keeps its libraries.
        let whole =
            path.canonicalize().map_err(|error| problem(format!("cannot be found: {error}")))?;
        // SAFETY: targets are trusted code: their initialisers run here.
        let handle = unsafe { libloading::Library::new(&whole) }.map_err(|error| {
            // The error's own words are only that it failed; the loader's are its source.
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            problem(format!("cannot be loaded: {cause}"))
        })?;
        // SAFETY: a library that exports this name promises to export it with this type.
        let entry = unsafe { handle.get::<EntryPoint>(ENTRY_SYMBOL) }.map_err(|_| {
            problem(format!(
                "exports no `{ENTRY_SYMBOL}`; a Rust target exports it with `export_targets!`, a \
                 C target by defining the function that latprobe.h declares"
            ))
        })?;
        // SAFETY: as above.
        let table = unsafe { entry() };
        // SAFETY: the table lives as long as the library, which is kept loaded beside it.
        let targets = unsafe { read_table(table) }.map_err(problem)?;
        Ok(Self { path: name, _handle: Some(handle), targets, embedded: None })
    }

    /// The targets in `table`, which is linked into this program.
    ///
    /// # Errors
    ///
    /// As [`Library::open`].
    pub fn linked(name: &str, table: &'static TargetTable) -> Result<Self, CoreError> {
        // SAFETY: a static table that the type system vouches for.
        let targets = unsafe { read_table(table) }
            .map_err(|problem| CoreError::Library { library: name.to_owned(), problem })?;
        Ok(Self { path: name.to_owned(), _handle: None, targets, embedded: None })
    }

    /// A library of the one target that `embedded` makes.
    #[must_use]
    pub fn embedded(
        description: TargetDescription,
        calls: EmbeddedCalls,
        embedded: Box<dyn EmbeddedTarget>,
    ) -> Self {
        let path = description.name.clone();
        let targets = vec![(description, calls.entry())];
        Self { path, _handle: None, targets, embedded: Some(embedded) }
    }

    /// What the library holds.
    pub fn targets(&self) -> impl Iterator<Item = &TargetDescription> {
        self.targets.iter().map(|(description, _)| description)
    }

    /// Why the target has stopped to handle messages, where it comes from this program and has.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.maker().and_then(EmbeddedTarget::problem)
    }

    /// Whether the target comes from this program.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// What makes its target, where it comes from this program.
    pub(crate) fn maker(&self) -> Option<&dyn EmbeddedTarget> {
        self.embedded.as_deref()
    }

    /// The target called `name`.
    pub(crate) fn target(
        &self,
        name: &str,
    ) -> Result<&(TargetDescription, TargetEntry), CoreError> {
        self.targets.iter().find(|(it, _)| it.name == name).ok_or_else(|| {
            CoreError::UnknownTarget {
                library: self.path.clone(),
                name: name.to_owned(),
                known: self.targets().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
            }
        })
    }
}

type Described = Vec<(TargetDescription, TargetEntry)>;

/// # Safety
///
/// `table` is null or what a target library's entry point answered.
unsafe fn read_table(table: *const TargetTable) -> Result<Described, String> {
    // SAFETY: the caller's promise.
    let Some(table) = (unsafe { table.as_ref() }) else {
        return Err(format!("`{ENTRY_SYMBOL}` answered null"));
    };
    if table.magic != TABLE_MAGIC {
        return Err("its table does not start with the mark of a latprobe table".to_owned());
    }
    if table.abi_version != ABI_VERSION {
        return Err(format!(
            "is built for version {} of the target ABI, and this latprobe speaks version \
             {ABI_VERSION}: build it again with this latprobe's SDK or header",
            table.abi_version
        ));
    }
    let (oldest, size) = (offset_of!(TargetEntry, hops), table.target_size as usize);
    if size < oldest || !size.is_multiple_of(align_of::<TargetEntry>()) {
        return Err(format!(
            "its table entries are of {size} bytes, expected {oldest} or, of later versions, more: \
             was it built for another processor?"
        ));
    }
    if table.target_count == 0 || table.target_count > MAX_TARGETS || table.targets.is_null() {
        return Err(format!(
            "declares {} targets, expected 1 to {MAX_TARGETS}",
            table.target_count
        ));
    }
    let mut names = HashSet::new();
    let mut targets = Vec::with_capacity(table.target_count as usize);
    for index in 0..table.target_count as usize {
        // SAFETY: magic and version agree, so that this is an array of that many entries, each of the
        // size that the library says.
        let entry = unsafe { read_entry(table.targets.cast::<u8>().add(index * size), size) };
        // SAFETY: as above.
        let description =
            unsafe { describe(&entry) }.map_err(|problem| format!("target {index}: {problem}"))?;
        if !names.insert(description.name.clone()) {
            return Err(format!("two targets are called '{}'", description.name));
        }
        targets.push((description, entry));
    }
    Ok(targets)
}

/// A copy of an entry, in which fields that the library does not have are null. A library of a later
/// version has fields that this one does not: they are left alone.
///
/// # Safety
///
/// `entry` is an entry of `size` bytes, which are at least those of the first version.
unsafe fn read_entry(entry: *const u8, size: usize) -> TargetEntry {
    let mut copy = MaybeUninit::<TargetEntry>::zeroed();
    let known = size.min(size_of::<TargetEntry>());
    // SAFETY: both are readable or writable for so many bytes, and do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(entry, copy.as_mut_ptr().cast::<u8>(), known) };
    // SAFETY: zeros are a value of each of its fields: null, none, or the number 0.
    unsafe { copy.assume_init() }
}

/// # Safety
///
/// `entry` is of a table whose magic, version and size agree.
unsafe fn describe(entry: &TargetEntry) -> Result<TargetDescription, String> {
    // SAFETY: the ABI's promise: names are null or NUL-terminated, lists as long as said.
    let (name, family, description, protocol) = unsafe {
        (
            text(entry.name, "name")?,
            text(entry.family, "family")?,
            text(entry.description, "description")?,
            text(entry.protocol, "protocol")?,
        )
    };
    if name.is_empty() {
        return Err("its name is empty".to_owned());
    }
    // SAFETY: as above.
    let (stages, kinds, errors) = unsafe {
        (
            texts(entry.stages, entry.stage_count, 1, MAX_STAGES, "stages"),
            texts(entry.kinds, entry.kind_count, 1, MAX_KINDS, "kinds"),
            texts(entry.errors, entry.error_count, 0, MAX_KINDS, "errors"),
        )
    };
    let named = |problem: String| format!("'{name}': {problem}");
    let (stages, kinds, errors) =
        (stages.map_err(named)?, kinds.map_err(named)?, errors.map_err(named)?);
    if let Some(stage) = stages.iter().find(|stage| *stage == "total") {
        return Err(named(format!("no stage may be called '{stage}': it is the whole message")));
    }
    // SAFETY: as above.
    let hops = unsafe { hops(entry, &stages) }.map_err(named)?;
    for (missing, function) in [
        (entry.create.is_none(), "create"),
        (entry.on_message.is_none(), "on_message"),
        (entry.destroy.is_none(), "destroy"),
    ] {
        if missing {
            return Err(named(format!("`{function}` is null")));
        }
    }
    if !hops.is_empty() && entry.drain.is_none() {
        return Err(named("it declares hops, and `drain` is null".to_owned()));
    }
    let family = if family.is_empty() { name.clone() } else { family };
    Ok(TargetDescription { name, family, description, protocol, stages, kinds, errors, hops })
}

/// # Safety
///
/// As for [`describe`].
unsafe fn hops(entry: &TargetEntry, stages: &[String]) -> Result<Vec<HopDescription>, String> {
    let count = entry.hop_count as usize;
    if count > MAX_HOPS {
        return Err(format!("declares {count} hops, expected 0 to {MAX_HOPS}"));
    }
    if count > 0 && entry.hops.is_null() {
        return Err("its list of hops is null".to_owned());
    }
    let mut described: Vec<HopDescription> = Vec::with_capacity(count);
    for index in 0..count {
        // SAFETY: the ABI's promise: a list as long as said, of names that end in NUL.
        let (stage, name) = unsafe {
            let hop: &Hop = &*entry.hops.add(index);
            (hop.stage as usize, text(hop.name, "hop's name")?)
        };
        if stage >= stages.len() {
            let stages = stages.len();
            return Err(format!("hop '{name}' stands before stage {stage}, of {stages} stages"));
        }
        if name.is_empty() || described.iter().any(|hop| hop.name == name) {
            return Err(format!("its hops hold '{name}' twice, or an empty name"));
        }
        let rows = [format!("{name} wait"), format!("{name} depth"), END_TO_END.to_owned()];
        if let Some(stage) = stages.iter().find(|stage| rows.contains(stage)) {
            return Err(format!(
                "no stage may be called '{stage}': it is what hops are measured by"
            ));
        }
        described.push(HopDescription { name, stage });
    }
    Ok(described)
}

/// # Safety
///
/// `pointer` is null or NUL-terminated.
unsafe fn text(pointer: *const c_char, what: &str) -> Result<String, String> {
    if pointer.is_null() {
        return Err(format!("its {what} is null"));
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map(str::to_owned).map_err(|_| format!("its {what} is not UTF-8"))
}

/// # Safety
///
/// `pointer` is null or an array of `count` names.
unsafe fn texts(
    pointer: *const *const c_char,
    count: u32,
    least: usize,
    most: usize,
    what: &str,
) -> Result<Vec<String>, String> {
    let count = count as usize;
    if count < least || count > most {
        return Err(format!("declares {count} {what}, expected {least} to {most}"));
    }
    if count > 0 && pointer.is_null() {
        return Err(format!("its list of {what} is null"));
    }
    // SAFETY: the caller's promise, and `index` is below `count`.
    let names: Vec<String> = (0..count)
        .map(|index| unsafe { text(*pointer.add(index), what) })
        .collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    match names.iter().find(|name| name.is_empty() || !seen.insert(name.as_str())) {
        Some(name) => Err(format!("its {what} hold '{name}' twice, or an empty name")),
        None => Ok(names),
    }
}
