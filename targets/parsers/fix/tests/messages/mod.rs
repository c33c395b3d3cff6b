//! Messages to test with.

#![allow(dead_code)] // each test binary uses some of these

use std::path::PathBuf;

/// Frames `body`, written with `|` for SOH, as a message of `version`.
pub fn framed(version: &str, body: &str) -> Vec<u8> {
    framed_bytes(version.as_bytes(), &soh(body))
}

/// `text` with SOH for `|`.
pub fn soh(text: &str) -> Vec<u8> {
    text.replace('|', "\x01").into_bytes()
}

/// Puts the right body length and checksum around `body`.
pub fn framed_bytes(version: &[u8], body: &[u8]) -> Vec<u8> {
    let length = format!("\x019={}\x01", body.len());
    let mut message = [version, length.as_bytes(), body].concat();
    let sum = latprobe_fix::checksum(&message);
    message.extend(format!("10={sum:03}\x01").bytes());
    message
}

/// One message of each kind, with every field that is read.
pub fn handmade() -> Vec<Vec<u8>> {
    [
        "35=X|49=V|56=US|34=7|52=20240809-09:30:00.123|75=20240809|268=2|\
         279=0|269=0|278=id1|55=EURUSD|270=1.09215|271=1000000|272=20240809|273=09:30:00.1|290=1|\
         279=1|269=1|278=id2|55=EURUSD|270=1.09225|271=2500000.5|83=9|346=3|1023=1|336=2|",
        "35=W|49=V|34=8|52=20240809-09:30:01|48=4711|55=BTC-USD|107=Bitcoin|83=12|\
         268=3|269=0|270=64250.12345678|271=0.5|269=1|270=64251|271=1.25|269=J|",
        "35=W|49=V|34=9|52=20240809-09:30:01|268=1|269=2|270=-0.25|271=3|48=late|55=L|",
        "35=f|49=V|34=10|52=20240809-09:30:02|48=4711|22=8|326=17|332=101.5|333=99.25|75=20240809|",
        "35=d|49=V|34=11|52=20240809-09:30:03|48=4711|55=ES|107=ESU4|167=FUT|200=202409|15=USD|\
         202=4500|969=0.25|350=5|351=a|b=c|",
        "35=0|49=V|34=12|52=20240809-09:30:04|112=are you there|",
        "35=0|49=V|34=13|52=20240809-09:30:05|",
        "35=y|49=V|34=14|52=20240809-09:30:06|146=2|55=A|48=1|55=B|48=2|95=2|96=|||",
        "35=X|49=V|34=15|52=20240809-09:30:07|268=0|",
        "35=X|49=V|34=16|52=t|268=2|12345678=1|279=0|354=3|355=|1||12345678=2|279=2|",
    ]
    .map(|body| framed("8=FIX.4.4", body))
    .to_vec()
}

/// The messages of CME's recording, or none, saying so, where the recordings are absent.
pub fn recorded() -> Vec<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/feeds");
    let folder = std::env::var("LATPROBE_FEEDS").unwrap_or_else(|_| beside.into());
    let path = PathBuf::from(folder).join("fix-cme-marketdata-200.txt");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped what needs a recording: {} cannot be read", path.display());
        return Vec::new();
    };
    bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}
