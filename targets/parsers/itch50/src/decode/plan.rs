//! For each message type, which byte of the wire goes where in a [`Message`], in steps of 16 bytes.
//!
//! Worked out by the compiler from the layouts of the structs, so that neither can drift from the
//! other.

use crate::message::{Layout, Message, layout};

/// Bytes that one shuffle makes.
pub(super) const LANE_SIZE: usize = 16;

/// Lanes of a message.
pub(super) const LANES: usize = 4;

/// Index in a shuffle that makes a zero byte: any with the highest bit set.
const ZERO: u8 = 0x80;

/// Marks a byte of memory that no byte of the wire goes to.
const PADDING: u8 = u8::MAX;

/// How to decode the messages of one type.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// For each lane, where in its 16 bytes of the wire each byte comes from, or [`ZERO`].
    pub(super) indices: [[u8; LANE_SIZE]; LANES],
    /// For each lane, where on the wire those 16 bytes start.
    pub(super) starts: [u8; LANES],
    /// Bytes of such a message; 0, which no message has, where there is no plan for the type.
    pub(super) length: u8,
    /// Where on the wire the side is; 0 where there is none.
    pub(super) side_at: u8,
    /// 1 where there is no side, else 0.
    pub(super) is_sideless: u8,
}

/// The plan of each message type.
///
/// There is none where the message is shorter than a lane, or ends beyond the last one in memory:
/// rare types all, which are read field by field.
pub(super) static PLANS: [Plan; 256] = {
    let mut plans = [NO_PLAN; 256];
    let mut message_type = u8::MIN;
    loop {
        if let Some(layout) = layout(message_type) {
            plans[message_type as usize] = plan(&layout);
        }
        if message_type == u8::MAX {
            break plans;
        }
        message_type += 1;
    }
};

const NO_PLAN: Plan = Plan {
    indices: [[ZERO; LANE_SIZE]; LANES],
    starts: [0; LANES],
    length: 0,
    side_at: 0,
    is_sideless: 1,
};

/// The plan for a message of `layout`, or [`NO_PLAN`].
const fn plan(layout: &Layout) -> Plan {
    let Some(origins) = origins(layout) else { return NO_PLAN };
    if layout.length < LANE_SIZE {
        return NO_PLAN;
    }
    let mut plan = NO_PLAN;
    plan.length = byte(layout.length);
    plan.side_at = side_at(layout);
    plan.is_sideless = (plan.side_at == 0) as u8;
    let mut lane = 0;
    while lane < LANES {
        let start = start(&origins[lane], layout.length);
        plan.starts[lane] = start;
        let mut at = 0;
        while at < LANE_SIZE {
            let origin = origins[lane][at];
            if origin != PADDING {
                if (origin - start) as usize >= LANE_SIZE {
                    return NO_PLAN;
                }
                plan.indices[lane][at] = origin - start;
            }
            at += 1;
        }
        lane += 1;
    }
    plan
}

/// For each byte of a message in memory, which byte of the wire it is; `None` where the message is
/// larger than the lanes.
const fn origins(layout: &Layout) -> Option<[[u8; LANE_SIZE]; LANES]> {
    let mut origins = [[PADDING; LANE_SIZE]; LANES];
    // The type is the discriminant.
    origins[0][0] = 0;
    let mut wire = 1;
    let mut field = 0;
    while field < layout.places.len() {
        let place = &layout.places[field];
        let mut index = 0;
        while index < place.wire_size {
            // Least significant byte first in memory, where the wire has it last.
            let moved = if place.is_number { place.wire_size - 1 - index } else { index };
            let at = Message::PAYLOAD_OFFSET + place.offset + moved;
            if at >= LANES * LANE_SIZE {
                return None;
            }
            origins[at / LANE_SIZE][at % LANE_SIZE] = byte(wire + index);
            index += 1;
        }
        wire += place.wire_size;
        field += 1;
    }
    Some(origins)
}

/// Where 16 bytes start on the wire that hold the first byte of a lane and end within the message.
const fn start(origins: &[u8; LANE_SIZE], length: usize) -> u8 {
    let mut start = byte(length - LANE_SIZE);
    let mut at = 0;
    while at < LANE_SIZE {
        if origins[at] < start {
            start = origins[at];
        }
        at += 1;
    }
    start
}

/// Where on the wire the side is; 0 where there is none.
const fn side_at(layout: &Layout) -> u8 {
    let mut wire = 1;
    let mut field = 0;
    while field < layout.places.len() {
        if layout.places[field].is_side {
            return byte(wire);
        }
        wire += layout.places[field].wire_size;
        field += 1;
    }
    0
}

/// `number` in a byte, which every offset in an ITCH message fits.
const fn byte(number: usize) -> u8 {
    assert!(number < PADDING as usize);
    number.to_le_bytes()[0]
}
