//! Messages about displayed orders, from first to last.

use crate::Side;

message! {
    /// A new order in the book, of nobody in particular (specification, *Add Order – No MPID
    /// Attribution*).
    AddOrder {
        /// The order, unique for the day.
        order_ref: u64,
        /// Buy or sell.
        side: Side,
        /// Shares on offer.
        shares: u32,
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Limit, with four decimals.
        price: u32,
    }
}

message! {
    /// A new order in the book, with its owner (*Add Order with MPID Attribution*).
    AddOrderMpid {
        /// The order, unique for the day.
        order_ref: u64,
        /// Buy or sell.
        side: Side,
        /// Shares on offer.
        shares: u32,
        /// Symbol, padded with spaces.
        stock: [u8; 8],
        /// Limit, with four decimals.
        price: u32,
        /// The owner, padded with spaces.
        attribution: [u8; 4],
    }
}

message! {
    /// Part or all of an order is executed at its own price (*Order Executed Message*).
    OrderExecuted {
        /// The order that was in the book.
        order_ref: u64,
        /// Shares that are gone from it.
        executed_shares: u32,
        /// The execution, unique for the day.
        match_number: u64,
    }
}

message! {
    /// Part or all of an order is executed at another price (*Order Executed With Price Message*).
    OrderExecutedWithPrice {
        /// The order that was in the book.
        order_ref: u64,
        /// Shares that are gone from it.
        executed_shares: u32,
        /// The execution, unique for the day.
        match_number: u64,
        /// `Y` where the execution counts in trade displays and volumes, `N` where another message
        /// reports it.
        printable: u8,
        /// Price of the execution, with four decimals.
        execution_price: u32,
    }
}

message! {
    /// Part of an order is cancelled (*Order Cancel Message*).
    OrderCancel {
        /// The order.
        order_ref: u64,
        /// Shares that are gone from it.
        cancelled_shares: u32,
    }
}

message! {
    /// An order leaves the book (*Order Delete Message*).
    OrderDelete {
        /// The order.
        order_ref: u64,
    }
}

message! {
    /// An order gives way to another of the same side and symbol (*Order Replace Message*).
    OrderReplace {
        /// The order that leaves the book.
        original_order_ref: u64,
        /// The order that takes its place, behind the others at its price.
        new_order_ref: u64,
        /// Shares of the new order.
        shares: u32,
        /// Limit of the new order, with four decimals.
        price: u32,
    }
}
