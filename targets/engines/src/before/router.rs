//! Round robin over the routes that are active.

use crate::Route;

/// What is known of one route.
#[derive(Clone, Debug)]
struct State {
    route: Route,
    /// Orders since it last rested.
    sent: u32,
    /// Tick from which it may be chosen.
    wakes_at: u64,
}

/// Routes by name, and the name of the one that was last chosen.
#[derive(Clone, Debug)]
pub struct Router {
    states: Vec<State>,
    last: Option<String>,
}

impl Router {
    /// A router over `routes`.
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        let state = |route: &Route| State { route: route.clone(), sent: 0, wakes_at: 0 };
        Self { states: routes.iter().map(state).collect(), last: None }
    }

    /// The next active route at tick `now`, which counts as sent to; `None` where none is active.
    pub fn choose(&mut self, now: u64) -> Option<usize> {
        let active = self.states.iter().filter(|state| state.route.active && state.wakes_at <= now);
        // allocates: the key of every active route is cloned to pick one
        let keys: Vec<String> = active.map(|state| state.route.name.clone()).collect();
        let last = self.last.as_ref().and_then(|name| self.index(name));
        let key = keys.iter().find(|key| self.index(key) > last).or(keys.first())?;
        let index = self.index(key)?;
        // allocates: the key is cloned to remember it
        self.last = Some(key.clone());
        let state = &mut self.states[index];
        state.sent += 1;
        if state.sent >= state.route.burst {
            state.sent = 0;
            state.wakes_at = now.saturating_add(state.route.recovery);
        }
        Some(index)
    }

    fn index(&self, name: &String) -> Option<usize> {
        self.states.iter().position(|state| state.route.name == *name)
    }
}
