//! How many tests passed and failed, read from what the runners print.

use std::ops::AddAssign;

/// Tests by how they went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Passed.
    pub(crate) passed: usize,
    /// Failed, or could not be run because another failed.
    pub(crate) failed: usize,
    /// Left out by the test itself.
    pub(crate) skipped: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// A line of `cargo test`: `test result: ok. 12 passed; 0 failed; 1 ignored; …`, one for each test binary.
pub(crate) fn cargo_line(line: &str) -> Count {
    let mut count = Count::default();
    let Some((_, numbers)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
        return count;
    };
    for part in numbers.split("; ") {
        match number_and_word(part) {
            Some((number, "passed")) => count.passed = number,
            Some((number, "failed")) => count.failed = number,
            Some((number, "ignored")) => count.skipped = number,
            _ => {}
        }
    }
    count
}

/// A line of Playwright's summary: `  12 passed (3.4s)`, `  1 failed`, `  2 skipped`, each on its own.
pub(crate) fn playwright_line(line: &str) -> Count {
    let mut count = Count::default();
    let Some(summary) = line.strip_prefix("  ") else { return count };
    match number_and_word(summary) {
        Some((number, "passed")) if summary.ends_with(')') => count.passed = number,
        Some((number, word)) if summary == format!("{number} {word}") => match word {
            "passed" => count.passed = number,
            "skipped" => count.skipped = number,
            // A test that needed a second try is not one that passes.
            "failed" | "flaky" | "interrupted" => count.failed = number,
            _ => {}
        },
        Some((number, "did")) if summary.ends_with("did not run") => count.failed = number,
        _ => {}
    }
    count
}

/// A line of `salesforce/check/run.sh`: a check that failed or was left out, or Jest's summary of the components' tests,
/// `Tests:       1 failed, 2 skipped, 40 passed, 43 total`. What failed there has failed the check around it as well.
pub(crate) fn package_line(line: &str) -> Count {
    let mut count = Count::default();
    if line.starts_with("  FAILED: ") {
        count.failed = 1;
    } else if line.starts_with("  LEFT OUT: ") {
        count.skipped = 1;
    } else if let Some(numbers) = line.strip_prefix("Tests: ") {
        for part in numbers.trim_start().split(", ") {
            match number_and_word(part) {
                Some((number, "passed")) => count.passed += number,
                Some((number, "skipped" | "todo")) => count.skipped += number,
                _ => {}
            }
        }
    }
    count
}

fn number_and_word(text: &str) -> Option<(usize, &str)> {
    let mut words = text.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: usize, failed: usize, skipped: usize) -> Count {
        Count { passed, failed, skipped }
    }

    #[test]
    fn cargo_results_are_read() {
        let line =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(cargo_line(line), count(12, 0, 1));
        let line = "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s";
        assert_eq!(cargo_line(line), count(2, 1, 0));
        assert_eq!(cargo_line("test ops::log ... ok"), Count::default());
    }

    #[test]
    fn playwright_results_are_read() {
        let mut all = Count::default();
        for line in [
            "  1 failed",
            "    [ui] › tests/ui/a.spec.ts:3:1 › 2 failed",
            "  2 skipped",
            "  3 did not run",
            "  40 passed (1.2m)",
        ] {
            all += playwright_line(line);
        }
        assert_eq!(all, count(40, 4, 2));
        assert_eq!(playwright_line("  ✓  1 [ui] › tests/ui/a.spec.ts:3:1 › passed (1s)"), Count::default());
        assert_eq!(playwright_line("  1 flaky"), count(0, 1, 0));
    }

    #[test]
    fn results_of_the_salesforce_package_are_read() {
        let mut all = Count::default();
        for line in [
            "Apex: syntax",
            "  FAILED: jest",
            "  LEFT OUT: types of Apex and PMD, because there is no JDK",
            "Test Suites: 1 failed, 2 passed, 3 total",
            "Tests:       1 failed, 2 skipped, 40 passed, 43 total",
        ] {
            all += package_line(line);
        }
        assert_eq!(all, count(40, 1, 3));
    }
}
