//! What messages are decoded to, as the specification has it.

use crate::random::Random;
use crate::recording::recording;
use crate::samples::{TYPES, random_message};
use latprobe_itch50::{
    AddOrder, KINDS, Message, NetOrderImbalance, Reject, Side, SystemEvent, before, decode,
    kind_of, message_length,
};

/// The start of each message: its type, stock locate 0x0102, tracking number 0x0304, timestamp
/// 0x05060708090a.
fn message(message_type: u8, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![message_type, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    bytes.extend(fields.concat());
    bytes
}

fn add_order(side: u8) -> Vec<u8> {
    let order_ref = 0x1122_3344_5566_7788_u64.to_be_bytes();
    let (shares, price) = (300_u32.to_be_bytes(), 1_234_500_u32.to_be_bytes());
    message(b'A', &[&order_ref, &[side], &shares, b"AAPL    ", &price])
}

#[test]
fn an_add_order_has_its_fields_in_integers_and_its_symbol_as_it_came() {
    assert_eq!(
        decode(&add_order(b'S')),
        Ok(Message::AddOrder(AddOrder {
            stock_locate: 0x0102,
            tracking_number: 0x0304,
            timestamp_ns: 0x0506_0708_090a,
            order_ref: 0x1122_3344_5566_7788,
            side: Side::Sell,
            shares: 300,
            stock: *b"AAPL    ",
            price: 1_234_500,
        }))
    );
}

#[test]
fn a_message_shorter_than_a_vector_register_is_decoded() {
    assert_eq!(
        decode(&message(b'S', &[b"Q"])),
        Ok(Message::SystemEvent(SystemEvent {
            stock_locate: 0x0102,
            tracking_number: 0x0304,
            timestamp_ns: 0x0506_0708_090a,
            event_code: b'Q',
        }))
    );
}

#[test]
fn the_longest_message_is_decoded_to_its_last_byte() {
    let (paired, imbalance) = (7_u64.to_be_bytes(), u64::MAX.to_be_bytes());
    let prices = [11_u32, 12, 13].map(u32::to_be_bytes);
    let fields: &[&[u8]] =
        &[&paired, &imbalance, b"B", b"ZVZZT   ", &prices[0], &prices[1], &prices[2], b"C", b"L"];
    assert_eq!(
        decode(&message(b'I', fields)),
        Ok(Message::NetOrderImbalance(NetOrderImbalance {
            stock_locate: 0x0102,
            tracking_number: 0x0304,
            timestamp_ns: 0x0506_0708_090a,
            paired_shares: 7,
            imbalance_shares: u64::MAX,
            imbalance_direction: b'B',
            stock: *b"ZVZZT   ",
            far_price: 11,
            near_price: 12,
            reference_price: 13,
            cross_type: b'C',
            price_variation: b'L',
        }))
    );
}

#[test]
fn the_owned_add_order_has_its_symbol_without_padding() {
    let Ok(before::OwnedMessage::AddOrder(order)) = before::decode(&add_order(b'B')) else {
        panic!("an add order is understood")
    };
    assert_eq!((order.stock.as_str(), order.side, order.shares), ("AAPL", Side::Buy, 300));
    assert_eq!((order.price, order.order_ref), (1_234_500, 0x1122_3344_5566_7788));
}

#[test]
fn lengths_are_those_of_the_specification() {
    let lengths: [usize; 23] = [
        12, 39, 25, 20, 26, 35, 12, 28, 35, 21, 36, 40, 31, 36, 23, 19, 35, 44, 40, 19, 50, 20, 48,
    ];
    for (&message_type, length) in TYPES.iter().zip(lengths) {
        assert_eq!(message_length(message_type), Some(length), "{}", char::from(message_type));
    }
    let known = (0..=u8::MAX).filter(|&message_type| message_length(message_type).is_some());
    assert_eq!(known.count(), TYPES.len());
}

#[test]
fn every_type_has_the_kind_of_its_place_in_the_list() {
    let mut random = Random(7);
    for (index, &message_type) in TYPES.iter().enumerate() {
        let bytes = random_message(message_type, &mut random);
        let message = decode(&bytes).expect("a sound message");
        assert_eq!(message.kind().0 as usize, index);
        assert_eq!(kind_of(message_type), Some(message.kind()));
        assert_eq!(message.message_type(), message_type);
        assert_eq!(message.stock_locate().to_be_bytes(), bytes[1..3]);
        assert_eq!(message.timestamp_ns().to_be_bytes()[2..], bytes[5..11]);
    }
    assert_eq!(KINDS.len(), TYPES.len());
    assert_eq!(kind_of(b'Z'), None);
}

#[test]
fn what_is_wrong_with_a_message_is_told_in_a_fixed_order() {
    assert_eq!(decode(b""), Err(Reject::Empty));
    assert_eq!(decode(b"Z"), Err(Reject::UnknownType));
    assert_eq!(decode(b"A"), Err(Reject::WrongLength));
    assert_eq!(decode(&add_order(b'N')), Err(Reject::UnknownSide));
    assert_eq!(decode(&add_order(b'N')[..35]), Err(Reject::WrongLength));
    assert_eq!(Reject::UnknownSide.to_string(), "unknown side");
}

#[test]
fn a_recording_of_one_symbol_has_the_kinds_that_it_is_known_to_have() {
    let Some(recording) = recording("itch50-aapl-10k.bin") else { return };
    let mut counts = [0; KINDS.len()];
    for message in recording.messages() {
        counts[decode(message).expect("a sound message").kind().0 as usize] += 1;
    }
    let found: Vec<_> = KINDS.iter().copied().zip(counts).filter(|&(_, count)| count > 0).collect();
    assert_eq!(
        found,
        [
            ("stock_directory", 1),
            ("trading_action", 1),
            ("reg_sho_restriction", 1),
            ("market_participant_position", 52),
            ("add_order", 4758),
            ("add_order_mpid", 2),
            ("order_executed", 849),
            ("order_cancel", 6),
            ("order_delete", 4083),
            ("order_replace", 7),
            ("trade", 240),
        ]
    );
}

#[test]
fn a_recording_without_lengths_is_cut_by_the_lengths_of_its_types() {
    let Some(recording) = recording("itch50-synthetic-zero-prefix.bin") else { return };
    let messages = recording.messages();
    assert_eq!(messages.len(), 12_012);
    assert!(messages.into_iter().all(|message| decode(message).is_ok()));
}
