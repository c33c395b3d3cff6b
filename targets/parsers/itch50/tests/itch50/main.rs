//! The family's behaviour through its public surface.

mod agreement;
mod allocations;
mod messages;
mod random;
mod recording;
mod reports;
mod samples;
