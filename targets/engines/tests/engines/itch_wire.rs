//! ITCH messages as bytes, in words of the domain.

/// The stock locate of symbol `XYZ` in these tests.
pub const XYZ: u16 = 7;

fn message(message_type: u8, locate: u16) -> Vec<u8> {
    let mut bytes = vec![message_type];
    bytes.extend(locate.to_be_bytes());
    bytes.extend([0; 8]);
    bytes
}

/// *Add Order*; `side` is `b'B'` or `b'S'`.
pub fn add(
    locate: u16,
    stock: [u8; 8],
    order_ref: u64,
    side: u8,
    shares: u32,
    price: u32,
) -> Vec<u8> {
    let mut bytes = message(b'A', locate);
    bytes.extend(order_ref.to_be_bytes());
    bytes.push(side);
    bytes.extend(shares.to_be_bytes());
    bytes.extend(stock);
    bytes.extend(price.to_be_bytes());
    bytes
}

/// A bid for `XYZ`.
pub fn bid(order_ref: u64, shares: u32, price: u32) -> Vec<u8> {
    add(XYZ, *b"XYZ     ", order_ref, b'B', shares, price)
}

/// An offer of `XYZ`.
pub fn offer(order_ref: u64, shares: u32, price: u32) -> Vec<u8> {
    add(XYZ, *b"XYZ     ", order_ref, b'S', shares, price)
}

/// *Order Executed*.
pub fn execute(order_ref: u64, shares: u32) -> Vec<u8> {
    let mut bytes = message(b'E', XYZ);
    bytes.extend(order_ref.to_be_bytes());
    bytes.extend(shares.to_be_bytes());
    bytes.extend([0; 8]);
    bytes
}

/// *Order Executed With Price*.
pub fn execute_at(order_ref: u64, shares: u32, price: u32) -> Vec<u8> {
    let mut bytes = execute(order_ref, shares);
    bytes[0] = b'C';
    bytes.push(b'Y');
    bytes.extend(price.to_be_bytes());
    bytes
}

/// *Order Cancel*.
pub fn cancel(order_ref: u64, shares: u32) -> Vec<u8> {
    let mut bytes = message(b'X', XYZ);
    bytes.extend(order_ref.to_be_bytes());
    bytes.extend(shares.to_be_bytes());
    bytes
}

/// *Order Delete*.
pub fn delete(order_ref: u64) -> Vec<u8> {
    let mut bytes = message(b'D', XYZ);
    bytes.extend(order_ref.to_be_bytes());
    bytes
}

/// *Order Replace*.
pub fn replace(original: u64, new: u64, shares: u32, price: u32) -> Vec<u8> {
    let mut bytes = message(b'U', XYZ);
    bytes.extend(original.to_be_bytes());
    bytes.extend(new.to_be_bytes());
    bytes.extend(shares.to_be_bytes());
    bytes.extend(price.to_be_bytes());
    bytes
}

/// *Trade, Non-Cross*.
pub fn trade(locate: u16, stock: [u8; 8], shares: u32, price: u32) -> Vec<u8> {
    let mut bytes = add(locate, stock, 0, b'B', shares, price);
    bytes[0] = b'P';
    bytes.extend([0; 8]);
    bytes
}

/// *Cross Trade* of `XYZ`.
pub fn cross(shares: u64, price: u32) -> Vec<u8> {
    let mut bytes = message(b'Q', XYZ);
    bytes.extend(shares.to_be_bytes());
    bytes.extend(*b"XYZ     ");
    bytes.extend(price.to_be_bytes());
    bytes.extend([0; 8]);
    bytes.push(b'O');
    bytes
}

/// *Stock Trading Action* of `XYZ`.
pub fn trading_action(state: u8) -> Vec<u8> {
    let mut bytes = message(b'H', XYZ);
    bytes.extend(*b"XYZ     ");
    bytes.extend([state, b' ']);
    bytes.extend(*b"T1  ");
    bytes
}

/// *Operational Halt* of `XYZ`.
pub fn operational_halt(market: u8, action: u8) -> Vec<u8> {
    let mut bytes = message(b'h', XYZ);
    bytes.extend(*b"XYZ     ");
    bytes.extend([market, action]);
    bytes
}

/// *System Event*.
pub fn system_event() -> Vec<u8> {
    let mut bytes = message(b'S', 0);
    bytes.push(b'Q');
    bytes
}
