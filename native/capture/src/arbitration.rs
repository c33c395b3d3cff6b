//! Lines that carry the same feed, made one: of each sequence number, the first copy wins.

use crate::framing::{Framing, Session};
use crate::ip::Endpoint;
use crate::sequence::{Seen, Sequence};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

/// Most sessions of feeds.
const FEEDS: usize = 4_096;
/// Numbers of which it is remembered what was in them, to see that lines do carry the same.
const REMEMBERED: usize = 1_024;

/// Which lines are one, and what has come over them.
pub(crate) struct Arbitration {
    /// The first line of the feed that a line was said to be of.
    first_line_of: HashMap<Endpoint, Endpoint>,
    by_session: bool,
    feeds: HashMap<(Option<Endpoint>, Session), Feed>,
}

/// One session of what several lines carry.
pub(crate) struct Feed {
    pub sequence: Sequence,
    /// The number of the channel that its messages are said to come over.
    pub channel: i32,
    /// Number, and a checksum of what was in it.
    recent: Vec<(u64, u64)>,
}

impl Arbitration {
    /// `lines` are endpoints that carry the same; others are told by their session, where the
    /// framing has one, or are a feed each.
    pub fn new(framing: Framing, lines: &[Vec<Endpoint>]) -> Self {
        let pairs = lines.iter().filter_map(|feed| feed.first().map(|first| (feed, first)));
        let first_line_of =
            pairs.flat_map(|(feed, first)| feed.iter().map(|line| (*line, *first))).collect();
        Self { first_line_of, by_session: framing.names_sessions(), feeds: HashMap::new() }
    }

    /// The first line of the feed that a line was said to be of, if it was.
    pub fn first_line(&self, line: Endpoint) -> Option<Endpoint> {
        self.first_line_of.get(&line).copied()
    }

    /// The feed that a line's session is of; where it is a new one, its messages are of `channel`.
    pub fn feed(
        &mut self,
        line: Endpoint,
        session: Session,
        channel: i32,
    ) -> Result<&mut Feed, String> {
        let told_by_line = self.first_line(line).or_else(|| (!self.by_session).then_some(line));
        let key = (told_by_line, session);
        if self.feeds.len() >= FEEDS && !self.feeds.contains_key(&key) {
            return Err(format!("expected at most {FEEDS} sessions; found one more"));
        }
        Ok(self.feeds.entry(key).or_insert_with(|| Feed {
            sequence: Sequence::default(),
            channel,
            recent: Vec::new(),
        }))
    }

    pub fn sequences(&self) -> impl Iterator<Item = &Sequence> {
        self.feeds.values().map(|feed| &feed.sequence)
    }
}

impl Feed {
    /// The numbers have begun again: what was in them no longer counts.
    pub fn forget(&mut self) {
        self.recent.clear();
    }

    /// Remembers what is in a number that is new; says whether a copy has the same, as far as it
    /// is still known.
    pub fn agrees<'a>(
        &mut self,
        number: u64,
        seen: Seen,
        messages: impl Iterator<Item = &'a [u8]>,
    ) -> bool {
        let mut hasher = DefaultHasher::new();
        messages.for_each(|message| hasher.write(message));
        let checksum = hasher.finish();
        let place = usize::try_from(number % REMEMBERED as u64).unwrap_or(0);
        if seen == Seen::Duplicate {
            return self
                .recent
                .get(place)
                .is_none_or(|(of, was)| *of != number || *was == checksum);
        }
        if self.recent.len() <= place {
            self.recent.resize(place + 1, (u64::MAX, 0));
        }
        self.recent[place] = (number, checksum);
        true
    }
}
