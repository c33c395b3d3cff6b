//! What a scenario may say, and what it is told when it says something else.

use latprobe_engines::{COINS, SHARES, SelfTradePrevention, Settings, itch50, json};
use latprobe_sdk::Target;

fn problem(config: &str) -> String {
    Settings::from_json(config, &SHARES).unwrap_err()
}

#[test]
fn nothing_needs_to_be_said() {
    let settings = Settings::from_json("{}", &SHARES).unwrap();
    assert_eq!(settings.max_position, 1_000);
    assert_eq!(settings.spread_window, 32);
    assert_eq!(settings.self_trade_prevention, SelfTradePrevention::CancelResting);
    let active: Vec<bool> = settings.routes.iter().map(|route| route.active).collect();
    assert_eq!(active, [true, true, false, true]);
}

#[test]
fn amounts_are_in_whole_units_and_become_integers_of_the_feed() {
    let config = r#"{"max_position": 2.5, "max_notional": 1000.25}"#;
    let coins = Settings::from_json(config, &COINS).unwrap();
    assert_eq!(coins.max_position, 250_000_000);
    assert_eq!(coins.max_notional, 100_025_000_000 * 100_000_000);
    let shares = Settings::from_json(config, &SHARES).unwrap();
    assert_eq!(shares.max_position, 3);
    assert_eq!(shares.max_notional, 10_002_500);
}

#[test]
fn a_key_that_does_not_exist_is_named_beside_those_that_do() {
    let problem = problem(r#"{"max_positon": 1}"#);
    assert!(problem.starts_with("target.config: unknown field `max_positon`, expected one of"));
    assert!(problem.contains("`max_position`"));
}

#[test]
fn a_value_of_the_wrong_type_is_shown_with_its_place() {
    let problem = problem(r#"{"max_position": "much"}"#);
    assert_eq!(
        problem,
        "target.config: invalid type: string \"much\", expected f64 at line 1 column 23"
    );
}

#[test]
fn a_value_out_of_range_is_shown_with_the_range() {
    let cases = [
        (r#"{"spread_window": 0}"#, "spread_window: 0 given, expected 1 to 4096"),
        (r#"{"max_resting": 9}"#, "max_resting: 9 given, expected 1 to 8"),
        (r#"{"max_position": -1}"#, "max_position: -1 given, expected 1 to 18014398509481984"),
        (r#"{"participation": 1}"#, "participation: 1 given, expected over 0 and under 1"),
        (r#"{"routes": []}"#, "routes: 0 given, expected 1 to 16"),
        (r#"{"routes": [{"name": "a"}, {"name": "a"}]}"#, "routes: two are named a"),
        (r#"{"routes": [{"name": "a", "burst": 0}]}"#, "routes: a: burst must be over 0"),
    ];
    for (config, expected) in cases {
        assert_eq!(problem(config), format!("target.config: {expected}"));
    }
}

#[test]
fn a_mode_that_does_not_exist_is_told_those_that_do() {
    let problem = problem(r#"{"self_trade_prevention": "ignore"}"#);
    let modes = "`cancel_new`, `cancel_resting`, `cancel_both`, `decrement_both`";
    assert!(problem.contains(modes), "{problem}");
}

#[test]
fn every_engine_refuses_what_it_cannot_read() {
    fn refuses<T: Target>() {
        let problem = T::create("[").err().unwrap();
        assert!(problem.starts_with("target.config: "), "{problem}");
    }
    refuses::<itch50::Before>();
    refuses::<itch50::After>();
    refuses::<json::Before>();
    refuses::<json::After>();
}
