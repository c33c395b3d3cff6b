//! Round robin over the routes that are active.

// A call here would cost as much as what it calls.
#![allow(clippy::inline_always)]

use crate::{MAX_ROUTES, Route};

/// What is known of one route.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    active: bool,
    burst: u32,
    recovery: u64,
    /// Orders since it last rested.
    sent: u32,
    /// Tick from which it may be chosen.
    wakes_at: u64,
}

/// Routes in place, and a cursor.
#[derive(Clone, Debug)]
pub struct Router {
    states: [State; MAX_ROUTES],
    count: usize,
    /// The route after the one that was last chosen.
    cursor: usize,
}

impl Router {
    /// Takes the first [`MAX_ROUTES`] of `routes`.
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        let mut states = [State::default(); MAX_ROUTES];
        for (state, route) in states.iter_mut().zip(routes) {
            let Route { active, burst, recovery, .. } = *route;
            *state = State { active, burst, recovery, sent: 0, wakes_at: 0 };
        }
        Self { states, count: routes.len().min(MAX_ROUTES), cursor: 0 }
    }

    /// The next active route at tick `now`, which counts as sent to; `None` where none is active.
    #[inline(always)]
    pub fn choose(&mut self, now: u64) -> Option<usize> {
        let mut route = self.cursor;
        for _ in 0..self.count {
            if route >= self.count {
                route = 0;
            }
            let state = &mut self.states[route & (MAX_ROUTES - 1)];
            if state.active && state.wakes_at <= now {
                state.sent += 1;
                if state.sent >= state.burst {
                    state.sent = 0;
                    state.wakes_at = now.saturating_add(state.recovery);
                }
                self.cursor = route + 1;
                return Some(route);
            }
            route += 1;
        }
        None
    }
}
