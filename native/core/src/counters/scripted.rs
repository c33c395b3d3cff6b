//! A kernel that answers by a script, for tests of what asks it.

use super::kernel::{Kernel, Page};
use perf_event_open_sys::bindings::perf_event_attr;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;

/// Changes pages while they are looked at.
pub type Meanwhile = Box<dyn FnMut(&mut BTreeMap<i32, Box<Page>>)>;

/// Answers as it is told; what it was asked can be looked at.
#[derive(Default)]
pub struct Scripted {
    /// How many events fit into a group, by their type; any number where it is not said.
    pub group_size: BTreeMap<u32, usize>,
    /// What opening an event of this type and code ends with.
    pub refused: BTreeMap<(u32, u64), i32>,
    /// Whether counting the kernel as well ends with `EACCES`.
    pub paranoid: bool,
    /// Descriptors that can be open at a time; any number for 0.
    pub descriptors: usize,
    /// What reads of each leader answer, in turn.
    pub readings: RefCell<BTreeMap<i32, VecDeque<Vec<u64>>>>,
    /// The page of each descriptor; mapping another ends with `EACCES`.
    pub pages: RefCell<BTreeMap<i32, Box<Page>>>,
    /// What the processor's counters stand at, in turn; the last stays.
    pub counters: RefCell<BTreeMap<u32, VecDeque<u64>>>,
    /// Run before each `rdpmc`, such as to change a page meanwhile.
    pub meanwhile: RefCell<Option<Meanwhile>>,
    /// The kernel's files.
    pub files: BTreeMap<String, String>,
    /// What was opened: type, code, leader, and whether the kernel's own doing was left out.
    pub opened: RefCell<Vec<(u32, u64, i32, bool)>>,
    /// What is open.
    pub alive: RefCell<Vec<i32>>,
    /// Which leaders were switched, and whether on.
    pub switched: RefCell<Vec<(i32, bool)>>,
}

impl Scripted {
    fn members(&self, leader: i32) -> usize {
        // Descriptors count from 1 in the order of `opened`.
        let of = |(at, it): (usize, &(u32, u64, i32, bool))| {
            it.2 == leader || i32::try_from(at + 1) == Ok(leader)
        };
        self.opened.borrow().iter().enumerate().filter(|it| of(*it)).count()
    }
}

impl Kernel for Scripted {
    fn open(&self, attributes: &perf_event_attr, leader: i32) -> io::Result<i32> {
        let code = (attributes.type_, attributes.config);
        if let Some(error) = self.refused.get(&code) {
            return Err(io::Error::from_raw_os_error(*error));
        }
        if self.paranoid && attributes.exclude_kernel() == 0 {
            return Err(io::Error::from_raw_os_error(libc::EACCES));
        }
        if self.descriptors > 0 && self.alive.borrow().len() >= self.descriptors {
            return Err(io::Error::from_raw_os_error(libc::EMFILE));
        }
        let room = self.group_size.get(&attributes.type_).copied().unwrap_or(usize::MAX);
        if leader >= 0 && self.members(leader) >= room {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        let entry = (code.0, code.1, leader, attributes.exclude_kernel() != 0);
        let mut opened = self.opened.borrow_mut();
        opened.push(entry);
        let descriptor = i32::try_from(opened.len()).unwrap_or(i32::MAX);
        self.alive.borrow_mut().push(descriptor);
        Ok(descriptor)
    }

    fn read(&self, leader: i32, words: &mut [u64]) -> io::Result<usize> {
        let mut readings = self.readings.borrow_mut();
        let answer = readings.get_mut(&leader).and_then(VecDeque::pop_front).unwrap_or_default();
        words[..answer.len()].copy_from_slice(&answer);
        Ok(answer.len())
    }

    fn switch(&self, leader: i32, on: bool) -> io::Result<()> {
        self.switched.borrow_mut().push((leader, on));
        Ok(())
    }

    fn map(&self, descriptor: i32) -> io::Result<*const Page> {
        let pages = self.pages.borrow();
        let page = pages.get(&descriptor).map(|page| &raw const **page);
        page.ok_or_else(|| io::Error::from_raw_os_error(libc::EACCES))
    }

    fn has_rdpmc(&self) -> bool {
        true
    }

    fn rdpmc(&self, index: u32) -> u64 {
        if let Some(meanwhile) = self.meanwhile.borrow_mut().as_mut() {
            meanwhile(&mut self.pages.borrow_mut());
        }
        let mut counters = self.counters.borrow_mut();
        let values = counters.entry(index).or_default();
        if values.len() > 1 {
            values.pop_front().unwrap_or_default()
        } else {
            values.front().copied().unwrap_or_default()
        }
    }

    fn file(&self, path: &str) -> io::Result<String> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from_raw_os_error(libc::ENOENT))
    }

    fn close(&self, descriptor: i32) {
        self.alive.borrow_mut().retain(|it| *it != descriptor);
    }
}
