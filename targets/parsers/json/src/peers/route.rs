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

/// Looks at the head of a frame as the exchange writes it.
pub(super) fn look(frame: &[u8]) -> Option<Route> {
    let (combined, body) = match frame.strip_prefix(br#"{"stream":""#) {
        Some(rest) => {
            let end = rest.iter().position(|&byte| byte == b'"')?;
            (true, rest[end..].strip_prefix(br#"","data":{"#)?)
        }
        None => (false, frame.strip_prefix(b"{")?),
    };
    let Some(event) = body.strip_prefix(br#""e":""#) else {
        return body.starts_with(br#""u":"#).then_some(Route { combined, body: Body::BookTicker });
    };
    let body = match event {
        [b't', b'r', ..] => Body::Trade,
        [b'a', b'g', ..] => Body::AggTrade,
        [b'b', b'o', ..] => Body::BookTicker,
        [b'd', b'e', ..] => Body::DepthUpdate,
        [b'm', b'a', ..] => Body::MarkPrice,
        _ => return None,
    };
    Some(Route { combined, body })
}
