"""Writes the invented tables of the held-out half: a telecom, a German pharmacy and a Spanish hotel.

Nobody in them exists; addresses end in .example, and numbers come from ranges that are kept free or
are made to fit their check digits by chance. The same seed writes the same bytes.
"""

import invented as i

AGENTS = ["Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4)"]
HOSTS = ["news.example", "dating.example", "clinic.example", "bets.example", "shop.example", "video.example"]
CARE = [
    "Caller says the router drops every evening since the storm", "Wants to move the contract to her new flat",
    "Asked us to ring back on 020 7946 0018 after six", "In hospital until Friday, asks to pause the bill",
    "Complains about the roaming charges from last month", "Wrote from another address, t.hale@mail.example",
]
GERMAN = [("Lukas", "Becker"), ("Petra", "Krüger"), ("Hannah", "Wolf"), ("Jürgen", "Schäfer"), ("Anneliese", "Vogt"),
          ("Mehmet", "Yilmaz"), ("Friedrich", "Brandt"), ("Sabine", "Lorenz")]
SPANISH = [("Lucía", "García Romero"), ("Álvaro", "Ortega Ruiz"), ("Carmen", "Navarro Gil"), ("Iker", "Etxeberria"),
           ("Marta", "Iglesias Sanz"), ("Rafael", "Molina Díaz"), ("Nerea", "Pons Ferrer"), ("Javier", "Delgado")]
MEDICINE = [("N02BE01", "Paracetamol 500"), ("C10AA05", "Atorvastatin 20"), ("A10BA02", "Metformin 850"),
            ("R03AC02", "Salbutamol Spray"), ("N06AB06", "Sertralin 50"), ("H03AA01", "L-Thyroxin 75")]
ILLNESS = ["E11.9", "I10", "J45.0", "F32.1", "E03.9", "M54.5"]


def imei(rng):
    body = "35" + "".join(str(rng.randrange(10)) for _ in range(12))
    return body + i.luhn_digit(body)


def mac(rng):
    return ":".join(f"{rng.randrange(256):02x}" for _ in range(6))


def dni(rng):
    number = rng.randrange(10**7, 10**8)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def telecom(rng, people):
    subscribers, calls, sessions, care = [], [], [], []
    numbers = [f"+4477009{rng.randrange(10**5):05}"[:13] for _ in people]
    for n, p in enumerate(people):
        subscriber = f"S{7000 + n * 3}"
        subscribers.append({
            "msisdn": numbers[n], "subscriber_id": subscriber, "imsi": f"23415{rng.randrange(10**10):010}",
            "imei": imei(rng), "full_name": p.full, "dob": p.born.isoformat(),
            "id_document_no": f"{rng.choice('ABC')}{rng.randrange(10**7):07}", "address": f"{p.street}, {p.town}",
            "city": p.town, "language": rng.choice(["en", "fr", "pl", "cy"]),
            "tariff": rng.choice(["Saver 5", "Unlimited", "Pay as you go"]), "contract_end": i.recent(rng, 300).isoformat(),
            "arpu": f"{rng.uniform(4, 60):.2f}", "churn_probability": f"{rng.random():.4f}",
            "segment": rng.choice(["thrifty", "heavy data", "traveller"]), "email": p.email,
            "credit_class": rng.choice("ABCD"), "do_not_disturb": rng.choice([0, 1])})
        for _ in range(3):
            calls.append({
                "caller": numbers[n], "callee": rng.choice(numbers), "started": i.moment(rng),
                "seconds": rng.randrange(3, 2400), "cell_id": f"234-15-{rng.randrange(9999)}-{rng.randrange(64000)}",
                "lat": f"{rng.uniform(50, 55):.5f}", "lon": f"{rng.uniform(-4, 1):.5f}"})
            host = rng.choice(HOSTS)
            sessions.append({
                "session": f"{rng.randrange(16**12):012x}", "subscriber_id": subscriber,
                "ip": f"203.0.113.{rng.randrange(1, 255)}", "ua": rng.choice(AGENTS),
                "host_visited": f"https://{host}/{rng.choice(['a', 'b'])}", "bytes": rng.randrange(10**6),
                "start_ts": 1770000000 + rng.randrange(10**6)})
        care.append({
            "call_ref": f"CR-{rng.randrange(10**6)}", "subscriber_id": subscriber,
            "reason": rng.choice(["billing", "coverage", "leave", "roaming"]), "agent_notes": rng.choice(CARE) + f" ({n})",
            "called_at": i.moment(rng), "csat": rng.randrange(1, 6)})
    return {"subscribers": subscribers, "call_records": calls, "data_sessions": sessions, "care_calls": care}


def pharmacy(rng, people):
    kunden, abgaben, artikel = [], [], []
    for n, p in enumerate(people):
        given, family = rng.choice(GERMAN)
        number = f"K{30000 + n * 11}"
        kunden.append({
            "kundennr": number, "anrede": rng.choice(["Herr", "Frau"]), "vorname": given, "nachname": family,
            "geburtsdatum": p.born.strftime("%d.%m.%Y"), "strasse": f"{rng.choice(['Hafenweg', 'Lindenallee'])} {rng.randrange(1, 90)}",
            "plz": f"{rng.randrange(1000, 99999):05}", "ort": rng.choice(["Musterhafen", "Seeburg", "Altdorf"]),
            "telefon": f"030 23125 {rng.randrange(1000):03}", "e_mail": p.email.replace("mail.", "post."),
            "krankenkasse": rng.choice(["AOK", "Barmer", "TK", "privat"]),
            "versichertennummer": f"{rng.choice('ABXYZ')}{rng.randrange(10**9):09}",
            "allergien": rng.choice(["", "Penicillin", "Nüsse", "keine", "Laktose"]),
            "konfession": rng.choice(["evangelisch", "katholisch", "konfessionslos", "muslimisch"]),
            "einwilligung": rng.choice(["ja", "nein"])})
        for _ in range(2):
            atc, name = rng.choice(MEDICINE)
            abgaben.append({
                "beleg": f"2026-{rng.randrange(10**6):06}", "kundennr": number, "atc": atc, "praeparat": name,
                "menge": rng.randrange(1, 4), "preis": f"{rng.uniform(3, 80):.2f}",
                "abgabedatum": i.recent(rng, 500).strftime("%d.%m.%Y"), "diagnose": rng.choice(ILLNESS),
                "arzt": f"Dr. {rng.choice(GERMAN)[1]}"})
        artikel.append({
            "pzn": f"{rng.randrange(10**8):08}", "bezeichnung": rng.choice(MEDICINE)[1],
            "hersteller": rng.choice(["Hansa Pharma", "Nordmed"]), "lagerbestand": rng.randrange(200),
            "einkaufspreis": f"{rng.uniform(1, 40):.2f}"})
    return {"kunden": kunden, "abgaben": abgaben, "artikel": artikel}


def hotel(rng, people):
    huespedes, reservas, wifi, append = [], [], [], []
    for n, p in enumerate(people):
        given, family = rng.choice(SPANISH)
        huespedes.append({
            "id_huesped": 900 + n, "nombre": given, "apellidos": family, "dni": dni(rng),
            "nacionalidad": rng.choice(["española", "francesa", "alemana", "marroquí"]),
            "fecha_nacimiento": p.born.strftime("%d/%m/%Y"), "correo": p.email, "telefono": f"+34 600 {rng.randrange(100, 999)} {rng.randrange(100, 999)}",
            "tarjeta": f"**** **** **** {rng.randrange(10**4):04}", "caducidad": f"{rng.randrange(1, 13):02}/{rng.randrange(26, 31)}",
            "direccion": f"Calle {rng.choice(['Mayor', 'del Puerto', 'Luna'])} {rng.randrange(1, 80)}",
            "codigo_postal": f"{rng.randrange(1000, 52999):05}", "estado_civil": rng.choice(["soltero", "casada", "divorciado"]),
            "dieta": rng.choice(["ninguna", "sin gluten", "halal", "vegana"]), "vip": rng.choice(["sí", "no"]),
            "acepta_publicidad": rng.choice(["sí", "no"])})
        arrival = i.recent(rng, 500)
        reservas.append({
            "localizador": f"{rng.choice('ABC')}{rng.randrange(36**5):05}", "id_huesped": 900 + n,
            "llegada": arrival.isoformat(), "salida": (arrival + i.datetime.timedelta(days=3)).isoformat(),
            "habitacion": rng.choice(["doble", "individual", "suite"]), "importe": f"{rng.uniform(80, 900):.2f}",
            "canal": rng.choice(["web", "agencia"]), "peticiones": rng.choice(["Cuna para el bebé en la habitación", "Una planta alta lejos del ascensor por favor", "Llegada después de medianoche en coche propio"])})
        wifi.append({
            "mac": mac(rng), "room": rng.randrange(101, 420), "guest_email": p.email,
            "url": f"https://{rng.choice(HOSTS)}/", "at": i.moment(rng)})
        append.append({
            "guest_ref": 900 + n, "wealth_band": rng.choice(["<20k", "20k-50k", "50k-100k", "100k+"]),
            "family_life_stage": rng.choice(["young couple", "empty nest", "new baby"]),
            "political_affinity": rng.choice(["PSOE", "Partido Popular", "Vox", "Sumar"]),
            "social_grade": rng.choice(["AB", "C1", "C2", "DE"]), "propensity_luxury": f"{rng.random():.3f}",
            "cameo_code": rng.choice(["01A", "04C", "09B"])})
    return {"huespedes": huespedes, "reservas": reservas, "wifi_log": wifi, "partner_append": append}


SCHEMAS = {"telecom": telecom, "pharmacy": pharmacy, "hotel": hotel}
