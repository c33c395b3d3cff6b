//! The files that the code of this process came from, as the dynamic loader has them in memory.

use serde::Serialize;
use std::ffi::{CStr, c_int, c_void};
use std::ops::Range;

/// A file of code that is loaded.
#[derive(Debug, Serialize)]
pub struct Module {
    /// Where it was loaded from; a name in brackets or none for the kernel's own.
    pub path: String,
    /// The identifier that the linker put in, where it did.
    pub build_id: Option<String>,
    /// What is added to an address of the file.
    #[serde(skip)]
    pub(super) bias: u64,
    #[serde(skip)]
    pub(super) range: Range<u64>,
    #[serde(skip)]
    pub(super) unwind: Option<UnwindTables>,
}

/// The tables that say how to leave each function of a module, as they lie in memory.
#[derive(Debug)]
pub(super) struct UnwindTables {
    pub header: &'static [u8],
    pub frames: &'static [u8],
}

/// All of them, as they are loaded now.
pub(super) fn loaded_modules() -> Vec<Module> {
    let mut modules: Vec<Module> = Vec::new();
    // SAFETY: `add` takes what the loader hands it, and the vector that it is told of.
    unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut modules).cast()) };
    modules
}

/// # Safety
///
/// Called by the loader, with the vector of [`loaded_modules`].
unsafe extern "C" fn add(info: *mut libc::dl_phdr_info, _: usize, data: *mut c_void) -> c_int {
    // SAFETY: the loader's promise, and the caller's.
    let (info, modules) = unsafe { (&*info, &mut *data.cast::<Vec<Module>>()) };
    // SAFETY: the loader's promise: so many headers, and a name that ends in NUL or none.
    let (headers, name) = unsafe {
        let headers = std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum));
        let name = if info.dlpi_name.is_null() { c"" } else { CStr::from_ptr(info.dlpi_name) };
        (headers, name)
    };
    let bias = info.dlpi_addr;
    let segments: Vec<Range<u64>> = headers
        .iter()
        .filter(|header| header.p_type == libc::PT_LOAD)
        .map(|header| bias + header.p_vaddr..bias + header.p_vaddr + header.p_memsz)
        .collect();
    let (Some(start), Some(end)) = (
        segments.iter().map(|segment| segment.start).min(),
        segments.iter().map(|segment| segment.end).max(),
    ) else {
        return 0;
    };
    let memory = Memory { segments: &segments };
    let of = |kind| headers.iter().filter(move |header| header.p_type == kind);
    let unwind = of(libc::PT_GNU_EH_FRAME)
        .find_map(|header| memory.unwind_tables(bias + header.p_vaddr, header.p_memsz));
    let build_id = of(libc::PT_NOTE)
        .find_map(|header| build_id(memory.bytes(bias + header.p_vaddr, header.p_memsz)?));
    let path = name.to_string_lossy().into_owned();
    let path = if path.is_empty() { own_path() } else { path };
    modules.push(Module { path, build_id, bias, range: start..end, unwind });
    0
}

/// The program's own file, which the loader has no name for.
fn own_path() -> String {
    std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default()
}

/// What a module has mapped.
struct Memory<'module> {
    segments: &'module [Range<u64>],
}

impl Memory<'_> {
    /// Bytes of the module; `None` where they do not lie in it.
    fn bytes(&self, start: u64, size: u64) -> Option<&'static [u8]> {
        let end = start.checked_add(size)?;
        self.segments.iter().find(|segment| segment.start <= start && end <= segment.end)?;
        // SAFETY: the loader has mapped the segment, to be read, for as long as the module is
        // loaded; the worker unloads none before its pass is over.
        Some(unsafe { std::slice::from_raw_parts(start as *const u8, usize::try_from(size).ok()?) })
    }

    /// The table of `.eh_frame_hdr`, and the `.eh_frame` that it leads to: from there to the end
    /// of its segment, since nothing says where it ends but an empty entry.
    ///
    /// Linux Standard Base, Core specification, 10.6.2: version 1, then how the pointer is encoded.
    fn unwind_tables(&self, start: u64, size: u64) -> Option<UnwindTables> {
        const VERSION: u8 = 1;
        const RELATIVE_TO_ITSELF_IN_4_BYTES: u8 = 0x1b;
        let header = self.bytes(start, size)?;
        let [VERSION, RELATIVE_TO_ITSELF_IN_4_BYTES, _, _, a, b, c, d, ..] = *header else {
            return None;
        };
        let offset = i64::from(i32::from_le_bytes([a, b, c, d]));
        let at = (start + 4).checked_add_signed(offset)?;
        let segment = self.segments.iter().find(|segment| segment.contains(&at))?;
        Some(UnwindTables { header, frames: self.bytes(at, segment.end - at)? })
    }
}

/// Looks for the note of type `NT_GNU_BUILD_ID` (3) among notes, see elf(5).
fn build_id(mut notes: &[u8]) -> Option<String> {
    const BUILD_ID: u32 = 3;
    let padded = |size: u32| (size as usize).next_multiple_of(4);
    let word =
        |bytes: &[u8], at: usize| Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    loop {
        let (name, size, kind) = (word(notes, 0)?, word(notes, 4)?, word(notes, 8)?);
        let from = 12 + padded(name);
        if kind == BUILD_ID && notes.get(12..16) == Some(b"GNU\0") {
            let bytes = notes.get(from..from + size as usize)?;
            return Some(hexadecimal(bytes));
        }
        notes = notes.get(from + padded(size)..)?;
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_and_the_c_library_are_among_them_and_can_be_unwound() {
        let modules = loaded_modules();
        let code = loaded_modules as *const () as u64;

        let own = modules.iter().find(|module| module.range.contains(&code));
        assert_eq!(own.map(|module| module.path.clone()), Some(own_path()));
        assert!(own.is_some_and(|module| module.unwind.is_some()));
        assert!(modules.iter().any(|it| it.path.contains("libc.so") && it.unwind.is_some()));
    }

    #[test]
    fn a_build_id_is_found_behind_other_notes_and_not_in_broken_ones() {
        let mut notes = Vec::new();
        for (kind, name, bytes) in [(1_u32, *b"GNU\0", [9_u8; 5]), (3, *b"GNU\0", [0xab; 5])] {
            for word in [4, 5, kind] {
                notes.extend_from_slice(&u32::to_ne_bytes(word));
            }
            notes.extend_from_slice(&name);
            notes.extend_from_slice(&bytes);
            notes.extend_from_slice(&[0; 3]);
        }

        assert_eq!(build_id(&notes).as_deref(), Some("ababababab"));
        assert_eq!(build_id(&notes[..notes.len() - 4]), None);
        assert_eq!(build_id(&[]), None);
    }
}
