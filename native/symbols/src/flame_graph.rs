//! Stacks as a picture.

use inferno::flamegraph::{self, Options};

/// Draws folded stacks (`outer;inner count`) as an SVG.
///
/// # Errors
///
/// In words, where there is nothing to draw or a line is not a folded stack.
pub fn flame_graph(title: &str, unit: &str, folded: &[String]) -> Result<String, String> {
    let mut options = Options::default();
    title.clone_into(&mut options.title);
    unit.clone_into(&mut options.count_name);
    options.deterministic = true;
    options.hash = true;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, folded.iter().map(String::as_str), &mut svg)
        .map_err(|error| error.to_string())?;
    String::from_utf8(svg).map_err(|error| error.to_string())
}
