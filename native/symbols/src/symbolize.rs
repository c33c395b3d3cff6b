//! What the debug information of a file says about addresses in it.

use blazesym::symbolize::source::{Elf, Source};
use blazesym::symbolize::{CodeInfo, Input, Sym, Symbolizer};
use serde::Serialize;
use std::path::Path;

/// One function that an address is in, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// As people write it, without the hash that Rust adds.
    pub function: String,
    /// Whole path, where the debug information has one.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<u32>,
    /// From 1.
    pub column: Option<u16>,
}

/// What is known about an address: the function that it is in, and those inlined there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Symbolized {
    /// Innermost first; the last is the function that is there in the file. Empty where nothing is
    /// known.
    pub locations: Vec<Location>,
    /// How far the address is behind the beginning of that function.
    pub offset: Option<u64>,
}

/// Looks up addresses as the file states them. The answer is as long as `addresses`; a file that
/// cannot be read, such as one of the kernel's own, knows none of them.
#[must_use]
pub fn symbolize(path: &Path, addresses: &[u64]) -> Vec<Symbolized> {
    let symbolizer = Symbolizer::builder()
        .enable_code_info(true)
        .enable_inlined_fns(true)
        .enable_demangling(true)
        .build();
    let source = Source::Elf(Elf::new(path));
    symbolizer.symbolize(&source, Input::VirtOffset(addresses)).map_or_else(
        |_| vec![Symbolized::default(); addresses.len()],
        |found| found.iter().map(|it| it.as_sym().map(symbolized).unwrap_or_default()).collect(),
    )
}

fn symbolized(symbol: &Sym) -> Symbolized {
    let inlined = symbol.inlined.iter().rev();
    let locations = inlined
        .map(|it| location(&it.name, it.code_info.as_ref()))
        .chain([location(&symbol.name, symbol.code_info.as_deref())])
        .collect();
    Symbolized { locations, offset: u64::try_from(symbol.offset).ok() }
}

fn location(function: &str, code: Option<&CodeInfo>) -> Location {
    Location {
        function: function.to_owned(),
        file: code.map(|it| it.to_path().to_string_lossy().into_owned()),
        line: code.and_then(|it| it.line).filter(|line| *line > 0),
        column: code.and_then(|it| it.column).filter(|column| *column > 0),
    }
}
