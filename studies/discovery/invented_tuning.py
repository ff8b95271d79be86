"""Writes the invented tables of the tuning half: a bank, a gym and a French school.

Nobody in them exists; addresses end in .example, and numbers come from ranges that are kept free or
are made to fit their check digits by chance. The same seed writes the same bytes.
"""

import invented as i

BANK_OCCUPATION = ["Teacher", "Nurse", "Engineer", "Retired", "Plumber", "Accountant", "Chef"]
INJURIES = ["none", "", "bad back", "knee injury", "none", "asthma", ""]
NOTES = [
    "A fait tomber son plateau à la cantine", "Crise d'asthme légère pendant le sport",
    "Absent lundi matin sans mot des parents", "Très bon travail en mathématiques ce mois",
    "Allergie aux arachides rappelée à la cuisine",
]


def bank(rng, people):
    customers, accounts, transactions, loans = [], [], [], []
    for n, p in enumerate(people):
        number = f"B{100000 + n * 7}"
        customers.append({
            "cust_no": number, "title": p.title, "forename": p.given, "surname": p.family,
            "dob": p.born.strftime("%d/%m/%Y"), "national_insurance": i.nino(rng),
            "marital_status": rng.choice(["Single", "Married", "Divorced", "Widowed"]),
            "dependants": rng.randrange(4), "occupation": rng.choice(BANK_OCCUPATION),
            "employer": rng.choice(["Quay Bakery", "Harbour School", "Self", "Saltmouth Council"]),
            "annual_income": rng.randrange(14, 90) * 1000, "mobile": i.mobile(rng),
            "email_addr": p.email, "addr_line1": p.street, "town": p.town, "postcode": i.postcode(rng),
            "nationality": rng.choice(["British", "Irish", "French", "Polish"]),
            "branch_code": rng.choice(["SLT", "QUY", "NHV"]), "risk_grade": rng.choice("ABCD"),
            "marketing_ok": rng.choice("YN"), "opened_on": i.recent(rng, 4000).isoformat()})
        accounts.append({
            "account_no": f"{rng.randrange(10**7, 10**8)}", "cust_no": number, "iban": i.iban(rng),
            "sort_code": "00-00-{:02}".format(rng.randrange(100)),
            "balance": f"{rng.gauss(900, 1500):.2f}", "overdraft_limit": rng.choice([0, 250, 1000]),
            "status": rng.choice(["open", "closed"])})
        for _ in range(3):
            transactions.append({
                "txn_id": f"T{rng.randrange(10**9)}", "card_number": i.card(rng), "cust_no": number,
                "merchant": rng.choice(["QUAY BAKERY", "NORTH RAIL", "SALT GROCER", "PIER CINEMA"]),
                "mcc": rng.choice([5411, 5812, 4111, 7832]), "amount": f"{rng.uniform(1, 120):.2f}",
                "currency": "GBP", "txn_time": i.moment(rng), "terminal_lat": f"{rng.uniform(50, 54):.5f}",
                "terminal_lon": f"{rng.uniform(-4, 1):.5f}"})
        loans.append({
            "loan_id": f"L{n}", "cust_no": number, "purpose": rng.choice(["car", "home", "wedding"]),
            "principal": rng.randrange(5, 200) * 500, "days_past_due": rng.choice([0, 0, 0, 12, 45]),
            "credit_score": rng.randrange(300, 999), "churn_score": f"{rng.random():.3f}"})
    return {"customers": customers, "accounts": accounts, "card_transactions": transactions, "loans": loans}


def gym(rng, people):
    members, visits, booked, measured = [], [], [], []
    for n, p in enumerate(people):
        number = 40000 + n
        members.append({
            "member_id": number, "first_name": p.given, "last_name": p.family, "gender": p.gender[0],
            "birthday": p.born.isoformat(), "email": p.email, "phone": i.mobile(rng),
            "emergency_contact": i.person(rng).full, "height_cm": rng.randrange(150, 200),
            "weight_kg": rng.randrange(48, 110), "injuries": rng.choice(INJURIES),
            "goal": rng.choice(["lose weight", "marathon", "strength", "feel better"]),
            "photo_url": f"https://cdn.gym.example/{number}.jpg",
            "membership_type": rng.choice(["gold", "off-peak", "student"]),
            "joined": i.recent(rng, 900).isoformat(), "pays_by": rng.choice(["card", "direct debit"]),
            "newsletter": rng.choice(["true", "false"])})
        for _ in range(3):
            visits.append({
                "visit_id": rng.randrange(10**7), "member_id": number,
                "club": rng.choice(["Quayside", "North", "Station"]), "entered_at": i.moment(rng),
                "left_at": i.moment(rng), "locker": rng.randrange(1, 200)})
        booked.append({
            "booking_id": rng.randrange(10**7), "member_id": number,
            "class_name": rng.choice(["Yoga", "Spin", "Pilates", "Boxing"]),
            "trainer": rng.choice(["Nina", "Oscar", "Ffion"]), "booked_at": i.moment(rng)})
        measured.append({
            "member_id": number, "measured_at": i.moment(rng), "heart_rate": rng.randrange(48, 90),
            "body_fat": f"{rng.uniform(9, 38):.1f}",
            "blood_pressure": f"{rng.randrange(105, 150)}/{rng.randrange(60, 95)}"})
    return {"members": members, "visits": visits, "classes_booked": booked, "body_measurements": measured}


def school(rng, people):
    pupils, parents, incidents = [], [], []
    for n, p in enumerate(people):
        number = f"EL-{2000 + n}"
        pupils.append({
            "pupil_ref": number, "prenom": p.given, "nom": p.family,
            "date_naissance": i.born_child(rng).strftime("%d/%m/%Y"),
            "lieu_naissance": rng.choice(["Lyon", "Nantes", "Lille", "Brest"]),
            "sexe": "F" if p.gender == "female" else "M",
            "nationalite": rng.choice(["française", "belge", "italienne"]), "adresse": p.street,
            "code_postal": f"{rng.randrange(1000, 95999):05}", "ville": p.town,
            "regime": rng.choice(["standard", "sans porc", "végétarien"]),
            "allergies": rng.choice(["", "arachides", "gluten", "aucune", "lactose"]),
            "classe": rng.choice(["6A", "6B", "5A"]), "religion": rng.choice(["catholique", "musulman", "juif", "athée"]),
            "besoins_particuliers": rng.choice(["", "dyslexie", "fauteuil roulant", ""])})
        parents.append({
            "id_parent": n + 1, "civilite": rng.choice(["M", "Mme"]), "nom_complet": p.full, "courriel": p.email,
            "tel_portable": i.french_mobile(rng), "situation_familiale": rng.choice(["marié", "divorcée", "célibataire"]),
            "profession": rng.choice(["infirmière", "cadre", "ouvrier", "enseignant"]),
            "nombre_enfants": rng.randrange(1, 5), "num_securite_sociale": i.nir(rng),
            "accepte_photos": rng.choice(["oui", "non"])})
        incidents.append({
            "incident_id": n, "pupil_ref": number, "date_incident": i.recent(rng, 200).isoformat(),
            "commentaire": rng.choice(NOTES), "signale_par": i.person(rng).full})
    return {"pupils": pupils, "parents": parents, "incidents": incidents}


SCHEMAS = {"bank": bank, "gym": gym, "school": school}
