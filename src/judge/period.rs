//! What a period of secrecy (保密期限) is worth: when a mark runs out, and which of several is the
//! highest.
//!
//! A compilation or container takes the highest level and the longest period of what is in it.

use jiff::Span;
use jiff::civil::Date;

use crate::finding::Mark;
use crate::rules::{Kind, Level, RuleSet};

/// A unit of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
}

impl Unit {
    /// Days, for comparing periods only.
    fn days(self) -> i64 {
        match self {
            Self::Year => 365,
            Self::Month => 30,
            Self::Week => 7,
            Self::Day => 1,
        }
    }

    /// `None` beyond what the calendar holds.
    fn span(self, count: i64) -> Option<Span> {
        let span = match self {
            Self::Year => Span::new().try_years(count),
            Self::Month => Span::new().try_months(count),
            Self::Week => Span::new().try_weeks(count),
            Self::Day => Span::new().try_days(count),
        };
        span.ok()
    }
}

/// The parts of a period as the grammar writes it: `1年6个月`; `None` for 长期 and the like.
fn parts(period: &str) -> Option<Vec<(i64, Unit)>> {
    const UNITS: [(&str, Unit); 4] =
        [("年", Unit::Year), ("个月", Unit::Month), ("周", Unit::Week), ("日", Unit::Day)];
    let mut rest = period;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count = rest.get(..digits)?.parse().ok()?;
        let behind = rest.get(digits..)?;
        let (name, unit) = UNITS.into_iter().find(|(name, _)| behind.starts_with(name))?;
        parts.push((count, unit));
        rest = behind.get(name.len()..)?;
    }
    Some(parts)
}

/// When a mark on a document made on `dated` was made and when it runs out: its own date, or its
/// period, or the longest period of its level. `None` when that can't be known or never comes.
pub(super) fn runs_out(mark: &Mark, dated: Option<Date>, longest_years: Option<u16>) -> Option<(Date, Date)> {
    if let Some(until) = mark.until {
        return Some((dated.unwrap_or(until), until));
    }
    if mark.condition.is_some() {
        return None;
    }
    let dated = dated?;
    let parts = match &mark.period {
        Some(period) => parts(period)?,
        None => vec![(i64::from(longest_years?), Unit::Year)],
    };
    let until = parts.into_iter().try_fold(dated, |day, (n, unit)| day.checked_add(unit.span(n)?).ok())?;
    Some((dated, until))
}

/// How long a mark holds, in days, for comparing: its period, else the longest of its level. 长期,
/// conditions and levels without a longest period hold longest.
fn days(mark: &Mark, level: Option<&Level>) -> i64 {
    let total = |parts: Vec<(i64, Unit)>| {
        parts.into_iter().fold(0_i64, |sum, (n, unit)| sum.saturating_add(n.saturating_mul(unit.days())))
    };
    match (&mark.period, level.and_then(|level| level.years)) {
        (Some(period), _) => parts(period).map_or(i64::MAX, total),
        (None, Some(years)) if mark.condition.is_none() => i64::from(years) * Unit::Year.days(),
        (None, _) => i64::MAX,
    }
}

/// The highest level and the longest period of the marks of a document, each given with its rule's
/// identifier. Of several schemes the first in the rules counts. The period is the longest one that
/// is written; a date is the latest.
pub fn highest<'a>(rules: &RuleSet, marks: impl Iterator<Item = (&'a str, &'a Mark)>) -> Option<Mark> {
    let ranked = marks.filter_map(|(id, mark)| {
        let (scheme, rule) = rules.iter().enumerate().find(|(_, rule)| &*rule.id == id)?;
        let Kind::Level(levels) = &rule.kind else { return None };
        let rank = levels.iter().position(|level| level.name == mark.level);
        Some((scheme, rank.unwrap_or(levels.len()), rank.and_then(|rank| levels.get(rank)), mark))
    });
    let ranked: Vec<_> = ranked.collect();
    let scheme = ranked.iter().map(|(scheme, ..)| *scheme).min()?;
    let marks = || ranked.iter().filter(|(of, ..)| *of == scheme);
    let (_, _, _, top) = marks().min_by_key(|(_, rank, ..)| *rank)?;
    let longest = marks().max_by_key(|(_, _, level, mark)| days(mark, *level));
    Some(Mark {
        level: top.level.clone(),
        period: longest.and_then(|(_, _, _, mark)| mark.period.clone()),
        until: marks().filter_map(|(_, _, _, mark)| mark.until).max(),
        condition: longest.and_then(|(_, _, _, mark)| mark.condition.clone()),
        owner: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(level: &str, period: Option<&str>) -> Mark {
        Mark { level: level.into(), period: period.map(Into::into), ..Mark::default() }
    }

    #[test]
    fn the_highest_level_and_the_longest_period_need_not_stand_in_one_mark() {
        let rules = RuleSet::builtin().unwrap();
        let highest = |marks: &[(&str, Mark)]| highest(&rules, marks.iter().map(|(id, mark)| (*id, mark)));
        let table = [
            (vec![mark("秘密", Some("10年")), mark("机密", Some("6个月"))], ("机密", Some("10年"))),
            (vec![mark("绝密", Some("1年6个月")), mark("秘密", Some("17个月"))], ("绝密", Some("1年6个月"))),
            (vec![mark("秘密", Some("10年")), mark("秘密", Some("长期"))], ("秘密", Some("长期"))),
            // 机密 alone holds 20 years, longer than any period written here.
            (vec![mark("机密", None), mark("秘密", Some("10年"))], ("机密", None)),
        ];
        for (marks, (level, period)) in table {
            let marks: Vec<_> = marks.into_iter().map(|mark| ("mark.state", mark)).collect();
            let top = highest(&marks).unwrap();
            assert_eq!((top.level.as_str(), top.period.as_deref()), (level, period), "{marks:?}");
        }
        let schemes =
            [("mark.work", mark("工作秘密", Some("长期"))), ("mark.state", mark("秘密", Some("1年")))];
        assert_eq!(highest(&schemes), Some(mark("秘密", Some("1年"))));
        assert_eq!(highest(&[]), None);
    }

    #[test]
    fn a_mark_runs_out_after_its_period_its_date_or_the_longest_of_its_level() {
        let made = jiff::civil::date(2020, 1, 31);
        let ends = |mark: &Mark, years| runs_out(mark, Some(made), years).map(|(_, until)| until);
        assert_eq!(ends(&mark("秘密", Some("1年1个月")), None), Some(jiff::civil::date(2021, 2, 28)));
        assert_eq!(ends(&mark("秘密", Some("2周")), None), Some(jiff::civil::date(2020, 2, 14)));
        assert_eq!(ends(&mark("秘密", None), Some(10)), Some(jiff::civil::date(2030, 1, 31)));
        assert_eq!(ends(&mark("秘密", Some("长期")), Some(10)), None);
        assert_eq!(ends(&mark("秘密", Some("99999999999年")), Some(10)), None);
        let until = Mark { until: Some(jiff::civil::date(2024, 5, 6)), ..mark("秘密", None) };
        assert_eq!(ends(&until, Some(10)), Some(jiff::civil::date(2024, 5, 6)));
    }
}
