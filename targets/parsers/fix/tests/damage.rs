//! Damaged messages: no variant panics or hangs, and all say the same of them.

mod messages;
mod variants;

use messages::{framed_bytes, handmade, recorded, soh};
use variants::Variants;

/// Fields that are easily misread.
const NASTY: &[&str] = &[
    "268=0",
    "268=1",
    "268=2",
    "268=3",
    "268=x",
    "268=99999999999999999999",
    "10=000",
    "35=X",
    "35=W",
    "9=12",
    "8=FIX",
    "1128=9",
    "95=3|96=a|b",
    "95=3|96=abc",
    "95=9|96=abc",
    "354=1|355=|",
    "354=7|355=||268=1|",
    "93=4|89=10=0",
    "90=2",
    "95=x",
    "0279=1",
    "279=",
    "=5",
    "5",
    "4294967296=1",
    "4294967295=1",
    "12345678=1",
    "123456789=a",
    "270=-1.5",
    "270=-",
    "270=.",
    "270=1.123456789",
    "270=0.10000000000",
    "271=99999999999999",
    "271=92233720368.54775807",
    "83=1234567890123456789",
    "83=999999999999999999",
    "269=ab",
    "269==",
    "279=5",
    "279=6",
    "1023=4294967296",
    "1023=4294967295",
    "34=5",
    "34=x",
    "49=S",
    "52=1",
    "48=A",
    "55=B",
    "107=C",
    "112=x",
    "290=00000001",
    "346=000000000000000000001",
    "22=8",
    "326=1",
    "969=0.25",
    "336=1",
    "272=20240101",
    "278=\u{e9}",
];

/// A small generator (xorshift64): a failure is found again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a usize")
    }
}

/// Messages short enough that most damage hits something.
fn samples() -> Vec<Vec<u8>> {
    let recorded = recorded().into_iter().filter(|message| message.len() < 600);
    recorded.chain(handmade().into_iter().cycle().take(60)).collect()
}

/// Changes one or a few fields of a body, whose fields end with SOH.
fn disturb(body: &[u8], random: &mut Random) -> Vec<u8> {
    let mut fields: Vec<Vec<u8>> =
        body.split_inclusive(|&byte| byte == b'\x01').map(<[u8]>::to_vec).collect();
    for _ in 0..=random.below(3) {
        let (from, to) = (random.below(fields.len()), random.below(fields.len()));
        let nasty = soh(&format!("{}|", NASTY[random.below(NASTY.len())]));
        match random.below(6) {
            0 => fields.swap(from, to),
            1 => fields.insert(from, nasty),
            2 => fields[from] = nasty,
            3 => fields.insert(to, fields[from].clone()),
            4 if fields.len() > 1 => drop(fields.remove(from)),
            _ => {
                let place = random.below(fields[from].len());
                fields[from][place] ^= 1 << random.below(8);
            }
        }
    }
    fields.concat()
}

/// The first field of a message and its body.
fn parts(message: &[u8]) -> (&[u8], &[u8]) {
    let mut pieces = message.splitn(3, |&byte| byte == b'\x01');
    let version = pieces.next().expect("a first field");
    let rest = pieces.nth(1).expect("a body");
    (version, &rest[..rest.len() - b"10=000\x01".len()])
}

#[test]
fn a_message_cut_anywhere_is_refused_alike() {
    let mut variants = Variants::new();
    for message in samples().iter().take(60) {
        for length in 0..message.len() - 1 {
            assert!(variants.read(&message[..length]).is_err());
        }
    }
}

#[test]
fn a_flipped_bit_is_always_noticed() {
    let (mut variants, mut random) = (Variants::new(), Random(1));
    for message in &samples() {
        for _ in 0..40 {
            let mut damaged = message.clone();
            let place = random.below(damaged.len() - 1);
            damaged[place] ^= 1 << random.below(8);
            assert!(variants.read(&damaged).is_err());
        }
    }
}

#[test]
fn fields_disturbed_in_a_right_frame_are_read_alike() {
    let (mut variants, mut random) = (Variants::new(), Random(2));
    let mut outcomes = std::collections::BTreeMap::new();
    for message in &samples() {
        let (version, body) = parts(message);
        for _ in 0..150 {
            let damaged = framed_bytes(version, &disturb(body, &mut random));
            *outcomes.entry(variants.read(&damaged)).or_insert(0) += 1;
        }
    }
    println!("{outcomes:?}");
    for error in ["not a field", "bad group", "repeated field", "missing field", "bad value"] {
        assert!(outcomes.contains_key(&Err(error)), "no case came to `{error}`");
    }
}

#[test]
fn fields_disturbed_in_a_wrong_frame_are_refused_alike() {
    let (mut variants, mut random) = (Variants::new(), Random(3));
    for message in &samples() {
        for _ in 0..20 {
            let damaged = disturb(message, &mut random);
            let _ = variants.read(&damaged);
        }
    }
}

#[test]
fn noise_is_refused_alike() {
    let (mut variants, mut random) = (Variants::new(), Random(4));
    let alphabet = b"0123456789=\x01\x01.-X";
    for _ in 0..3_000 {
        let body: Vec<u8> =
            (0..random.below(120)).map(|_| alphabet[random.below(alphabet.len())]).collect();
        let body = [b"35=X\x01", &body[..], b"\x01"].concat();
        let _ = variants.read(&framed_bytes(b"1128=9", &body));
    }
}
