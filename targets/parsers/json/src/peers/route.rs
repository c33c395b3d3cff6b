//! Which struct a frame is for, from its first bytes.

/// What the head of a frame promises. Whether it is kept, the struct finds out.
pub(super) struct Route {
    /// The body is in `data`.
    pub(super) combined: bool,
    pub(super) body: Body,
}

/// The kinds that have a struct.
pub(super) enum Body {
    Trade,
    AggTrade,
    BookTicker,
    DepthUpdate,
    MarkPrice,
}

/// Looks at the head of a frame as the exchange writes it, or else closer.
pub(super) fn look(frame: &[u8]) -> Option<Route> {
    look_at_head(frame).or_else(|| look_closely(frame))
}

fn look_at_head(frame: &[u8]) -> Option<Route> {
    let (combined, body) = match frame.strip_prefix(br#"{"stream":""#) {
        Some(rest) => {
            let end = rest.iter().position(|&byte| byte == b'"')?;
            (true, rest[end..].strip_prefix(br#"","data":{"#)?)
        }
        None => (false, frame.strip_prefix(b"{")?),
    };
    let body = match body.strip_prefix(br#""e":""#) {
        Some(event) => body_of(event)?,
        None if body.starts_with(br#""u":"#) => Body::BookTicker,
        None => return None,
    };
    Some(Route { combined, body })
}

/// Looks for the names that matter, in any order and with spaces. Derived structs can also be read
/// from arrays, so that an object is insisted on.
fn look_closely(frame: &[u8]) -> Option<Route> {
    let combined = match value_of(frame, br#""data""#) {
        Some(data) if data.starts_with(b"{") => true,
        None if frame.trim_ascii_start().starts_with(b"{") => false,
        _ => return None,
    };
    let body = match value_of(frame, br#""e""#) {
        Some(event) => body_of(event.strip_prefix(b"\"")?)?,
        None => Body::BookTicker,
    };
    Some(Route { combined, body })
}

/// What comes after the first place where `name`, in its quotes, is the name of a member.
fn value_of<'frame, const SIZE: usize>(
    frame: &'frame [u8],
    name: &[u8; SIZE],
) -> Option<&'frame [u8]> {
    let places = frame.windows(SIZE).enumerate().filter(|(_, window)| window == name);
    let mut after = places.map(|(place, _)| frame[place + SIZE..].trim_ascii_start());
    after.find_map(|rest| rest.strip_prefix(b":")).map(<[u8]>::trim_ascii_start)
}

fn body_of(event: &[u8]) -> Option<Body> {
    Some(match event {
        [b't', b'r', ..] => Body::Trade,
        [b'a', b'g', ..] => Body::AggTrade,
        [b'b', b'o', ..] => Body::BookTicker,
        [b'd', b'e', ..] => Body::DepthUpdate,
        [b'm', b'a', ..] => Body::MarkPrice,
        _ => return None,
    })
}
