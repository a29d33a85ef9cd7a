//! The seats of a license as a bar. Its full length is what is licensed; when more are used, the
//! full length is what is used, a gap is the limit, and what is over is hatched and at least a
//! tenth wide, so that it is always seen.

use super::format;

/// Licensed and used.
#[derive(Debug, PartialEq)]
pub(super) enum Seats {
    /// Every active user.
    Site,
    /// A number of seats.
    Counted {
        licensed: String,
        used: String,
        bar: Bar,
    },
}

/// Lengths in per cent, as attributes of the drawing.
#[derive(Debug, PartialEq)]
pub(super) enum Bar {
    Within {
        used: String,
        full: bool,
    },
    Over {
        used: String,
        over: String,
        by: String,
    },
}

impl Seats {
    /// `licensed` as stored: -1 is a Site License.
    pub(super) fn new(licensed: i64, used: i64) -> Seats {
        let used = used.max(0);
        if licensed < 0 {
            return Seats::Site;
        }
        Seats::Counted {
            licensed: format::whole(licensed),
            used: format::whole(used),
            bar: bar(licensed, used),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing")]
fn bar(licensed: i64, used: i64) -> Bar {
    let percent = |part: i64, whole: i64| part as f64 / whole.max(1) as f64 * 100.0;
    if used <= licensed {
        return Bar::Within {
            used: format!("{:.1}", percent(used, licensed)),
            full: used == licensed && used > 0,
        };
    }
    let over = percent(used - licensed, used).max(10.0);
    Bar::Over {
        used: format!("{:.1}", 100.0 - over),
        over: format!("{over:.1}"),
        by: format::whole(used - licensed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar_of(licensed: i64, used: i64) -> (String, String) {
        match bar(licensed, used) {
            Bar::Within { used, full } => (used, full.to_string()),
            Bar::Over { used, over, .. } => (used, over),
        }
    }

    #[test]
    fn r_lic_7_what_is_over_is_seen() {
        assert_eq!(bar_of(30, 26), ("86.7".into(), "false".into()));
        assert_eq!(bar_of(240, 240), ("100.0".into(), "true".into()));
        assert_eq!(bar_of(1200, 1286), ("90.0".into(), "10.0".into()));
        assert_eq!(bar_of(5, 10), ("50.0".into(), "50.0".into()));
        assert_eq!(bar_of(5, 0), ("0.0".into(), "false".into()));
        assert_eq!(Seats::new(-1, 7), Seats::Site);
    }
}
