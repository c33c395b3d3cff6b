//! How much of the heap is in use.

use std::ffi::{c_char, c_int};

/// Room for what the C library tells of some dozens of arenas.
const TEXT_BYTES: usize = 128 << 10;

type Tell = unsafe extern "C" fn(options: c_int, stream: *mut libc::FILE) -> c_int;

/// Asks the C library. Its total counts in what every other thread keeps for its next blocks, which in
/// the threads of latprobe's own grows for a while as a leak would; so it is asked for each arena,
/// and the first, which is that of a process's first thread, is taken.
pub(super) struct Heap {
    tell: Option<Tell>,
    text: Vec<u8>,
}

impl Heap {
    pub fn new() -> Self {
        // SAFETY: a look-up by name in this process.
        let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"malloc_info".as_ptr()) };
        // SAFETY: a C library that has it exports it with this type; `Option` of a function pointer is
        // null for none.
        let tell = unsafe { std::mem::transmute::<*mut libc::c_void, Option<Tell>>(symbol) };
        Self { tell, text: vec![1; TEXT_BYTES] }
    }

    /// Bytes of the first thread's blocks that are in use, with their heads, and of all that were
    /// large enough to be mapped; `None` where the C library does not tell. An allocator of the
    /// target's own that takes its memory from the kernel is not in it.
    pub fn in_use(&mut self) -> Option<u64> {
        let tell = self.tell?;
        // SAFETY: the buffer outlives the stream, which is closed before it is read, and is as long as
        // said; the library writes text and ends it.
        let length = unsafe {
            let buffer = self.text.as_mut_ptr().cast::<c_char>();
            let stream = libc::fmemopen(buffer.cast(), self.text.len(), c"w".as_ptr());
            if stream.is_null() {
                return None;
            }
            let answer = tell(0, stream);
            let length = libc::ftell(stream);
            libc::fclose(stream);
            if answer != 0 {
                return None;
            }
            usize::try_from(length).ok()?
        };
        in_use(std::str::from_utf8(self.text.get(..length)?).ok()?)
    }
}

/// Reads `malloc_info`'s XML: of the first arena what it has from the kernel, less what is free in
/// it, its last chunk among that; and what is mapped.
fn in_use(text: &str) -> Option<u64> {
    let (_, first) = text.split_once("<heap nr=\"0\">")?;
    let (first, rest) = first.split_once("</heap>")?;
    let free = size(first, "<total type=\"fast\"")? + size(first, "<total type=\"rest\"")?;
    let mapped = size(rest, "<total type=\"mmap\"")?;
    Some(size(first, "<system type=\"current\"")?.saturating_sub(free) + mapped)
}

/// The size that an element says which begins like that.
fn size(text: &str, element: &str) -> Option<u64> {
    let (_, behind) = text.split_once(element)?;
    let (_, behind) = behind.split_once("size=\"")?;
    behind.split_once('"')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_what_the_first_arena_has_but_for_what_is_free_and_what_is_mapped() {
        let text = r#"<malloc version="1">
<heap nr="0"><sizes><size from="33" to="48" total="96" count="2"/></sizes>
<total type="fast" count="2" size="96"/><total type="rest" count="1" size="1000"/>
<system type="current" size="135168"/><system type="max" size="135168"/></heap>
<heap nr="1"><system type="current" size="9999999"/></heap>
<total type="fast" count="2" size="96"/><total type="rest" count="1" size="1000"/>
<total type="mmap" count="1" size="4096"/><system type="current" size="10135167"/></malloc>"#;

        assert_eq!(in_use(text), Some(135_168 - 1_096 + 4_096));
    }

    #[test]
    fn a_block_is_in_use_until_it_is_given_back() {
        const SIZE: u64 = 300 << 20;
        let mut heap = Heap::new();
        let Some(before) = heap.in_use() else { return };
        let block = std::hint::black_box(vec![1_u8; 300 << 20]);
        let during = heap.in_use().expect("as before");
        drop(block);
        let after = heap.in_use().expect("as before");

        // Other tests' threads have blocks of their own, though none as large.
        assert!(during > before + SIZE / 2 && after < during - SIZE / 2);
    }
}
