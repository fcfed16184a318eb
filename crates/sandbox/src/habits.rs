//! How the agents of the demo close their wrap-ups where no person does it for them: which code, which notes,
//! how soon. Applying it is the server's business, by the operations that a person would use.

use crate::dice::Dice;
use domain::call::Direction;
use domain::disposition::{CodeScope, DispositionCode, DispositionSet, on_offer};
use domain::id::{CodeId, EngagementKey};
use std::ops::RangeInclusive;

/// How an agent closes a wrap-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// How long after the wrap-up was owed, in milliseconds.
    pub after_ms: i64,
    /// Where several records match: the one of this number, from 0, counted round.
    pub candidate: usize,
    /// Whether a Case of the customer is on screen when the button is pressed.
    pub looks_at_case: bool,
    /// Which button, and what goes with it.
    pub press: Press,
}

/// The button that is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Log.
    Log {
        /// The code; `None` where there is no set for the call.
        code: Option<CodeId>,
        /// The notes; may be empty unless the code demands some.
        notes: String,
    },
    /// Do not log, with the id of the reason.
    DoNotLog(Option<&'static str>),
}

const PURPOSE: u64 = 3;
const AFTER_MS: RangeInclusive<i64> = 4_000..=30_000;
/// A favourite is picked this many times as often as another code.
const FAVOURITE_WEIGHT: u32 = 5;
/// How often an agent has the customer's Case open, where there is one.
const LOOKS_AT_CASE_PERCENT: usize = 70;

const INBOUND_NOTES: [&str; 10] = [
    "Pregunta por el estado de su pedido; llega el jueves.",
    "Quiere cambiar la cita al martes por la tarde. Hecho.",
    "No entiende el cargo de la última factura. Se le explica y queda conforme.",
    "El equipo no enciende. Se abre incidencia y se le manda un técnico.",
    "Pide duplicado de la factura de octubre, enviado por correo.",
    "Llama por tercera vez con el mismo problema; está molesto. Hablar con el responsable.",
    "Pide presupuesto para dos unidades más.",
    "Cambia el número de cuenta para la domiciliación.",
    "Asks for the user guide in English; sent by e-mail.",
    "Llamará de nuevo cuando tenga el número de serie a mano.",
];

const OUTBOUND_NOTES: [&str; 8] = [
    "Confirmada la visita del viernes a las 10.",
    "Le interesa, pero pide que se le llame después del día 15.",
    "Ya contrató con otra empresa; no insistir este año.",
    "Envío la oferta por correo, decide la semana que viene.",
    "Le parece caro. Ofrecido el plan básico.",
    "Contesta su compañera; volver a llamar por la mañana.",
    "Recogida la devolución, abono en cinco días.",
    "Asked to be called back in English.",
];

/// How the agent of engagement `key` closes its wrap-up, with a code that `scope` offers. The same `seed` and key always
/// give the same.
pub fn closing(seed: u64, key: EngagementKey, sets: &[DispositionSet], scope: &CodeScope<'_>) -> Closing {
    let (high, low) = key.0.as_u64_pair();
    let mut dice = Dice::new(seed ^ high ^ low.rotate_left(32), PURPOSE);
    let after_ms = dice.within(&AFTER_MS);
    let candidate = dice.below(usize::from(u16::MAX));
    let looks_at_case = dice.percent(LOOKS_AT_CASE_PERCENT);
    let press = if dice.percent(8) { do_not_log(&mut dice) } else { log(&mut dice, sets, scope) };
    Closing { after_ms, candidate, looks_at_case, press }
}

fn do_not_log(dice: &mut Dice) -> Press {
    Press::DoNotLog(match dice.below(4) {
        0 => Some("personal"),
        1 => Some("wrong_number"),
        2 => Some("test"),
        _ => None,
    })
}

fn log(dice: &mut Dice, sets: &[DispositionSet], scope: &CodeScope<'_>) -> Press {
    let offered = on_offer(sets, scope).map_or_else(Vec::new, |offer| offer.sets);
    let codes: Vec<&DispositionCode> = offered.iter().flat_map(|set| set.open_codes(scope.today)).collect();
    let weights = codes.iter().map(|code| match (code.retired, code.favourite) {
        (true, _) => 0,
        (false, true) => FAVOURITE_WEIGHT,
        (false, false) => 1,
    });
    let code = dice.weighted(weights).and_then(|place| codes.get(place));
    let must = code.is_some_and(|code| code.requires_notes);
    let texts: &[&str] =
        if scope.direction == Direction::Outbound { &OUTBOUND_NOTES } else { &INBOUND_NOTES };
    let notes = if must || dice.percent(55) { dice.pick(texts) } else { "" };
    Press::Log { code: code.map(|code| code.id), notes: notes.to_owned() }
}
