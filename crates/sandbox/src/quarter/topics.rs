//! What the calls of a quarter are about. The words of the notes are not those of the labels, and some belong to several
//! matters, as they do where people write.

/// A matter: its code's label in Spanish and English, seconds of talk of its middle call, and words that notes of it hold.
pub(super) struct Topic {
    pub(super) label: (&'static str, &'static str),
    pub(super) talk_s: f64,
    pub(super) words: [&'static str; 7],
}

const fn topic(label: (&'static str, &'static str), talk_s: f64, words: [&'static str; 7]) -> Topic {
    Topic { label, talk_s, words }
}

/// Matters that sets are made of. Neighbours share words, and callers come back from one with the next.
pub(super) const TOPICS: [Topic; 13] = [
    topic(("Venta", "Sale"), 240.0, ["pedido", "contrata", "oferta", "precio", "descuento", "firma", "plan"]),
    topic(
        ("Presupuesto", "Quote"),
        200.0,
        ["oferta", "precio", "compara", "medidas", "modelo", "estudio", "validez"],
    ),
    topic(
        ("Entrega", "Delivery"),
        100.0,
        ["pedido", "reparto", "llegada", "transporte", "bulto", "seur", "puerta"],
    ),
    topic(
        ("Reclamación", "Complaint"),
        310.0,
        ["enfadado", "queja", "retraso", "promesa", "disculpas", "compensar", "jefe"],
    ),
    topic(
        ("Avería", "Breakdown"),
        280.0,
        ["router", "corte", "luz", "reinicia", "cable", "tecnico", "queja"],
    ),
    topic(
        ("Cambio de cita", "Appointment changed"),
        95.0,
        ["mover", "martes", "agenda", "hora", "tarde", "visita", "tecnico"],
    ),
    topic(
        ("Duda de factura", "Question on a bill"),
        150.0,
        ["importe", "cobro", "iva", "cargo", "banco", "duplicado", "enero"],
    ),
    topic(
        ("Consulta de recibo", "Query on a receipt"),
        130.0,
        ["pdf", "copia", "enviar", "mes", "domiciliado", "justificante", "banco"],
    ),
    topic(
        ("Datos de pago", "Payment details"),
        140.0,
        ["iban", "titular", "domiciliado", "cuenta", "mandato", "cambiar", "sepa"],
    ),
    topic(
        ("Baja", "Cancellation"),
        180.0,
        ["irse", "competencia", "permanencia", "portabilidad", "devolver", "equipo", "fin"],
    ),
    topic(
        ("Sin interés", "Not interested"),
        40.0,
        ["ahora", "ocupado", "insiste", "lista", "borrar", "molesto", "competencia"],
    ),
    topic(
        ("Información", "Information"),
        80.0,
        ["horario", "direccion", "tienda", "pregunta", "web", "telefono", "correo"],
    ),
    topic(
        ("Alta de usuario", "New user"),
        160.0,
        ["clave", "registro", "acceso", "correo", "activar", "perfil", "app"],
    ),
];

/// The code for whatever fits nowhere, which every set ends with.
pub(super) const OTHER_LABEL: (&str, &str) = ("Otros", "Other");
/// Seconds of talk of its middle call.
pub(super) const OTHER_TALK_S: f64 = 110.0;
/// What its notes are about: of everything a little.
pub(super) const OTHER_WORDS: [&str; 24] = [
    "raro",
    "equivocado",
    "encuesta",
    "proveedor",
    "paquete",
    "vecino",
    "broma",
    "prensa",
    "alumno",
    "perro",
    "ascensor",
    "llaves",
    "parking",
    "fax",
    "notario",
    "idioma",
    "regalo",
    "boda",
    "colegio",
    "multa",
    "museo",
    "taxi",
    "seguro",
    "perdida",
];

/// Words that any notes hold, the first ones more often.
pub(super) const FILLERS: [&str; 22] = [
    "cliente",
    "llama",
    "pide",
    "dice",
    "que",
    "hoy",
    "luego",
    "gracias",
    "datos",
    "nombre",
    "nota",
    "espera",
    "confirma",
    "revisar",
    "pendiente",
    "hecho",
    "mañana",
    "urgente",
    "otra",
    "vez",
    "habla",
    "contento",
];

/// People whom notes name.
pub(super) const NAMES: [&str; 12] =
    ["garcia", "lopez", "marta", "javier", "ruiz", "elena", "paco", "sanz", "nuria", "vega", "ivan", "soto"];

/// What an agent writes who writes the same of every call.
pub(super) const TEMPLATE: [&str; 4] = ["gestionado", "conforme", "protocolo", "cerrado"];
