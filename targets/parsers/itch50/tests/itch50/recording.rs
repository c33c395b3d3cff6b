//! The recorded feeds.

use latprobe_itch50::message_length;
use std::env;
use std::path::{Path, PathBuf};

/// The messages of a recording, without their lengths.
pub struct Recording {
    bytes: Vec<u8>,
}

/// The recording called `name`, or `None` after saying that it is not there.
pub fn recording(name: &str) -> Option<Recording> {
    let folder = env::var_os("LATPROBE_FEEDS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/feeds"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if !path.exists() {
        println!("skipped: there is no {}; LATPROBE_FEEDS names the folder", path.display());
        return None;
    }
    Some(Recording { bytes: std::fs::read(path).expect("the recording can be read") })
}

impl Recording {
    /// The messages in order; a length of zero stands for that of the message's type.
    pub fn messages(&self) -> Vec<&[u8]> {
        let mut messages = Vec::new();
        let mut rest = &self.bytes[..];
        while let Some((prefix, tail)) = rest.split_first_chunk::<2>() {
            let length = match usize::from(u16::from_be_bytes(*prefix)) {
                0 => message_length(tail[0]).expect("a type of ITCH 5.0"),
                length => length,
            };
            let (message, tail) = tail.split_at(length);
            messages.push(message);
            rest = tail;
        }
        assert!(rest.is_empty(), "{} bytes after the last message", rest.len());
        messages
    }
}
