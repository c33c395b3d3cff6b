//! What the kernel says of this process's memory, mapping by mapping.

use crate::CoreError;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::ops::Range;

const BUFFER_BYTES: usize = 1 << 16;

/// The longest line has a path in it.
const LINE_BYTES: usize = 1 << 13;

/// The kernel's account of mappings, opened once: reading it asks for no memory.
pub(super) struct Mappings {
    reader: BufReader<File>,
    line: Vec<u8>,
}

/// Memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Resident {
    pub bytes: u64,
    /// The part of it that lies in huge pages, and what is reserved ones.
    pub huge_bytes: u64,
}

impl Mappings {
    pub fn open() -> Result<Self, CoreError> {
        let file = File::open("/proc/self/smaps").map_err(unreadable)?;
        let reader = BufReader::with_capacity(BUFFER_BYTES, file);
        Ok(Self { reader, line: Vec::with_capacity(LINE_BYTES) })
    }

    /// What is resident now, but for mappings that have a part of `left_out`.
    pub fn resident(&mut self, left_out: &Range<usize>) -> Result<Resident, CoreError> {
        self.reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut found = Resident::default();
        let mut counts = true;
        loop {
            self.line.clear();
            if self.reader.read_until(b'\n', &mut self.line).map_err(unreadable)? == 0 {
                return Ok(found);
            }
            match line(&self.line) {
                Line::Mapping(it) => {
                    counts = it.end <= left_out.start || left_out.end <= it.start;
                }
                Line::Resident(bytes) if counts => found.bytes += bytes,
                Line::Huge(bytes) if counts => found.huge_bytes += bytes,
                _ => {}
            }
        }
    }
}

fn unreadable(source: std::io::Error) -> CoreError {
    CoreError::MappingsUnreadable { source }
}

/// A line of `/proc/self/smaps`, see `proc_pid_smaps(5)`.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Mapping(Range<usize>),
    Resident(u64),
    Huge(u64),
    Other,
}

fn line(text: &[u8]) -> Line {
    let Ok(text) = std::str::from_utf8(text) else {
        // A path that is no UTF-8: of the line only its beginning matters.
        let end = text.iter().position(|it| !it.is_ascii()).unwrap_or_default();
        return line(&text[..end]);
    };
    let mut words = text.split_ascii_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let bytes = || second.parse::<u64>().unwrap_or_default() * 1024;
    match first {
        "Rss:" => Line::Resident(bytes()),
        "AnonHugePages:" | "Shared_Hugetlb:" | "Private_Hugetlb:" => Line::Huge(bytes()),
        _ => {
            let address = |text| usize::from_str_radix(text, 16).ok();
            let ends = first.split_once('-').map(|(from, to)| (address(from), address(to)));
            match ends {
                Some((Some(from), Some(to))) => Line::Mapping(from..to),
                _ => Line::Other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_the_kernel_writes_them() {
        let mapping = b"7f00a000-7f00b000 rw-p 00000000 fe:00 42   /lib/\xff\xfe\n";
        assert_eq!(line(mapping), Line::Mapping(0x7f00_a000..0x7f00_b000));
        assert_eq!(line(b"Rss:                 244 kB\n"), Line::Resident(244 * 1024));
        assert_eq!(line(b"AnonHugePages:      2048 kB\n"), Line::Huge(2048 * 1024));
        assert_eq!(line(b"Private_Hugetlb:    1024 kB\n"), Line::Huge(1024 * 1024));
        assert_eq!(line(b"Pss_Anon: 12 kB\n"), Line::Other);
        assert_eq!(line(b"VmFlags: rd mr mw me dw\n"), Line::Other);
    }

    #[test]
    fn memory_that_is_touched_is_resident_and_what_is_left_out_is_not() {
        const BYTES: usize = 64 << 20;
        let mut mappings = Mappings::open().expect("there is /proc");
        let before = mappings.resident(&(0..0)).expect("it can be read").bytes;
        let touched = vec![1_u8; BYTES];
        let start = touched.as_ptr().addr();
        let all = mappings.resident(&(0..0)).expect("it can be read").bytes;
        let rest = mappings.resident(&(start..start + BYTES)).expect("it can be read").bytes;
        assert!(all >= before + BYTES as u64 / 2, "{before} and then {all}");
        assert!(rest + BYTES as u64 / 2 <= all, "{rest} of {all}");
        drop(touched);
    }
}
