//! Names for addresses of code, and pictures of stacks: after a pass, outside of its process.

mod flame_graph;
mod symbolize;

pub use flame_graph::flame_graph;
pub use symbolize::{Location, Symbolized, symbolize};
