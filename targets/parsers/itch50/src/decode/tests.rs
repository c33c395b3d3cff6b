//! The two ways of decoding against each other.

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use crate::decode::plan::PLANS;
    use crate::decode::shuffle;
    use crate::{Message, message_length};
    use std::mem::MaybeUninit;

    /// Messages of every type with each byte different from its neighbours.
    fn messages() -> impl Iterator<Item = Vec<u8>> {
        (0..=u8::MAX).filter_map(|message_type| {
            let length = u8::try_from(message_length(message_type)?).ok()?;
            let mut message: Vec<u8> = (0..length).map(|at| at.wrapping_mul(37) ^ 0xa5).collect();
            message[0] = message_type;
            if PLANS[message_type as usize].is_sideless == 0 {
                message[PLANS[message_type as usize].side_at as usize] = b'S';
            }
            Some(message)
        })
    }

    #[test]
    fn shuffling_makes_the_same_message_as_reading_field_by_field() {
        let mut shuffled = 0;
        for bytes in messages() {
            let mut slot = MaybeUninit::uninit();
            if shuffle::decode(&bytes, &mut slot) {
                // SAFETY: `shuffle::decode` answered true.
                let message = unsafe { slot.assume_init() };
                let mut slot = MaybeUninit::uninit();
                assert_eq!(Message::from_wire(&bytes, &mut slot), Ok(&mut message.clone()));
                shuffled += 1;
            }
        }
        let can_shuffle = is_x86_feature_detected!("ssse3");
        assert_eq!(shuffled, if can_shuffle { 20 } else { 0 });
    }

    #[test]
    fn the_types_without_a_plan_are_rare_ones() {
        let planless: Vec<_> =
            messages().map(|bytes| bytes[0]).filter(|&t| PLANS[t as usize].length == 0).collect();
        assert_eq!(planless, b"ISW");
    }
}
