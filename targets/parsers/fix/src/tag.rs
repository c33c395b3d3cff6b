//! Tags of the fields that are read, as the FIX specification numbers and names them.

#![allow(missing_docs)] // a name of the specification's is its own description

pub const BEGIN_STRING: u32 = 8;
pub const BODY_LENGTH: u32 = 9;
pub const CURRENCY: u32 = 15;
pub const SECURITY_ID_SOURCE: u32 = 22;
pub const MSG_SEQ_NUM: u32 = 34;
pub const MSG_TYPE: u32 = 35;
pub const SECURITY_ID: u32 = 48;
pub const SENDER_COMP_ID: u32 = 49;
pub const SENDING_TIME: u32 = 52;
pub const SYMBOL: u32 = 55;
pub const TARGET_COMP_ID: u32 = 56;
pub const TRANSACT_TIME: u32 = 60;
pub const SETTL_DATE: u32 = 64;
pub const TRADE_DATE: u32 = 75;
pub const RPT_SEQ: u32 = 83;
pub const SECURITY_DESC: u32 = 107;
pub const TEST_REQ_ID: u32 = 112;
pub const SECURITY_TYPE: u32 = 167;
pub const MATURITY_MONTH_YEAR: u32 = 200;
pub const STRIKE_PRICE: u32 = 202;
pub const MD_REQ_ID: u32 = 262;
pub const NO_MD_ENTRIES: u32 = 268;
pub const MD_ENTRY_TYPE: u32 = 269;
pub const MD_ENTRY_PX: u32 = 270;
pub const MD_ENTRY_SIZE: u32 = 271;
pub const MD_ENTRY_DATE: u32 = 272;
pub const MD_ENTRY_TIME: u32 = 273;
pub const QUOTE_CONDITION: u32 = 276;
pub const TRADE_CONDITION: u32 = 277;
pub const MD_ENTRY_ID: u32 = 278;
pub const MD_UPDATE_ACTION: u32 = 279;
pub const MD_ENTRY_POSITION_NO: u32 = 290;
pub const SECURITY_TRADING_STATUS: u32 = 326;
pub const HIGH_PX: u32 = 332;
pub const LOW_PX: u32 = 333;
pub const TRADING_SESSION_ID: u32 = 336;
pub const NUMBER_OF_ORDERS: u32 = 346;
pub const MIN_PRICE_INCREMENT: u32 = 969;
pub const MD_PRICE_LEVEL: u32 = 1023;
pub const APPL_VER_ID: u32 = 1128;
