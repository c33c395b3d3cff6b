//! Events in groups that the processor can count at the same time.

use super::event::Event;
use super::kernel::Kernel;
use super::refusal::refusal;
use perf_event_open_sys::bindings::{self as sys, perf_event_attr};
use std::collections::BTreeMap;
use std::io;

/// Words before the values: how many there are, time enabled, and time running.
const HEAD: usize = 3;

/// Events that are counted at the same time.
pub struct Group {
    /// In the order in which the kernel answers.
    pub events: Vec<Event>,
    /// The first is the leader's.
    pub descriptors: Vec<i32>,
}

/// What a group has counted so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Nanoseconds for which it was switched on.
    pub enabled: u64,
    /// Nanoseconds for which it had the processor's counters.
    pub running: u64,
    /// For each event.
    pub values: Vec<u64>,
}

impl Reading {
    /// What came since an earlier reading.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            enabled: self.enabled.saturating_sub(earlier.enabled),
            running: self.running.saturating_sub(earlier.running),
            values: self
                .values
                .iter()
                .zip(&earlier.values)
                .map(|(now, then)| now.saturating_sub(*then))
                .collect(),
        }
    }

    /// The part of the time for which the group had counters, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.running >= self.enabled {
            return f64::from(u8::from(self.running > 0));
        }
        self.running as f64 / self.enabled as f64
    }

    /// An event's count, as if it had had a counter all of the time; `None` where it never had.
    #[must_use]
    pub fn scaled(&self, index: usize) -> Option<f64> {
        let share = self.share();
        (share > 0.0).then(|| self.values[index] as f64 / share)
    }
}

/// All that could be opened, and why the rest could not.
pub struct Groups<'kernel, K: Kernel> {
    kernel: &'kernel K,
    /// In order.
    pub groups: Vec<Group>,
    /// Reasons, by the name of the event.
    pub unsupported: BTreeMap<String, String>,
}

impl<'kernel, K: Kernel> Groups<'kernel, K> {
    /// Opens counters for the events called `names`: as many at a time as fit, those of the kernel's
    /// own in a group of themselves.
    pub fn open(names: &[String], kernel: &'kernel K) -> Self {
        let mut groups = Self { kernel, groups: Vec::new(), unsupported: BTreeMap::new() };
        let mut events = Vec::new();
        for name in names {
            match Event::named(name, kernel) {
                Ok(event) => events.push(event),
                Err(problem) => groups.refuse(name, problem),
            }
        }
        let (software, hardware): (Vec<_>, Vec<_>) =
            events.into_iter().partition(Event::is_software);
        // As another event's follower the kernel's clock counts a part of the time (seen on 6.18).
        let (clocks, software): (Vec<_>, Vec<_>) = software.into_iter().partition(Event::is_clock);
        groups.add_all(hardware);
        groups.add_all(software);
        groups.add_all(clocks);
        groups
    }

    /// Starts counting.
    ///
    /// # Errors
    ///
    /// The kernel's.
    pub fn start(&self) -> io::Result<()> {
        self.groups.iter().try_for_each(|it| self.kernel.switch(it.descriptors[0], true))
    }

    /// Stops counting.
    ///
    /// # Errors
    ///
    /// The kernel's.
    pub fn stop(&self) -> io::Result<()> {
        self.groups.iter().try_for_each(|it| self.kernel.switch(it.descriptors[0], false))
    }

    /// What each group has counted so far.
    ///
    /// # Errors
    ///
    /// The kernel's, or that it answered otherwise than it was asked.
    pub fn read(&self) -> io::Result<Vec<Reading>> {
        self.groups.iter().map(|group| self.read_one(group)).collect()
    }

    fn read_one(&self, group: &Group) -> io::Result<Reading> {
        let mut words = vec![0; HEAD + group.events.len()];
        let count = self.kernel.read(group.descriptors[0], &mut words)?;
        // A group that could never be on the processor (`PERF_EVENT_STATE_ERROR`) reads as nothing.
        if count != words.len() || words[0] != group.events.len() as u64 {
            return Err(io::Error::other(format!(
                "the kernel answered {count} words for a group of {} events",
                group.events.len()
            )));
        }
        Ok(Reading { enabled: words[1], running: words[2], values: words[HEAD..].to_vec() })
    }

    /// Adds events to a group of their own, and to a further one where the last is full.
    fn add_all(&mut self, events: Vec<Event>) {
        let mut open = None;
        for event in events {
            open = self.add(event, open);
        }
    }

    /// Adds an event to the group of that index; answers the group that the next one may join.
    fn add(&mut self, event: Event, open: Option<usize>) -> Option<usize> {
        if let Some(index) = open {
            let leader = self.groups[index].descriptors[0];
            if let Ok(descriptor) = self.open_one(&event, leader) {
                self.groups[index].descriptors.push(descriptor);
                self.groups[index].events.push(event);
                return open;
            }
            // It may be the group that is full, or the event that there is not: alone it will tell.
        }
        match self.open_one(&event, -1) {
            Ok(descriptor) => {
                self.groups.push(Group { events: vec![event], descriptors: vec![descriptor] });
                Some(self.groups.len() - 1)
            }
            Err(error) => {
                let reason = refusal(&event, &error, self.kernel);
                self.refuse(&event.name, reason);
                open
            }
        }
    }

    fn refuse(&mut self, name: &str, reason: String) {
        self.unsupported.insert(name.to_owned(), reason);
    }

    /// A program may count its own code where it may not count the kernel's on its behalf. The
    /// processor's events are those of the program's own code in any case.
    fn open_one(&self, event: &Event, leader: i32) -> io::Result<i32> {
        let with_kernel = event.is_software();
        let opened = self.kernel.open(&attributes(event, leader, with_kernel), leader);
        match &opened {
            Err(error)
                if with_kernel
                    && !event.is_of_the_kernel()
                    && matches!(error.raw_os_error(), Some(libc::EACCES | libc::EPERM)) =>
            {
                self.kernel.open(&attributes(event, leader, false), leader)
            }
            _ => opened,
        }
    }
}

impl<K: Kernel> Drop for Groups<'_, K> {
    fn drop(&mut self) {
        for descriptor in self.groups.iter().flat_map(|it| it.descriptors.iter().rev()) {
            self.kernel.close(*descriptor);
        }
    }
}

fn attributes(event: &Event, leader: i32, with_kernel: bool) -> perf_event_attr {
    let mut attributes = perf_event_attr::default();
    attributes.type_ = event.kind;
    attributes.size = u32::try_from(size_of::<perf_event_attr>()).unwrap_or_default();
    attributes.config = event.config;
    attributes.read_format = u64::from(
        sys::PERF_FORMAT_GROUP
            | sys::PERF_FORMAT_TOTAL_TIME_ENABLED
            | sys::PERF_FORMAT_TOTAL_TIME_RUNNING,
    );
    // The others go with their leader.
    attributes.set_disabled(u64::from(leader == -1));
    attributes.set_exclude_kernel(u64::from(!with_kernel));
    attributes.set_exclude_hv(u64::from(!event.is_software()));
    attributes
}
