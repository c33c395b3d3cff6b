//! latprobe's reference targets in one library, exported as any user's would be.

latprobe_sdk::export_targets![
    latprobe_itch50::Before,
    latprobe_itch50::After,
    latprobe_itch50::ZerocopyPeer,
];
