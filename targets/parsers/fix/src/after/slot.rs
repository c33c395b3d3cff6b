//! From the bytes of a tag to what is to be done with its value.

#![allow(clippy::inline_always)] // so that it is compiled for the caller's instructions

use crate::tag;

/// Where the value of a field goes. Dense, so that it is matched with one jump.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Slot {
    /// Nowhere, but the tag is a common one.
    Nowhere,
    Sender,
    SequenceNumber,
    SendingTime,
    TestRequest,
    EntryCount,
    SecurityId,
    Symbol,
    Description,
    TradeDate,
    ReportSequence,
    HighPrice,
    LowPrice,
    TradingStatus,
    Currency,
    Maturity,
    SecurityType,
    StrikePrice,
    PriceIncrement,
    Action,
    EntryType,
    EntryId,
    Price,
    Size,
    EntryDate,
    EntryTime,
    Session,
    Orders,
    Position,
    Level,
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = Self::Level as usize + 1;

    /// Those that are read of a message about an instrument alone, and not in all its entries' places.
    pub const OF_INSTRUMENT_MESSAGES: u32 = bits(&[
        Self::SecurityId,
        Self::Symbol,
        Self::Description,
        Self::TradeDate,
        Self::ReportSequence,
        Self::HighPrice,
        Self::LowPrice,
        Self::TradingStatus,
        Self::Currency,
        Self::Maturity,
        Self::SecurityType,
        Self::StrikePrice,
        Self::PriceIncrement,
    ]);

    /// Those that are read of an entry.
    pub const OF_ENTRIES: u32 = bits(&[
        Self::Action,
        Self::EntryType,
        Self::EntryId,
        Self::SecurityId,
        Self::Symbol,
        Self::Description,
        Self::ReportSequence,
        Self::Price,
        Self::Size,
        Self::EntryDate,
        Self::EntryTime,
        Self::Session,
        Self::Orders,
        Self::Position,
        Self::Level,
    ]);

    /// Its bit in a set of slots.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

const fn bits(slots: &[Slot]) -> u32 {
    let mut bits = 0;
    let mut index = 0;
    while index < slots.len() {
        bits |= slots[index].bit();
        index += 1;
    }
    bits
}

const SLOTS: [(u32, Slot); 37] = [
    (tag::SENDER_COMP_ID, Slot::Sender),
    (tag::MSG_SEQ_NUM, Slot::SequenceNumber),
    (tag::SENDING_TIME, Slot::SendingTime),
    (tag::TEST_REQ_ID, Slot::TestRequest),
    (tag::NO_MD_ENTRIES, Slot::EntryCount),
    (tag::SECURITY_ID, Slot::SecurityId),
    (tag::SYMBOL, Slot::Symbol),
    (tag::SECURITY_DESC, Slot::Description),
    (tag::TRADE_DATE, Slot::TradeDate),
    (tag::RPT_SEQ, Slot::ReportSequence),
    (tag::HIGH_PX, Slot::HighPrice),
    (tag::LOW_PX, Slot::LowPrice),
    (tag::SECURITY_TRADING_STATUS, Slot::TradingStatus),
    (tag::CURRENCY, Slot::Currency),
    (tag::MATURITY_MONTH_YEAR, Slot::Maturity),
    (tag::SECURITY_TYPE, Slot::SecurityType),
    (tag::STRIKE_PRICE, Slot::StrikePrice),
    (tag::MIN_PRICE_INCREMENT, Slot::PriceIncrement),
    (tag::MD_UPDATE_ACTION, Slot::Action),
    (tag::MD_ENTRY_TYPE, Slot::EntryType),
    (tag::MD_ENTRY_ID, Slot::EntryId),
    (tag::MD_ENTRY_PX, Slot::Price),
    (tag::MD_ENTRY_SIZE, Slot::Size),
    (tag::MD_ENTRY_DATE, Slot::EntryDate),
    (tag::MD_ENTRY_TIME, Slot::EntryTime),
    (tag::TRADING_SESSION_ID, Slot::Session),
    (tag::NUMBER_OF_ORDERS, Slot::Orders),
    (tag::MD_ENTRY_POSITION_NO, Slot::Position),
    (tag::MD_PRICE_LEVEL, Slot::Level),
    (tag::MSG_TYPE, Slot::Nowhere),
    (tag::SECURITY_ID_SOURCE, Slot::Nowhere),
    (tag::SETTL_DATE, Slot::Nowhere),
    (tag::TARGET_COMP_ID, Slot::Nowhere),
    (tag::MD_REQ_ID, Slot::Nowhere),
    (tag::QUOTE_CONDITION, Slot::Nowhere),
    (tag::TRADE_CONDITION, Slot::Nowhere),
    (tag::TRANSACT_TIME, Slot::Nowhere),
];

/// Multiplied with this, the keys of `SLOTS` differ in their top [`INDEX_BITS`] bits; found by trying
/// the odd numbers of a linear congruence until they did.
const MULTIPLIER: u64 = find_multiplier();
const INDEX_BITS: u32 = 8;

static TABLE: [(u64, Slot); 1 << INDEX_BITS] = {
    let mut table = [(0, Slot::Nowhere); 1 << INDEX_BITS];
    let mut index = 0;
    while index < SLOTS.len() {
        let key = key_of(SLOTS[index].0);
        table[place(key, MULTIPLIER)] = (key, SLOTS[index].1);
        index += 1;
    }
    table
};

/// What the tag with this key is for, if it is one that is known: see [`split`].
#[inline(always)]
pub fn lookup(key: u64) -> Option<Slot> {
    let (known, slot) = TABLE[place(key, MULTIPLIER)];
    (known == key).then_some(slot)
}

/// What a tag that is known is for.
pub const fn slot_of(tag: u32) -> Slot {
    let mut index = 0;
    while SLOTS[index].0 != tag {
        index += 1;
    }
    SLOTS[index].1
}

/// The key of the tag that `word` starts with, and its length with the `=`: its bytes up to the `=`,
/// and zeros. Where it is not of two to four digits, as all known tags are, the key is that of none.
#[inline(always)]
pub const fn split(word: [u8; 8]) -> (u64, usize) {
    let length = if word[2] == b'=' {
        3
    } else if word[3] == b'=' {
        4
    } else {
        5
    };
    (u64::from_le_bytes(word) & ((1 << (8 * length)) - 1), length)
}

/// The key of a tag; one of over seven digits has a key that no bytes have.
pub const fn key_of(tag: u32) -> u64 {
    if tag > 9_999_999 {
        return 1 << 63 | tag as u64;
    }
    let mut key = b'=' as u64;
    let mut rest = tag as u64;
    while rest > 0 {
        key = key << 8 | (b'0' as u64 + rest % 10);
        rest /= 10;
    }
    key
}

const fn place(key: u64, multiplier: u64) -> usize {
    (key.wrapping_mul(multiplier) >> (u64::BITS - INDEX_BITS)) as usize
}

const fn find_multiplier() -> u64 {
    let mut multiplier: u64 = 0x9e37_79b9_7f4a_7c15;
    while !is_perfect(multiplier) {
        multiplier = multiplier.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(2);
    }
    multiplier
}

const fn is_perfect(multiplier: u64) -> bool {
    let mut taken = [false; 1 << INDEX_BITS];
    let mut index = 0;
    while index < SLOTS.len() {
        let place = place(key_of(SLOTS[index].0), multiplier);
        if taken[place] {
            return false;
        }
        taken[place] = true;
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{SLOTS, key_of, lookup, split};

    #[test]
    fn a_known_tag_is_found_by_its_bytes() {
        for (tag, slot) in SLOTS {
            let mut word = *b"........";
            let text = format!("{tag}=");
            word[..text.len()].copy_from_slice(text.as_bytes());
            let (key, length) = split(word);
            assert_eq!((key, length), (key_of(tag), text.len()));
            assert!(lookup(key) == Some(slot), "tag {tag}");
        }
    }

    #[test]
    fn no_other_tag_is_taken_for_a_known_one() {
        for tag in (1..100_000).filter(|tag| SLOTS.iter().all(|known| known.0 != *tag)) {
            assert!(lookup(key_of(tag)).is_none(), "tag {tag}");
        }
        assert!(lookup(split(*b"2701234.").0).is_none(), "a tag without `=`");
    }
}
