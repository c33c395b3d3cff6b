//! Both routers take turns among the routes that are active.

use latprobe_engines::{Route, after, before};
use proptest::prelude::*;

fn route(name: &str, active: bool, burst: u32, recovery: u64) -> Route {
    Route { name: name.to_owned(), active, burst, recovery }
}

/// What both routers choose at each of `ticks`, which is the same.
fn chosen(routes: &[Route], ticks: impl IntoIterator<Item = u64>) -> Vec<Option<usize>> {
    let mut plain = before::Router::new(routes);
    let mut quick = after::Router::new(routes);
    let choose = |tick| {
        let route = plain.choose(tick);
        quick.prepare(tick);
        assert_eq!(quick.choose(), route, "at tick {tick}");
        route
    };
    ticks.into_iter().map(choose).collect()
}

#[test]
fn routes_take_turns_and_an_inactive_one_is_passed_over() {
    let routes =
        [route("north", true, 100, 0), route("east", false, 100, 0), route("west", true, 100, 0)];
    assert_eq!(chosen(&routes, 0..5), [Some(0), Some(2), Some(0), Some(2), Some(0)]);
}

#[test]
fn without_an_active_route_there_is_none_to_choose() {
    assert_eq!(chosen(&[route("north", false, 1, 0)], 0..3), [None, None, None]);
}

#[test]
fn a_route_rests_after_its_burst_and_comes_back_after_its_recovery() {
    let routes = [route("north", true, 2, 3), route("east", true, 100, 0)];
    let expected = [0, 1, 0, 1, 1, 0, 1, 0].map(Some);
    assert_eq!(chosen(&routes, 0..8), expected);
}

#[test]
fn while_all_routes_rest_there_is_none_to_choose() {
    let routes = [route("north", true, 1, 3), route("east", true, 1, 2)];
    assert_eq!(chosen(&routes, 0..5), [Some(0), Some(1), None, Some(0), Some(1)]);
}

#[test]
fn a_recovery_without_end_is_no_overflow() {
    assert_eq!(chosen(&[route("north", true, 1, u64::MAX)], [5, 6, 7]), [Some(0), None, None]);
}

proptest! {
    #[test]
    fn both_routers_agree(
        routes in prop::collection::vec((any::<bool>(), 1_u32..4, 0_u64..6), 1..=16),
        steps in prop::collection::vec(0_u64..3, 0..200),
    ) {
        let routes: Vec<Route> = routes
            .into_iter()
            .enumerate()
            .map(|(index, (active, burst, recovery))| route(&index.to_string(), active, burst, recovery))
            .collect();
        let ticks = steps.into_iter().scan(0, |tick, step| { *tick += step; Some(*tick) });
        let chosen = chosen(&routes, ticks);
        prop_assert!(chosen.iter().flatten().all(|&index| routes[index].active));
    }
}
