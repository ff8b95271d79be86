//! Several roles of one principal, from the command line.

use crate::shop::Shop;

#[test]
fn what_one_of_several_roles_may_is_permitted_and_recorded_under_it() {
    let shop = Shop::open();
    let both = ["principal", "add", "lee", "--role", "privacy", "--role", "analyst", "--save"];
    shop.well(&both);
    assert!(shop.well(&["principal", "list"]).contains("analyst, privacy"));
    shop.well(&["sql", "--as", "lee", "select count(*) from shop_figures.person"]);
    shop.well(&["show", &shop.maud(), "--as", "lee"]);
    let uses = shop.json(&["uses", &shop.maud(), "--as", "lee"]);
    let roles: Vec<&str> =
        uses.as_array().unwrap().iter().filter_map(|used| used["role"].as_str()).collect();
    assert!(roles.contains(&"analyst") && roles.contains(&"privacy"), "{roles:?}");
    let (code, message) = shop.ill(&["sql", "--as", "lee", "select * from fulfil_order.person"]);
    assert!(code == 3 && message.contains("the roles \"analyst\", \"privacy\""), "{message}");
}
