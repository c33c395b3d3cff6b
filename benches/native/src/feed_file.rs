//! A feed whose messages have nothing to read in them.

use latprobe_core::{BatchLayout, CoreError, Feed};
use std::error::Error;
use std::io::Write;
use tempfile::NamedTempFile;

/// A feed of `messages`, all empty but for the first and the last, which are of one byte: by their
/// size a target sees where the loop begins and ends.
///
/// # Errors
///
/// Where the temporary folder cannot be written to.
pub fn bounded_feed(messages: usize) -> Result<Feed, Box<dyn Error>> {
    let mut bytes = vec![0; 8 * messages]; // receive times
    let offsets = bytes.len();
    for number in 0..=messages {
        let end = i64::from(number >= 1) + i64::from(number >= messages);
        bytes.extend(end.to_le_bytes());
    }
    let payload = bytes.len();
    bytes.extend([0; 2]);
    let mut file = NamedTempFile::new()?;
    file.write_all(&bytes)?;
    let layout = BatchLayout { messages, recv_ns: 0, offsets, payload, payload_size: 2 };
    // The mapping keeps the file's content after its name is gone.
    Feed::open(file.path(), vec![layout]).map_err(|error: CoreError| error.into())
}
