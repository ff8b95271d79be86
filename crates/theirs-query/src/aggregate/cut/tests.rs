//! Cells are large enough, exact in sum, and gone when a member is.

use datafusion::arrow::array::{Array, Float64Array, StringArray};
use proptest::prelude::*;
use theirs_charter::Coarseness;
use theirs_model::ColumnType;

use super::*;
use crate::table::Seen;

fn seen(name: &str, kind: ColumnType) -> Seen {
    Seen { name: name.to_owned(), kind, coarseness: Coarseness::Exact }
}

fn layouts() -> [Layout; 2] {
    let people = vec![seen("city", ColumnType::Text), seen("age", ColumnType::Text)];
    let person = Layout {
        name: "person".to_owned(),
        people: people.clone(),
        own: Vec::new(),
        measures: Vec::new(),
    };
    let orders = Layout {
        name: "orders".to_owned(),
        people,
        own: vec![seen("month", ColumnType::Text)],
        measures: vec![seen("total", ColumnType::Number)],
    };
    [person, orders]
}

type Person = (Option<&'static str>, Option<&'static str>);
/// Whose, month, total.
type Order = (u32, &'static str, Option<f64>);

fn crowd(people: &[Person]) -> Crowd {
    let column = |see: fn(&Person) -> Option<&'static str>| -> ArrayRef {
        Arc::new(people.iter().map(see).collect::<StringArray>())
    };
    Crowd {
        slots: (0..).map(Slot).take(people.len()).collect(),
        labels: vec![column(|person| person.0), column(|person| person.1)],
    }
}

fn made(people: &[Person], orders: &[Order], least: u32) -> Cells {
    cut(&layouts(), least, &crowd(people), |_, hand_over| {
        let months: StringArray = orders.iter().map(|order| Some(order.1)).collect();
        let totals: Float64Array = orders.iter().map(|order| order.2).collect();
        hand_over(Event {
            slots: orders.iter().map(|order| Some(Slot(order.0))).collect(),
            labels: vec![Arc::new(months)],
            measures: vec![Arc::new(totals)],
        })
    })
    .unwrap()
}

fn told(table: &CellTable) -> Vec<String> {
    let text = |column: &ArrayRef, row| {
        datafusion::arrow::util::display::array_value_to_string(column, row).unwrap()
    };
    let cell = |row| {
        let labels: Vec<String> = table.columns.iter().map(|column| text(column, row)).collect();
        format!("{} x{}", labels.join("/"), table.rows[row])
    };
    (0..table.rows.len()).map(cell).collect()
}

#[test]
fn a_cell_too_small_gives_up_its_last_label_first() {
    let people = [
        (Some("Saltmouth"), Some("30")),
        (Some("Saltmouth"), Some("30")),
        (Some("Saltmouth"), Some("30")),
        (Some("Saltmouth"), Some("40")),
        (Some("Saltmouth"), Some("50")),
        (Some("Saltmouth"), None),
        (Some("Oldhaven"), Some("30")),
        (Some("Nether Oar"), Some("30")),
        (None, Some("30")),
    ];
    let cells = made(&people, &[], 3);
    assert_eq!(
        told(&cells.tables[0]),
        ["// x3", "Saltmouth// x3", "Saltmouth/30/ x3"]
            .map(|cell| { cell.replacen("/ x", " x", 1) })
    );
    assert_eq!(cells.tables[0].kept, [0, 1, 2]);
    assert!(made(&people[..2], &[], 3).tables[0].rows.is_empty());
}

#[test]
fn a_cell_of_activities_has_so_many_people_behind_it_and_not_only_rows() {
    let people = [(Some("Saltmouth"), Some("30")); 4];
    let many = [(0, "May", Some(2.0)); 20];
    assert!(made(&people, &many, 3).tables[1].rows.is_empty());
    let orders = [
        (0, "May", Some(2.0)),
        (1, "May", Some(4.0)),
        (2, "May", Some(9.0)),
        (3, "June", Some(1.0)),
    ];
    assert_eq!(told(&made(&people, &orders, 3).tables[1]), ["Saltmouth/30/May/5.0 x3"]);
}

#[test]
fn a_measure_that_few_people_have_is_not_told() {
    let people = [(Some("Saltmouth"), Some("30")); 3];
    let orders = [(0, "May", None), (1, "May", Some(4.0)), (2, "May", Some(9.0))];
    let cells = made(&people, &orders, 3);
    assert_eq!(told(&cells.tables[1]), ["Saltmouth/30/May/ x3"]);
    assert_eq!(cells.tables[1].known, [[0]]);
}

#[test]
fn a_cell_that_loses_a_member_or_a_label_is_gone_whole() {
    let people = [
        (Some("Saltmouth"), Some("30")),
        (Some("Saltmouth"), Some("30")),
        (Some("Saltmouth"), Some("30")),
        (Some("Oldhaven"), Some("30")),
        (Some("Oldhaven"), Some("40")),
        (Some("Oldhaven"), Some("50")),
    ];
    let cells = made(&people, &[], 3);
    let alive = |people: &[Person]| {
        intact(&cells, &layouts()[0], &crowd(people)).unwrap().iter().collect::<Vec<_>>()
    };
    assert_eq!(alive(&people), [0, 1, 2, 3, 4, 5]);
    assert_eq!(alive(&people[..5]), [0, 1, 2]);
    let mut moved = people;
    moved[1].0 = Some("Oldhaven");
    assert_eq!(alive(&moved), [3, 4, 5]);
    // The cell of Oldhaven gave up the age, so a change there changes nothing.
    let mut older = people;
    older[4].1 = Some("60");
    assert_eq!(alive(&older), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn cells_outlast_a_restart() {
    let people = [(Some("Saltmouth"), None); 5];
    let orders =
        [(0, "May", Some(2.0)), (1, "May", None), (2, "May", Some(9.0)), (3, "May", Some(1.5))];
    let cells = made(&people, &orders, 3);
    let back = Cells::from_bytes(&cells.to_bytes().unwrap(), &layouts()).unwrap();
    for (one, other) in cells.tables.iter().zip(&back.tables) {
        assert_eq!(told(one), told(other));
        assert_eq!(
            (&one.known, &one.members, &one.kept),
            (&other.known, &other.members, &other.kept)
        );
    }
    let bytes = cells.to_bytes().unwrap();
    assert!(Cells::from_bytes(&bytes[..bytes.len() / 2], &layouts()).is_err());
}

const CITIES: [Option<&str>; 4] = [Some("Saltmouth"), Some("Oldhaven"), Some("Nether Oar"), None];
const AGES: [Option<&str>; 4] = [Some("30"), Some("40"), Some("50"), None];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_cell_has_so_many_people_each_is_in_one_and_sums_are_exact(
        people in prop::collection::vec((0..4_usize, 0..4_usize), 0..40),
        orders in prop::collection::vec((0..40_u32, 0..3_usize, prop::option::of(0..100_u32)), 0..120),
        least in 3..7_u32,
    ) {
        let people: Vec<Person> = people.iter().map(|(c, a)| (CITIES[*c], AGES[*a])).collect();
        let orders: Vec<Order> = orders
            .into_iter()
            .filter(|(whose, ..)| (*whose as usize) < people.len())
            .map(|(whose, month, total)| (whose, ["May", "June", "July"][month], total.map(f64::from)))
            .collect();
        let cells = made(&people, &orders, least);
        let [person, events] = &cells.tables[..] else { panic!("two tables") };
        let mut all = RoaringBitmap::new();
        for (cell, members) in person.members.iter().enumerate() {
            prop_assert!(members.len() >= u64::from(least) && person.rows[cell] == members.len());
            prop_assert!(all.is_disjoint(members));
            all |= members;
        }
        prop_assert!(people.len() as u64 - all.len() < u64::from(least));
        let means = events.columns[3].as_primitive::<Float64Type>();
        let mut rows = 0;
        for (cell, members) in events.members.iter().enumerate() {
            prop_assert!(members.len() >= u64::from(least) && members.is_subset(&all));
            rows += events.rows[cell];
            prop_assert_eq!(means.is_valid(cell), events.known[0][cell] > 0);
        }
        let of_cells = orders.iter().filter(|order| all.contains(order.0));
        prop_assert!(rows <= of_cells.count() as u64);
    }
}
