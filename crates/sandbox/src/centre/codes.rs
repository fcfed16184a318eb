//! Disposition codes of the sample centre. Which of them are favourites follows from what such a centre
//! hears most.

use super::{RING_GROUPS, RingGroup};
use crate::people::SAMPLE_SPACE;
use domain::call::Direction;
use domain::disposition::{CodeTraits, DispositionCode, DispositionSet, Label};
use domain::id::{CodeId, SetId};
use uuid::Uuid;

/// How a code differs from an ordinary one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Favourite,
    Plain,
    NeedsNotes,
    Retired,
}

/// Name that stays, Spanish, English, mark.
type Row = (&'static str, &'static str, &'static str, Mark);

const INBOUND: [Row; 9] = [
    ("solved", "Consulta resuelta", "Question answered", Mark::Favourite),
    ("order", "Pedido o contratación", "Order placed", Mark::Favourite),
    ("appointment", "Cita concertada o cambiada", "Appointment booked or changed", Mark::Favourite),
    ("billing", "Duda de facturación", "Billing question", Mark::Favourite),
    ("incident", "Incidencia abierta", "Issue opened", Mark::Plain),
    ("complaint", "Reclamación", "Complaint", Mark::NeedsNotes),
    ("callback", "Hay que devolver la llamada", "Call back needed", Mark::Plain),
    ("wrong-number", "Número equivocado", "Wrong number", Mark::Plain),
    ("other-department", "Derivada a otro departamento", "Sent to another department", Mark::Retired),
];

const OUTBOUND: [Row; 9] = [
    ("reached", "Hablado, queda resuelto", "Spoke, settled", Mark::Favourite),
    ("no-answer", "No contesta", "No answer", Mark::Favourite),
    ("voicemail", "Buzón de voz", "Voicemail", Mark::Favourite),
    ("call-again", "Llamar más tarde", "Call again later", Mark::Favourite),
    ("interested", "Interesado, enviar oferta", "Interested, send an offer", Mark::Plain),
    ("sale", "Venta cerrada", "Sale closed", Mark::Plain),
    ("not-interested", "No le interesa", "Not interested", Mark::NeedsNotes),
    ("bad-number", "Número erróneo o sin servicio", "Number wrong or out of service", Mark::Plain),
    ("survey", "Encuesta de 2025", "2025 survey", Mark::Retired),
];

/// What those who sell hear.
const SALES: [Row; 6] = [
    ("sale", "Venta cerrada", "Sale closed", Mark::Favourite),
    ("quote", "Presupuesto enviado", "Quote sent", Mark::Favourite),
    ("thinking", "Se lo piensa", "Thinking it over", Mark::Favourite),
    ("too-expensive", "Le parece caro", "Finds it expensive", Mark::Plain),
    ("cancels", "Quiere darse de baja", "Wants to cancel", Mark::NeedsNotes),
    ("not-for-sales", "No es para ventas", "Not for sales", Mark::Plain),
];

/// What those who help hear.
const SUPPORT: [Row; 6] = [
    ("fixed", "Incidencia resuelta", "Issue fixed", Mark::Favourite),
    ("opened", "Incidencia abierta", "Issue opened", Mark::Favourite),
    ("visit", "Visita de un técnico", "Technician's visit", Mark::Favourite),
    ("how-to", "Duda de uso", "How-to question", Mark::Plain),
    ("escalated", "Escalada a segundo nivel", "Escalated", Mark::NeedsNotes),
    ("no-fault", "No se encuentra el fallo", "No fault found", Mark::Plain),
];

/// What those who sell hear when they dial out.
const SALES_OUT: [Row; 5] = [
    ("sale", "Venta cerrada", "Sale closed", Mark::Favourite),
    ("interested", "Interesado, enviar oferta", "Interested, send an offer", Mark::Favourite),
    ("no-answer", "No contesta", "No answer", Mark::Favourite),
    ("call-again", "Llamar más tarde", "Call again later", Mark::Plain),
    ("not-interested", "No le interesa", "Not interested", Mark::NeedsNotes),
];

/// The sets: one a direction, and those of the ring groups that sell and help. Ids are UUID version 5 of `set/<name>` and
/// `code/<set>/<name>`.
pub fn disposition_sets() -> Vec<DispositionSet> {
    let (sales, support) = (&[RING_GROUPS[0]], &[RING_GROUPS[1]]);
    vec![
        set("inbound", "General, entrantes", Direction::Inbound, &[], &INBOUND),
        set("outbound", "General, salientes", Direction::Outbound, &[], &OUTBOUND),
        set("sales", "Ventas, entrantes", Direction::Inbound, sales, &SALES),
        set("support", "Soporte, entrantes", Direction::Inbound, support, &SUPPORT),
        set("sales-out", "Ventas, salientes", Direction::Outbound, sales, &SALES_OUT),
    ]
}

fn set(
    own_name: &str,
    name: &str,
    direction: Direction,
    groups: &[RingGroup],
    rows: &[Row],
) -> DispositionSet {
    let id = SetId(uuid(&format!("set/{own_name}")));
    let codes = rows.iter().zip(0..).map(|((code, es, en, mark), position)| DispositionCode {
        id: CodeId(uuid(&format!("code/{own_name}/{code}"))),
        set: id,
        label: Label { es: (*es).to_owned(), en: (*en).to_owned() },
        position,
        favourite: *mark == Mark::Favourite,
        requires_notes: *mark == Mark::NeedsNotes,
        retired: *mark == Mark::Retired,
        traits: CodeTraits::default(),
        version: 1,
    });
    DispositionSet {
        id,
        name: name.to_owned(),
        direction,
        ring_groups: groups.iter().map(|group| group.label.to_owned()).collect(),
        retired: false,
        version: 1,
        codes: codes.collect(),
    }
}

fn uuid(name: &str) -> Uuid {
    Uuid::new_v5(&SAMPLE_SPACE, name.as_bytes())
}
