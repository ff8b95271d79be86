use theirs_linkage::{Records, Settings, resolve};

use super::*;

#[test]
fn the_charter_names_every_level_that_linkage_derives() {
    use Compared::{
        Address, BirthDate, City, Email, FamilyName, FullName, GivenName, Identifier, Other,
        PersonalNumber, Phone, Postcode, Street,
    };
    let all = [
        GivenName,
        FamilyName,
        FullName,
        Email,
        Phone,
        Street,
        Postcode,
        City,
        Address,
        BirthDate,
        Identifier,
        PersonalNumber,
        Other,
    ];
    for compared in all {
        let records = Records::new(vec![Field::new("field", kind(compared))]);
        let model = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {}).model;
        let levels = &model.chart()[0].levels;
        assert_eq!(levels.len(), compared.levels().len(), "{compared:?}");
        for (level, name) in levels.iter().zip(compared.levels()) {
            let first = name.split('_').next().unwrap_or_default();
            let says = |word: &str| level.words.contains(word);
            let agrees = match first {
                "exact" => says("is the same"),
                "else" => says("is different"),
                "near" | "nearly" => says("nearly the same"),
                "one" => says("one"),
                "columns" | "day" => says("swapped"),
                other => says(other),
            };
            assert!(agrees, "{name} is {:?}", level.words);
        }
    }
}

#[test]
fn an_address_and_its_hash_are_compared_as_one() {
    const CHARTER: &str = "
charter: 1
time_zone: Europe/London
controller: { name: Quay Books, email: hello@quay.example }
sources:
  till:
    kind: internal
    acquired: You told us at the till.
    file: till.csv
    holds: identity
    key: account
    columns: { account: id.customer.account, email: contact.email }
  letters:
    kind: internal
    acquired: You read our letters.
    file: letters.csv
    holds: identity
    key: reader
    columns: { reader: id.customer.reader, hash: contact.email.sha256 }
purposes: {}
roles: {}
";
    let charter = Charter::read("charter.yaml", CHARTER).unwrap_or_else(|wrong| panic!("{wrong}"));
    let record = |source: &str, column: &str, text: &str| Record {
        id: RecordId(1),
        source: source.to_owned(),
        key: "1".to_owned(),
        since: jiff::Timestamp::UNIX_EPOCH,
        loaded: jiff::Timestamp::UNIX_EPOCH,
        is_sure: true,
        is_later: false,
        columns: [(column.to_owned(), text.to_owned())].into(),
    };
    let comparable = Comparable::of(&charter);
    let of = |record: &Record| {
        let values = comparable.values(&charter, record);
        values.texts().into_iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
    };
    // As `printf ann@reader.example | sha256sum` says.
    let hash = "519e9febc5b0779ca24b4eb17c97384a634bbe90c861185095cf235870985f49";
    let hashed = Some(format!("{hash}@sha256"));
    let address = Some(" Ann@Reader.Example".to_owned());
    assert_eq!(of(&record("till", "email", " Ann@Reader.Example")), [address, hashed.clone()]);
    assert_eq!(of(&record("letters", "hash", &hash.to_uppercase())), [hashed, None]);
    assert_eq!(of(&record("letters", "hash", "no hash")), [None, None]);
}
