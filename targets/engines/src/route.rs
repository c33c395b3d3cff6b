//! A way to the market, as it is configured.

use serde::Deserialize;

/// One route. Venues throttle who sends too much: a route that took `burst` orders rests for
/// `recovery` ticks, and the set of active routes changes with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Name, unique among the routes.
    pub name: String,
    /// A route that is not active is never chosen.
    #[serde(default = "active")]
    pub active: bool,
    /// Orders until it rests.
    #[serde(default = "burst")]
    pub burst: u32,
    /// Ticks for which it rests.
    #[serde(default = "recovery")]
    pub recovery: u64,
}

const fn active() -> bool {
    true
}

const fn burst() -> u32 {
    16
}

const fn recovery() -> u64 {
    32
}

impl Route {
    /// The routes of an engine that is not told any: four, of which one is not active.
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        let route = |name: &str, active| Self {
            name: name.to_owned(),
            active,
            burst: burst(),
            recovery: recovery(),
        };
        vec![route("north", true), route("east", true), route("south", false), route("west", true)]
    }

    /// Says what is wrong with a list of routes.
    ///
    /// # Errors
    ///
    /// No route or more than [`MAX_ROUTES`], two of one name, or a burst of no orders.
    pub fn check(routes: &[Self]) -> Result<(), String> {
        if routes.is_empty() || routes.len() > MAX_ROUTES {
            return Err(format!("routes: {} given, expected 1 to {MAX_ROUTES}", routes.len()));
        }
        for (index, route) in routes.iter().enumerate() {
            if route.burst == 0 {
                return Err(format!("routes: {}: burst must be over 0", route.name));
            }
            if routes[..index].iter().any(|other| other.name == route.name) {
                return Err(format!("routes: two are named {}", route.name));
            }
        }
        Ok(())
    }
}

/// Most routes of one engine.
pub const MAX_ROUTES: usize = 16;
