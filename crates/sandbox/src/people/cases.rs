//! Cases of the sample people: some customers have none, some several, most are closed by now. They come oldest
//! first, as a centre makes them.

use super::SAMPLE_SPACE;
use crate::dice::Dice;
use domain::case::{Case, CasePriority, CaseStatus};
use domain::directory::{Person, PersonKind};
use domain::id::{At, CaseId};
use uuid::Uuid;

const PURPOSE: u64 = 6;
/// How far back the first of them was made, in milliseconds: ninety days.
const SPAN_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a Case stays open, in milliseconds.
const OPEN_MS: std::ops::RangeInclusive<i64> = 60 * 60 * 1000..=20 * DAY_MS;
/// How many in a hundred were closed when their time was over.
const CLOSED_PERCENT: usize = 85;

const SUBJECTS: [&str; 16] = [
    "Factura no recibida",
    "Recargo no reconocido",
    "Cambio de titular",
    "Cambio de domicilio",
    "Pedido incompleto",
    "Retraso en la entrega",
    "Devolución pendiente",
    "Duplicado de factura",
    "Avería sin resolver",
    "Cita para la instalación",
    "Baja del servicio",
    "Consulta sobre la garantía",
    "Error en los datos de pago",
    "Solicitud de presupuesto",
    "Reclamación por el servicio",
    "Acceso al área de clientes",
];

/// So many Cases of `people`, the last of them made shortly before `now`.
pub fn cases(seed: u64, people: &[Person], count: usize, now: At) -> Vec<Case> {
    let mut dice = Dice::new(seed, PURPOSE);
    let customers: Vec<&Person> = people.iter().filter(|person| person.kind != PersonKind::Lead).collect();
    if customers.is_empty() {
        return Vec::new();
    }
    let step = SPAN_MS / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    let begun = now.plus_millis(-SPAN_MS);
    (0..count)
        .map(|nth| {
            let customer = customers[dice.below(customers.len())];
            let place = i64::try_from(nth).unwrap_or_default();
            let opened_at = begun.plus_millis(place * step + dice.within(&(0..=step.max(1) - 1)));
            case(&mut dice, seed, nth, customer, opened_at, now)
        })
        .collect()
}

fn case(dice: &mut Dice, seed: u64, nth: usize, customer: &Person, opened_at: At, now: At) -> Case {
    let is_account = customer.kind == PersonKind::Account;
    let over_at = opened_at.plus_millis(dice.within(&OPEN_MS));
    let closed_at = Some(over_at).filter(|at| *at < now && dice.percent(CLOSED_PERCENT));
    let status = match closed_at {
        Some(_) => CaseStatus::Closed,
        None if dice.percent(10) => CaseStatus::Escalated,
        None if dice.percent(60) => CaseStatus::Working,
        None => CaseStatus::New,
    };
    let priority = match dice.below(10) {
        0 => CasePriority::High,
        1 | 2 => CasePriority::Low,
        _ => CasePriority::Medium,
    };
    Case {
        id: CaseId(Uuid::new_v5(&SAMPLE_SPACE, format!("case/{seed}/{nth}").as_bytes())),
        number: 0,
        subject: dice.pick(&SUBJECTS).to_owned(),
        description: None,
        status,
        priority,
        contact: (!is_account).then_some(customer.id),
        account: if is_account { Some(customer.id) } else { customer.account },
        owner: None,
        created_by_call: None,
        opened_at,
        closed_at,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::people;

    #[test]
    fn cases_come_oldest_first_belong_to_somebody_and_are_the_same_every_time() {
        let (people, now) = (people(7, 200), At(1_795_400_000_000_000));
        let made = cases(7, &people, 300, now);
        assert_eq!(made.len(), 300);
        assert!(made.windows(2).all(|pair| pair[0].opened_at <= pair[1].opened_at));
        assert!(made.iter().all(|case| case.contact.is_some() || case.account.is_some()));
        assert!(made.iter().all(|case| (case.status == CaseStatus::Closed) == case.closed_at.is_some()));
        assert!(made.iter().any(|case| case.closed_at.is_none()));
        assert_eq!(made, cases(7, &people, 300, now));
    }
}
