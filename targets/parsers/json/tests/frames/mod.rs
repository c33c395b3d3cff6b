//! Frames for tests: made ones in each form that the exchange writes, and recorded ones.
#![allow(dead_code)] // each test file uses a part of this

pub mod variants;

use flate2::read::GzDecoder;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// One frame of each form: product, age, bare or combined.
pub const MADE: &[&str] = &[
    r#"{"e":"trade","E":1723161601438,"s":"ETHBTC","t":37356,"p":"0.04120000","q":"12.50000000","T":1723161601437,"m":true,"M":true}"#,
    r#"{"stream":"ethbtc@trade","data":{"e":"trade","E":1600000000001,"s":"ETHBTC","t":9,"p":"0.1","q":"1","b":88,"a":50,"T":1600000000000,"m":false,"M":false}}"#,
    r#"{"stream":"solusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"SOLUSDT","t":52665,"p":"151.3300","q":"7","X":"MARKET","m":false}}"#,
    r#"{"e":"trade","E":2,"T":1,"s":"BTCUSD_PERP","ps":"BTCUSD","t":0,"p":"64971.4","q":"23","X":"INSURANCE_FUND","m":true,"st":1}"#,
    r#"{"e":"aggTrade","E":1672515782136,"s":"BNBBTC","a":12345,"p":"0.001","q":"100","f":100,"l":105,"T":1672515782136,"m":true,"M":true}"#,
    r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1781416439080,"a":3339472008,"s":"BTCUSDT","p":"64339.20","q":"0.123","nq":"0.120","f":7786568797,"l":7786568801,"T":1781416438926,"m":true,"st":1}}"#,
    r#"{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}"#,
    r#"{"stream":"bnbusdt@bookTicker","data":{"u":400900218,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"123456789.00000000"}}"#,
    r#"{"stream":"bnbusdt@bookTicker","data":{"e":"bookTicker","u":2710249422918,"s":"BNBUSDT","b":"328.150","B":"0.06","a":"328.160","A":"3.79","T":1680652800089,"E":1680652800093}}"#,
    r#"{"e":"bookTicker","u":1144501772,"s":"BTCUSD_PERP","ps":"BTCUSD","b":"64971.4","B":"23","a":"64971.5","A":"3","T":1784817230005,"E":1784817230130,"st":2}"#,
    r#"{"stream":"bnbbtc@depth","data":{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[["0.00240000","10.00000000"],["0.00230000","0.00000000"]],"a":[["0.00260000","100.00000000"]]}}"#,
    r#"{"e":"depthUpdate","E":1571889248277,"T":1571889248276,"s":"BTCUSDT","U":390497796,"u":390497878,"pu":390497794,"b":[["7403.89","0.002"],["7403.90","3.906"],["7404.00","1.428"]],"a":[]}"#,
    r#"{"e":"depthUpdate","E":5,"T":4,"s":"BTCUSD_200626","ps":"BTCUSD","U":17285681,"u":17285702,"pu":17285675,"b":[["9517.6","10"]],"a":[["9518.5","45"],["100000000","1"]],"st":2}"#,
    r#"{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1680652800010,"s":"BTCUSDT","p":"28155.10000000","P":"28141.47600845","i":"28165.04857143","r":"-0.00002760","T":1680652800000}}"#,
    r#"{"e":"markPriceUpdate","E":1790526539000,"s":"BTCUSDT","p":"84551.10762319","ap":"84551.10762320","i":"84590.87304348","P":"84559.09090930","r":"0.00000801","T":1790553600000,"st":1}"#,
    r#"{"e":"markPriceUpdate","E":1596095725000,"s":"BTCUSD_201225","p":"10934.62615417","P":"10962.17178236","r":"","T":0}"#,
    r#"{"result":null,"id":1}"#,
    r#"{"error":{"code":2,"msg":"Invalid \"request\": \u00e9"},"id":null}"#,
    r#"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1672515782136,"s":"BNBBTC","k":{"t":1672515780000,"o":"0.0010","x":false,"n":[1,-2.5e3,{}]}}}"#,
    r#"{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}"#,
    r#"[{"e":"markPriceUpdate","E":1,"s":"BTCUSDT"}]"#,
];

/// File names of the recordings, each with its messages by kind.
pub const RECORDINGS: [(&str, [u64; 6]); 3] = [
    ("binance-spot-btcusdt-20240809.ndjson.gz", [10_147, 0, 45_134, 3_044, 0, 0]),
    ("binance-usdm-btcusdt-20230405.ndjson.gz", [10_738, 0, 37_440, 11_788, 415, 0]),
    ("binance-usdm-btcusdt-20240808.ndjson.gz", [21_313, 0, 66_089, 6_551, 0, 1]),
];

/// The frames of a recording, each line's time taken off; none, and a line that says so, where
/// there are no recordings.
pub fn recorded(name: &str) -> Option<Vec<Vec<u8>>> {
    let folder = std::env::var_os("LATPROBE_FEEDS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/feeds"),
        PathBuf::from,
    );
    let path = folder.join(name);
    let Ok(file) = File::open(&path) else {
        println!("skipped: no recording at {}", path.display());
        return None;
    };
    let mut text = Vec::new();
    GzDecoder::new(file).read_to_end(&mut text).expect("a gzip file");
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let frames = lines.map(|line| {
        let space = line.iter().position(|&byte| byte == b' ').expect("a time and a frame");
        line[space + 1..].to_vec()
    });
    Some(frames.collect())
}
