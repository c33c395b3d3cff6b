//! Sequence numbers of all sessions and lines, and which messages they let through.

use crate::arbitration::{Arbitration, Feed};
use crate::counts::Counts;
use crate::framing::{Numbers, Session, Unwrapped};
use crate::ip::Endpoint;
use crate::sequence::{Seen, Sequence};
use std::collections::HashMap;
use std::ops::Range;

/// Most sessions of lines.
const SESSIONS: usize = 16_384;

/// A line, as it is told from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub group: Endpoint,
    /// Its channel's number.
    pub channel: i32,
    /// The number of the channel that the feed's messages are of, were it new.
    pub feed_channel: i32,
}

/// All sessions.
pub(crate) struct Sessions {
    of_lines: HashMap<(i32, Session), Sequence>,
    arbitration: Option<Arbitration>,
}

impl Sessions {
    pub fn new(arbitration: Option<Arbitration>) -> Self {
        Self { of_lines: HashMap::new(), arbitration }
    }

    /// The first line of the feed that a line was said to be of, where lines are arbitrated.
    pub fn first_line(&self, line: Endpoint) -> Option<Endpoint> {
        self.arbitration.as_ref().and_then(|arbitration| arbitration.first_line(line))
    }

    /// Takes a datagram's messages; hands on those that are to go through, with their channel.
    pub fn take(
        &mut self,
        line: Line,
        unwrapped: &Unwrapped,
        datagram: &[u8],
        counts: &mut Counts,
        mut hand_on: impl FnMut(i32, &[u8]),
    ) -> Result<(), String> {
        let session = unwrapped.session;
        let sequence = line_sequence(&mut self.of_lines, (line.channel, session))?;
        let Some(arbitration) = &mut self.arbitration else {
            follow(sequence, unwrapped, |messages, number| {
                if let Some((_, seen)) = number {
                    count(counts, seen);
                }
                messages
                    .for_each(|index| hand_on(line.channel, message(unwrapped, index, datagram)));
            });
            return Ok(());
        };
        follow(sequence, unwrapped, |_, _| ());
        let feed = arbitration.feed(line.group, session, line.feed_channel)?;
        match arbitrate(feed, line, unwrapped, datagram, counts, hand_on) {
            None => Ok(()),
            Some(number) => Err(format!(
                "expected lines of one feed to carry the same; found number {number} of {} to be \
                 another than before: name the lines of each feed with --lines",
                line.group
            )),
        }
    }

    /// Takes note of the number of a message that came over a stream.
    pub fn number(
        &mut self,
        channel: i32,
        session: Session,
        number: u64,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let sequence = line_sequence(&mut self.of_lines, (channel, session))?;
        count(counts, sequence.see(number));
        Ok(())
    }

    /// Adds what is missing now.
    pub fn add_missing(&self, counts: &mut Counts) {
        let arbitrated = self.arbitration.is_some();
        for sequence in self.of_lines.values() {
            let missing = sequence.missing();
            let (gaps, numbers) = if arbitrated {
                (&mut counts.line_gaps, &mut counts.line_missing)
            } else {
                counts.restarts += sequence.restarts;
                (&mut counts.gaps, &mut counts.missing)
            };
            *gaps += missing.gaps;
            *numbers = numbers.saturating_add(missing.numbers);
        }
        for sequence in self.arbitration.iter().flat_map(Arbitration::sequences) {
            let missing = sequence.missing();
            counts.gaps += missing.gaps;
            counts.missing = counts.missing.saturating_add(missing.numbers);
            counts.restarts += sequence.restarts;
        }
    }
}

fn line_sequence(
    of_lines: &mut HashMap<(i32, Session), Sequence>,
    key: (i32, Session),
) -> Result<&mut Sequence, String> {
    if of_lines.len() >= SESSIONS && !of_lines.contains_key(&key) {
        return Err(format!("expected at most {SESSIONS} sessions; found one more"));
    }
    Ok(of_lines.entry(key).or_default())
}

fn message<'a>(unwrapped: &Unwrapped, index: usize, datagram: &'a [u8]) -> &'a [u8] {
    &datagram[unwrapped.messages[index].clone()]
}

fn count(counts: &mut Counts, seen: Seen) {
    match seen {
        Seen::New => {}
        Seen::Late => counts.late += 1,
        Seen::Duplicate => counts.duplicates += 1,
    }
}

/// Which messages, and their number.
type Told = (Range<usize>, Option<(u64, Seen)>);

/// Takes note of a datagram's numbers; says of each unit of messages what its number is.
fn follow(
    sequence: &mut Sequence,
    unwrapped: &Unwrapped,
    mut say: impl FnMut(Range<usize>, Option<(u64, Seen)>),
) {
    let mut stale = false;
    if let (Some(sent), Some(unit)) = (unwrapped.sent, unwrapped.units.first())
        && let Numbers::From(first) | Numbers::All(first) = unit.numbers
    {
        stale = sequence.sent(first, sent);
    }
    let mut see = |number| if stale { Seen::Duplicate } else { sequence.see(number) };
    for unit in &unwrapped.units {
        match unit.numbers {
            Numbers::None => say(unit.messages.clone(), None),
            Numbers::All(number) => say(unit.messages.clone(), Some((number, see(number)))),
            Numbers::From(first) => {
                for (after, index) in (0..).zip(unit.messages.clone()) {
                    let number = first.saturating_add(after);
                    say(index..index + 1, Some((number, see(number))));
                }
            }
        }
    }
    for unit in &unwrapped.units {
        if let (Numbers::From(coming), true, false) =
            (unit.numbers, unit.messages.is_empty(), stale)
        {
            sequence.expect(coming);
        }
    }
}

/// Hands on what is new; gives a number that is not what it was on another line.
fn arbitrate(
    feed: &mut Feed,
    line: Line,
    unwrapped: &Unwrapped,
    datagram: &[u8],
    counts: &mut Counts,
    mut hand_on: impl FnMut(i32, &[u8]),
) -> Option<u64> {
    let mut disagreement = None;
    let restarts = feed.sequence.restarts;
    let mut sequence = std::mem::take(&mut feed.sequence);
    let mut told: Vec<Told> = Vec::new();
    follow(&mut sequence, unwrapped, |messages, number| told.push((messages, number)));
    if sequence.restarts != restarts {
        feed.forget();
    }
    feed.sequence = sequence;
    for (messages, number) in told {
        let goes_through = match number {
            // Heartbeats and the like: every line has its own, and those of the first will do.
            None => line.channel == feed.channel,
            Some((number, seen)) => {
                count(counts, seen);
                let all = messages.clone().map(|index| message(unwrapped, index, datagram));
                if !feed.agrees(number, seen, all) {
                    disagreement = Some(number);
                }
                seen != Seen::Duplicate
            }
        };
        if goes_through {
            messages.for_each(|index| hand_on(feed.channel, message(unwrapped, index, datagram)));
        }
    }
    disagreement
}
