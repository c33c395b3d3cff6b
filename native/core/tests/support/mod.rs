//! Feeds and a target for the tests of the core.

use latprobe_core::{BatchLayout, Feed, Instance, Instrument, Library};
use latprobe_sdk::{Kind, Message, Metrics, Outcome, Probe, Reject, Target, entry, leak_table};
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

thread_local! {
    /// What the target was handed since the last look, and where it was reset.
    pub static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Message(Vec<u8>, i64),
    Reset,
}

/// Writes down what it is handed. The first byte is the kind: 0 and 1 are kinds, of which 1 marks
/// only the first stage; 2 is rejected; anything else is answered as it is, declared or not.
pub struct Witness;

impl Target for Witness {
    const NAME: &'static str = "witness";
    const FAMILY: &'static str = "witness";
    const STAGES: &'static [&'static str] = &["first", "second", "third"];
    const KINDS: &'static [&'static str] = &["whole", "short"];
    const ERRORS: &'static [&'static str] = &["two"];

    fn create(config: &str) -> Result<Self, String> {
        if config.contains("refuse") { Err("as it was told".to_owned()) } else { Ok(Self) }
    }

    fn on_message(&mut self, message: Message<'_>, probe: &mut Probe) -> Outcome {
        let seen = Seen::Message(message.bytes.to_vec(), message.recv_ns);
        SEEN.with_borrow_mut(|all| all.push(seen));
        probe.mark(0);
        let first = message.bytes.first().copied().unwrap_or(2);
        if first == 2 {
            return Err(Reject(0));
        }
        if first == 0 {
            probe.mark(1);
            probe.mark(2);
        }
        let kind = Kind(u32::from(first));
        probe.understood(kind, message.bytes, |bytes, digest| {
            digest.integer(7);
            digest.bytes(bytes);
        });
        Ok(kind)
    }

    fn reset(&mut self) {
        SEEN.with_borrow_mut(|all| all.push(Seen::Reset));
    }

    fn metrics(&self, metrics: &mut Metrics) {
        metrics.report("answer", 42.0);
    }
}

pub fn library() -> Library {
    Library::linked("test", leak_table(vec![entry::<Witness>()])).expect("a sound table")
}

pub fn witness(library: &Library) -> Instance<'_> {
    Instance::create(library, "witness", "{}").expect("a sound configuration")
}

pub fn instrument() -> Instrument {
    Instrument::measure(Duration::from_millis(1)).expect("a clock")
}

pub fn counter() -> AtomicU64 {
    AtomicU64::new(0)
}

/// What was seen since the last call.
pub fn seen() -> Vec<Seen> {
    SEEN.take()
}

/// The bytes of a feed file with one batch, and where it lies: times, offsets, payload.
pub fn batch_file(messages: &[Vec<u8>]) -> (Vec<u8>, BatchLayout) {
    let mut file = Vec::new();
    for recv_ns in (1000_i64..).take(messages.len()) {
        file.extend(recv_ns.to_le_bytes());
    }
    let offsets = file.len();
    let mut end = 0_i64;
    for size in std::iter::once(0).chain(messages.iter().map(Vec::len)) {
        end += i64::try_from(size).expect("a short message");
        file.extend(end.to_le_bytes());
    }
    let payload = file.len();
    file.extend(messages.concat());
    let layout = BatchLayout {
        messages: messages.len(),
        recv_ns: 0,
        offsets,
        payload,
        payload_size: file.len() - payload,
    };
    (file, layout)
}

/// A feed of several batches, each a file of its own behind the last.
pub fn feed(folder: &Path, batches: &[Vec<Vec<u8>>]) -> Feed {
    let mut file: Vec<u8> = Vec::new();
    let mut layouts = Vec::new();
    for messages in batches {
        file.resize(file.len().next_multiple_of(8), 0);
        let (bytes, layout) = batch_file(messages);
        let at = file.len();
        layouts.push(BatchLayout {
            recv_ns: layout.recv_ns + at,
            offsets: layout.offsets + at,
            payload: layout.payload + at,
            ..layout
        });
        file.extend(bytes);
    }
    let path = folder.join("feed");
    std::fs::write(&path, file).expect("a writable folder");
    Feed::open(&path, layouts).expect("a sound feed")
}
