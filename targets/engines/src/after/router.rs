//! Round robin over the routes that are active.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{MAX_ROUTES, Route};

/// What is known of one route.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Orders that it still takes before it rests.
    left: u32,
    burst: u32,
    recovery: u64,
    /// Tick at which it wakes, while it rests.
    wakes_at: u64,
}

/// Routes in place, and one bit for each that is active. The next one is known before it is asked
/// for: what follows from a choice is worked out by [`Router::prepare`], between two orders.
#[derive(Clone, Debug)]
pub struct Router {
    next: Option<u8>,
    /// Whether `next` was chosen at tick `now`.
    is_taken: bool,
    active: u32,
    resting: u32,
    /// The route after the one that was last chosen.
    cursor: u32,
    now: u64,
    /// Tick at which the next of those that rest wakes.
    next_wake: u64,
    count: usize,
    states: [State; MAX_ROUTES],
}

impl Router {
    /// Takes the first [`MAX_ROUTES`] of `routes`, and is prepared for tick 0.
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        let mut made = Self {
            next: None,
            is_taken: false,
            active: 0,
            resting: 0,
            cursor: 0,
            now: 0,
            next_wake: u64::MAX,
            count: routes.len().min(MAX_ROUTES),
            states: [State::default(); MAX_ROUTES],
        };
        for (index, (state, route)) in made.states.iter_mut().zip(routes).enumerate() {
            let Route { active, burst, recovery, .. } = *route;
            *state = State { left: burst, burst, recovery, wakes_at: 0 };
            made.active |= u32::from(active) << index;
        }
        made.next = made.first_from_cursor();
        made
    }

    /// The next active route, which counts as sent to; `None` where none is active. At most once a
    /// tick.
    #[inline(always)]
    pub fn choose(&mut self) -> Option<usize> {
        self.is_taken = self.next.is_some();
        self.next.map(usize::from)
    }

    /// Makes ready for tick `now`.
    #[inline(always)]
    pub fn prepare(&mut self, now: u64) {
        if self.is_taken || now >= self.next_wake {
            self.turn(now);
        }
        self.now = now;
    }

    fn turn(&mut self, now: u64) {
        if let Some(route) = self.next.filter(|_| self.is_taken) {
            self.is_taken = false;
            self.cursor = u32::from(route) + 1;
            let state = &mut self.states[usize::from(route)];
            state.left -= 1;
            if state.left == 0 {
                state.left = state.burst;
                state.wakes_at = self.now.saturating_add(state.recovery);
                self.next_wake = self.next_wake.min(state.wakes_at);
                self.active &= !(1 << route);
                self.resting |= 1 << route;
            }
        }
        if now >= self.next_wake {
            self.wake(now);
        }
        self.next = self.first_from_cursor();
    }

    /// The routes from the cursor on, and behind them all once more: the first that is active.
    #[allow(clippy::cast_possible_truncation)] // below MAX_ROUTES
    fn first_from_cursor(&self) -> Option<u8> {
        let turns = (u64::from(self.active) << MAX_ROUTES | u64::from(self.active)) >> self.cursor;
        let route = (turns.trailing_zeros() + self.cursor) as usize % MAX_ROUTES;
        (turns != 0).then_some(route as u8)
    }

    fn wake(&mut self, now: u64) {
        self.next_wake = u64::MAX;
        for (index, state) in self.states[..self.count].iter().enumerate() {
            let bit = 1 << index;
            if self.resting & bit == 0 {
                continue;
            }
            if state.wakes_at <= now {
                self.resting &= !bit;
                self.active |= bit;
            } else {
                self.next_wake = self.next_wake.min(state.wakes_at);
            }
        }
    }
}
