//! Phone numbers that follow the plan of their country, as people type them and as a trunk sends them. They
//! are made up and may be somebody's: nothing that dials for real may use them. Those of the United States are
//! the 555-01xx set aside for fiction.

use crate::dice::Dice;

/// Where a number is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Country {
    Spain,
    Mexico,
    Argentina,
    Colombia,
    Chile,
    UnitedStates,
}

/// A phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    country: Country,
    mobile: bool,
    /// National digits without any prefix; an Argentine mobile is without its 9.
    national: String,
}

/// Prefixes of Spanish landlines. 91 0 and 91 1 are left to the centre's own numbers.
const SPANISH_AREAS: [&str; 9] = ["912", "914", "917", "934", "932", "963", "954", "944", "976"];
const MEXICAN_AREAS: [&str; 4] = ["55", "55", "33", "81"];
const US_AREAS: [&str; 8] = ["212", "305", "415", "512", "617", "702", "713", "786"];

impl Country {
    fn code(self) -> &'static str {
        match self {
            Country::Spain => "34",
            Country::Mexico => "52",
            Country::Argentina => "54",
            Country::Colombia => "57",
            Country::Chile => "56",
            Country::UnitedStates => "1",
        }
    }
}

impl Number {
    pub(crate) fn mobile(dice: &mut Dice, country: Country) -> Number {
        let national = match country {
            Country::Spain => format!("6{}{}", 1 + dice.below(9), dice.digits(7)),
            Country::Colombia => {
                format!("3{}{}{}", dice.pick(&["00", "10", "12", "15", "20"]), local(dice), dice.digits(3))
            }
            Country::Chile => format!("9{}{}", local(dice), dice.digits(4)),
            _ => return Number { mobile: true, ..Number::landline(dice, country) },
        };
        Number { country, mobile: true, national }
    }

    pub(crate) fn landline(dice: &mut Dice, country: Country) -> Number {
        let national = match country {
            Country::Spain => format!("{}{}", dice.pick(&SPANISH_AREAS), dice.digits(6)),
            Country::Mexico => format!("{}{}{}", dice.pick(&MEXICAN_AREAS), local(dice), dice.digits(4)),
            Country::Argentina => format!("11{}{}", local(dice), dice.digits(4)),
            Country::Colombia => format!("601{}{}", local(dice), dice.digits(3)),
            Country::Chile => format!("22{}{}", local(dice), dice.digits(3)),
            Country::UnitedStates => format!("{}55501{}", dice.pick(&US_AREAS), dice.digits(2)),
        };
        Number { country, mobile: false, national }
    }

    /// The number in E.164.
    pub(crate) fn e164(&self) -> String {
        format!("+{}{}{}", self.country.code(), self.nine(), self.national)
    }

    /// What stands before a mobile number that is called from abroad.
    fn nine(&self) -> &'static str {
        if self.mobile && self.country == Country::Argentina { "9" } else { "" }
    }

    /// Groups of digits as they are written at home.
    fn grouped(&self, between: &str) -> String {
        let widths: &[usize] = match (self.country, self.mobile) {
            (Country::Spain, true) => &[3, 2, 2, 2],
            (Country::Spain, false) if self.national.starts_with("91") => &[2, 3, 2, 2],
            (Country::Spain, false) => &[3, 3, 3],
            (Country::Mexico | Country::Argentina, _) => &[2, 4, 4],
            (Country::Colombia | Country::UnitedStates, _) => &[3, 3, 4],
            (Country::Chile, _) => &[1, 4, 4],
        };
        let mut rest = self.national.as_str();
        let mut groups = Vec::new();
        for width in widths {
            let (group, after) = rest.split_at_checked(*width).unwrap_or((rest, ""));
            groups.push(group);
            rest = after;
        }
        groups.join(between)
    }

    /// The number as somebody types it, and whether the text still says which number it is: a foreign
    /// one without its country is taken for one of ours.
    pub(super) fn typed(&self, dice: &mut Dice) -> (String, bool) {
        let code = self.country.code();
        if self.country == Country::Spain && dice.percent(75) {
            return (self.typed_at_home(dice), true);
        }
        let text = match dice.below(10) {
            0..3 => self.e164(),
            3..6 => match (self.country, self.mobile) {
                // How Mexican mobiles were called from abroad until 2019.
                (Country::Mexico, true) => format!("+52 1 {}", self.grouped(" ")),
                (Country::Argentina, true) => format!("+54 9 {}", self.grouped(" ")),
                _ => format!("+{code} {}", self.grouped(" ")),
            },
            6 => format!("(+{code}) {}", self.grouped("-")),
            7 => format!("00{code}{}{}", self.nine(), self.national),
            8 => format!("00 {code} {}", self.grouped(" ")),
            _ if self.country == Country::Spain => format!("+34{}", self.grouped(".")),
            _ => return (self.grouped(" "), false),
        };
        (text, true)
    }

    fn typed_at_home(&self, dice: &mut Dice) -> String {
        match dice.below(12) {
            0..4 => self.national.clone(),
            4..7 => self.grouped(" "),
            7 => self.grouped("-"),
            8 => self.grouped("."),
            9 => format!("Tel. {}", self.grouped(" ")),
            10 => format!("{} ({})", self.national, dice.pick(&["tardes", "mañanas", "trabajo", "casa"])),
            _ => format!(" {} ", self.grouped(" ")),
        }
    }

    /// The number as a trunk sends or takes it: international with plus or 00, or national.
    pub(crate) fn on_the_wire(&self, dice: &mut Dice) -> String {
        let e164 = self.e164();
        match dice.below(10) {
            0..3 => format!("00{}", e164.trim_start_matches('+')),
            3..7 if self.country == Country::Spain => self.national.clone(),
            _ => e164,
        }
    }

    /// The number as a desk phone dials it: digits only.
    pub(crate) fn as_dialled(&self) -> String {
        match self.country {
            Country::Spain => self.national.clone(),
            _ => format!("00{}", self.e164().trim_start_matches('+')),
        }
    }
}

/// Four digits of which the first is neither 0 nor 1, and not 555.
fn local(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&["2", "3", "4"]), dice.digits(3))
}
