//! Events that the processor and the kernel count, by `perf_event_open`.

mod event;
mod group;
mod kernel;
mod rdpmc;
mod refusal;
mod scripted;

pub use event::{Event, USUAL};
pub use group::{Group, Groups, Reading};
pub use kernel::{Kernel, Linux, Page};
pub use rdpmc::Readers;
pub use scripted::Scripted;

/// Counts some instructions of this thread's own with a hardware counter.
///
/// # Errors
///
/// Why not, and what would help; or that nothing was counted.
pub fn try_hardware_counters() -> Result<(), String> {
    let name = "instructions".to_owned();
    let groups = Groups::open(std::slice::from_ref(&name), &Linux);
    if let Some(reason) = groups.unsupported.get(&name) {
        return Err(reason.clone());
    }
    let counted = groups.start().and_then(|()| groups.read()).map_err(|it| it.to_string())?;
    if counted[0].values[0] == 0 {
        return Err("the counter stands still".to_owned());
    }
    Ok(())
}
