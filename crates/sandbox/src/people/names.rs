//! Names of people and companies, by country. They are common ones; nobody in particular is meant.

use super::numbers::Country;
use crate::dice::Dice;

const FIRST: [&str; 56] = [
    "Lucía",
    "Martina",
    "Sofía",
    "Julia",
    "Carmen",
    "María José",
    "Ana",
    "Elena",
    "Paula",
    "Marta",
    "Laura",
    "Cristina",
    "Isabel",
    "Pilar",
    "Rosa",
    "Beatriz",
    "Inés",
    "Nuria",
    "Rocío",
    "Valentina",
    "Camila",
    "Daniela",
    "Gabriela",
    "Ximena",
    "Guadalupe",
    "Fernanda",
    "Antonia",
    "Josefa",
    "Hugo",
    "Mateo",
    "Martín",
    "Lucas",
    "Leo",
    "Daniel",
    "Alejandro",
    "Pablo",
    "Manuel",
    "Álvaro",
    "Adrián",
    "David",
    "Javier",
    "José Luis",
    "Francisco",
    "Juan Carlos",
    "Miguel Ángel",
    "Rafael",
    "Íñigo",
    "Óscar",
    "Santiago",
    "Sebastián",
    "Joaquín",
    "Thiago",
    "Benjamín",
    "Emiliano",
    "Diego",
    "Ramón",
];

const LAST: [&str; 60] = [
    "García",
    "Rodríguez",
    "González",
    "Fernández",
    "López",
    "Martínez",
    "Sánchez",
    "Pérez",
    "Gómez",
    "Martín",
    "Jiménez",
    "Hernández",
    "Ruiz",
    "Díaz",
    "Moreno",
    "Muñoz",
    "Álvarez",
    "Romero",
    "Gutiérrez",
    "Alonso",
    "Navarro",
    "Torres",
    "Domínguez",
    "Ramos",
    "Vázquez",
    "Ramírez",
    "Gil",
    "Serrano",
    "Morales",
    "Molina",
    "Blanco",
    "Suárez",
    "Castro",
    "Ortega",
    "Delgado",
    "Ortiz",
    "Marín",
    "Rubio",
    "Núñez",
    "Medina",
    "Sanz",
    "Iglesias",
    "Castillo",
    "Garrido",
    "Cortés",
    "Peña",
    "Ibáñez",
    "Etxeberria",
    "Puig",
    "Ferrer",
    "Quispe",
    "Rojas",
    "Contreras",
    "Soto",
    "Cárdenas",
    "Restrepo",
    "Zapata",
    "Benítez",
    "Figueroa",
    "Ledesma",
];

const FIRST_US: [&str; 20] = [
    "Emily", "James", "Olivia", "Michael", "Ava", "Robert", "Sophia", "William", "Grace", "Ethan", "Chloe",
    "Daniel", "Hannah", "Kevin", "Megan", "Brian", "Rachel", "Tyler", "Nicole", "Marcus",
];

const LAST_US: [&str; 20] = [
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson", "Anderson", "Taylor",
    "Thomas", "Moore", "Jackson", "White", "Harris", "Clark", "Lewis", "Walker", "O'Brien", "McCarthy",
];

const TRADES: [&str; 20] = [
    "Talleres",
    "Transportes",
    "Distribuciones",
    "Clínica Dental",
    "Panadería",
    "Reformas",
    "Gestoría",
    "Academia",
    "Viveros",
    "Farmacia",
    "Óptica",
    "Electricidad",
    "Muebles",
    "Suministros",
    "Imprenta",
    "Ferretería",
    "Asesores",
    "Instalaciones",
    "Bodegas",
    "Laboratorios",
];

const TRADES_US: [&str; 8] =
    ["Plumbing", "Logistics", "Dental Care", "Hardware", "Roofing", "Bakery", "Consulting", "Supply"];

const PLACES: [&str; 24] = [
    "del Sur",
    "Levante",
    "del Norte",
    "Mediterráneo",
    "Guadarrama",
    "Cantábrico",
    "Tajo",
    "Ebro",
    "La Mancha",
    "Costa Verde",
    "Los Andes",
    "Anáhuac",
    "del Plata",
    "Patagonia",
    "El Bajío",
    "Cundinamarca",
    "Atacama",
    "Maipo",
    "Montecarlo",
    "San Isidro",
    "Santa Fe",
    "Alameda",
    "Universal",
    "Ibérica",
];

/// A person's first name and surnames.
pub(super) fn person(dice: &mut Dice, country: Country) -> (String, String) {
    let surname = surname(dice, country);
    (first(dice, country), surname)
}

/// A first name.
pub(super) fn first(dice: &mut Dice, country: Country) -> String {
    let names: &[&str] = if country == Country::UnitedStates { &FIRST_US } else { &FIRST };
    dice.pick(names).to_owned()
}

/// Two surnames, as is the custom, or one.
pub(super) fn surname(dice: &mut Dice, country: Country) -> String {
    match country {
        Country::UnitedStates => dice.pick(&LAST_US).to_owned(),
        Country::Argentina => dice.pick(&LAST).to_owned(),
        _ => format!("{} {}", dice.pick(&LAST), dice.pick(&LAST)),
    }
}

/// A company.
pub(super) fn company(dice: &mut Dice, country: Country) -> String {
    if country == Country::UnitedStates {
        return format!("{} {} LLC", dice.pick(&LAST_US), dice.pick(&TRADES_US));
    }
    let name = match dice.below(3) {
        0 => format!("{} {}", dice.pick(&TRADES), dice.pick(&LAST)),
        1 => format!("{} {}", dice.pick(&TRADES), dice.pick(&PLACES)),
        _ => format!("{} {} y {}", dice.pick(&TRADES), dice.pick(&LAST), dice.pick(&LAST)),
    };
    let form: &[&str] = match country {
        Country::Spain => &["S.L.", "S.L.", "S.A.", "S.L.U."],
        Country::Mexico => &["S.A. de C.V."],
        Country::Argentina => &["S.R.L.", "S.A."],
        Country::Colombia => &["S.A.S."],
        _ => &["SpA", "Ltda."],
    };
    format!("{name} {}", dice.pick(form))
}

/// An address at a domain that is reserved for examples (RFC 2606).
pub(super) fn email(first: &str, last: &str, dice: &mut Dice) -> String {
    let surname = last.split(' ').next().unwrap_or(last);
    let host = dice.pick(&["example.com", "example.org", "example.net"]);
    format!("{}.{}{}@{host}", plain(first), plain(surname), dice.below(100))
}

/// Lower case, without accents or anything but letters.
pub(super) fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        'á' | 'Á' => 'a',
        'é' => 'e',
        'í' | 'Í' => 'i',
        'ó' | 'Ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other.to_ascii_lowercase(),
    };
    text.chars().map(letter).filter(char::is_ascii_lowercase).collect()
}
