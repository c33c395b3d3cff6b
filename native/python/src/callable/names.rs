//! Names that are learned while messages come: kinds and exceptions.

use super::argument::Uncounted;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shared by a target and its instances. Looked at where a name is new, and after a pass.
#[derive(Default)]
pub struct Learned(Mutex<Names>);

/// In the order of their indices.
#[derive(Default)]
pub struct Names {
    /// Declared ones, then those that came.
    pub kinds: Vec<String>,
    /// Names of exceptions.
    pub errors: Vec<String>,
    /// What the first exception of each name said, and where it came from.
    pub examples: BTreeMap<String, String>,
    /// Why no more messages are handled.
    pub problem: Option<String>,
}

impl Learned {
    /// With the kinds that are declared.
    pub fn new(kinds: Vec<String>) -> Self {
        Self(Mutex::new(Names { kinds, ..Names::default() }))
    }

    pub fn names(&self) -> MutexGuard<'_, Names> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The index of `name`, which is added where there is room for it.
pub fn index_of(names: &mut Vec<String>, name: &str, room: usize) -> Option<usize> {
    if let Some(index) = names.iter().position(|it| it == name) {
        return Some(index);
    }
    (names.len() < room).then(|| {
        let _uncounted = Uncounted::now();
        names.push(name.to_owned());
        names.len() - 1
    })
}
