//! What a call-site pass found, with names in the place of numbers.

use super::super::allocation_counter::AllocationTotals;
use super::modules::Module;
use super::stack_table::StackTable;
use super::tally::{SiteCounts, Tally};
use crate::Instance;
use serde::Serialize;
use std::collections::HashMap;

/// What a call-site pass found. Counts are exact.
#[derive(Debug, Serialize)]
#[serde(tag = "collector", rename = "callsites")]
pub struct CallSitesResult {
    /// Messages that were watched.
    pub messages: u64,
    /// How many of each kind that was seen.
    pub kinds: Vec<KindMessages>,
    /// What the counting allocator counted in the same messages.
    pub counted: AllocationTotals,
    /// Files that addresses are in.
    pub modules: Vec<Module>,
    /// Every address that was seen on a stack.
    pub addresses: Vec<AddressResult>,
    /// Every stack that was seen.
    pub stacks: Vec<StackResult>,
    /// What was counted at each.
    pub sites: Vec<SiteResult>,
    /// What there was no place for.
    pub unplaced: SiteCounts,
    /// Why system calls were not watched, where they were not.
    pub system_calls_unsupported: Option<String>,
    /// Messages that made a system call after which no others could be seen.
    pub unseen_system_calls: u64,
}

/// How many messages of a kind were watched.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct KindMessages {
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// How many.
    pub messages: u64,
}

/// An address inside of a call instruction.
#[derive(Debug, Serialize)]
pub struct AddressResult {
    /// Index of the module that it is in.
    pub module: Option<usize>,
    /// As the file states it; of the process where it is in no module.
    pub address: u64,
}

/// A stack.
#[derive(Debug, Serialize)]
pub struct StackResult {
    /// Indices of its addresses, innermost first.
    pub addresses: Vec<usize>,
    /// Whether it goes up to the driver.
    pub complete: bool,
}

/// What was counted at one stack, in one stage, for one kind.
#[derive(Debug, Serialize)]
pub struct SiteResult {
    /// Index of the stack.
    pub stack: u32,
    /// The stage's name; `None` after the last mark.
    pub stage: Option<String>,
    /// The kind's name; `None` for messages that were not understood.
    pub kind: Option<String>,
    /// The kernel's number of the system call, where it was one.
    pub system_call: Option<u16>,
    /// The queue that the thread took its message from, where it was not the driver's.
    pub hop: Option<String>,
    /// Sums over all messages.
    pub counts: SiteCounts,
}

/// What a target calls its kinds and stages.
pub(super) struct Names {
    kinds: Vec<String>,
    stages: Vec<String>,
    hops: Vec<String>,
}

impl Names {
    pub fn of(instance: &Instance) -> Self {
        let description = instance.description();
        let hops = description.hops.iter().map(|hop| hop.name.clone()).collect();
        Self { kinds: instance.kinds(), stages: description.stages.clone(), hops }
    }

    fn hop(&self, number: u16) -> Option<String> {
        usize::from(number).checked_sub(1).and_then(|index| self.hops.get(index).cloned())
    }

    pub fn sites(&self, tally: &Tally) -> Vec<SiteResult> {
        tally
            .iter()
            .map(|(key, counts)| SiteResult {
                stack: key.stack,
                // A mark of a stage that the target does not declare belongs to none.
                stage: key.stage().and_then(|it| self.stages.get(usize::from(it)).cloned()),
                kind: self.kinds.get(usize::from(key.kind)).cloned(),
                system_call: (counts.system_calls > 0).then_some(key.number),
                hop: (counts.system_calls == 0).then(|| self.hop(key.number)).flatten(),
                counts: *counts,
            })
            .collect()
    }
}

/// How many messages of each kind there were.
pub(super) fn kind_messages(instance: &Instance, counts: Vec<u64>) -> Vec<KindMessages> {
    let kinds = instance.by_kind(counts).filter(|(_, messages)| *messages > 0);
    kinds.map(|(kind, messages)| KindMessages { kind, messages }).collect()
}

/// Each address once, in the module that it is in, and the stacks as indices into them.
pub(super) fn addresses_and_stacks(
    table: &StackTable,
    modules: &[Module],
) -> (Vec<AddressResult>, Vec<StackResult>) {
    let mut addresses = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    let stacks = table
        .iter()
        .map(|(frames, complete)| {
            let addresses = frames
                .iter()
                .map(|&address| {
                    *known.entry(address).or_insert_with(|| {
                        addresses.push(in_module(address, modules));
                        addresses.len() - 1
                    })
                })
                .collect();
            StackResult { addresses, complete }
        })
        .collect();
    (addresses, stacks)
}

fn in_module(address: u64, modules: &[Module]) -> AddressResult {
    let module = modules.iter().position(|module| module.range.contains(&address));
    let address = address - module.map_or(0, |index| modules[index].bias);
    AddressResult { module, address }
}
