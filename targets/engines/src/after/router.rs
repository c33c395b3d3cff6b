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

/// Routes in place, one bit for each that is active, and a cursor: the next is found by counting
/// zeros, and routes are looked through only when one falls asleep or wakes.
#[derive(Clone, Debug)]
pub struct Router {
    active: u32,
    resting: u32,
    /// The route after the one that was last chosen.
    cursor: u32,
    /// Tick at which the next of those that rest wakes.
    next_wake: u64,
    count: usize,
    states: [State; MAX_ROUTES],
}

impl Router {
    /// Takes the first [`MAX_ROUTES`] of `routes`.
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        let mut states = [State::default(); MAX_ROUTES];
        let mut active = 0;
        let count = routes.len().min(MAX_ROUTES);
        for (index, (state, route)) in states.iter_mut().zip(routes).enumerate() {
            let Route { burst, recovery, .. } = *route;
            *state = State { left: burst, burst, recovery, wakes_at: 0 };
            active |= u32::from(route.active) << index;
        }
        Self { active, resting: 0, cursor: 0, next_wake: u64::MAX, count, states }
    }

    /// The next active route at tick `now`, which counts as sent to; `None` where none is active.
    #[inline(always)]
    pub fn choose(&mut self, now: u64) -> Option<usize> {
        if now >= self.next_wake {
            self.wake(now);
        }
        if self.active == 0 {
            return None;
        }
        // The routes from the cursor on, and behind them all once more.
        let turns = (u64::from(self.active) << MAX_ROUTES | u64::from(self.active)) >> self.cursor;
        let route = (turns.trailing_zeros() + self.cursor) as usize % MAX_ROUTES;
        #[allow(clippy::cast_possible_truncation)] // below MAX_ROUTES
        let next = route as u32 + 1;
        self.cursor = next;
        let state = &mut self.states[route];
        state.left -= 1;
        if state.left == 0 {
            self.rest(route, now);
        }
        Some(route)
    }

    #[inline]
    fn rest(&mut self, route: usize, now: u64) {
        let state = &mut self.states[route];
        state.left = state.burst;
        if state.recovery > 0 {
            state.wakes_at = now.saturating_add(state.recovery);
            self.next_wake = self.next_wake.min(state.wakes_at);
            self.active &= !(1 << route);
            self.resting |= 1 << route;
        }
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
