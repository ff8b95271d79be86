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
