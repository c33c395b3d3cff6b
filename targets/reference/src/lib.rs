//! latprobe's reference targets in one library, exported as any user's would be.
//!
//! Each family has a *before*, what people write first, an *after* that does the same without an
//! allocation, and well-kept public crates as peers.

use latprobe_engines::{itch50 as itch50_engine, json as json_engine};
use latprobe_json::{Peer, SerdeJson, SonicRs};

latprobe_sdk::export_targets![
    latprobe_json::Before,
    latprobe_json::After,
    Peer<SerdeJson>,
    Peer<SonicRs>,
    latprobe_itch50::Before,
    latprobe_itch50::After,
    latprobe_itch50::ZerocopyPeer,
    latprobe_fix::Before,
    latprobe_fix::After,
    latprobe_fix::FixCodecRs,
    json_engine::Before,
    json_engine::After,
    itch50_engine::Before,
    itch50_engine::After,
    latprobe_queues::RingTarget,
    latprobe_queues::BoundedTarget,
    latprobe_queues::CoalescingTarget,
];
