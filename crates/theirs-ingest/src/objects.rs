//! Rows that came one by one, as JSON objects, read as the types that are wanted.

use serde_json::{Map, Value};
use theirs_model::Cell;

use crate::batch::Batch;
use crate::fault::Fault;
use crate::outlet::Outlet;
use crate::{IngestError, Shape, Sink, Tally};

/// Reads objects as a shape says; the place of each is its position, from 1.
///
/// Unlike a file, no share of bad rows makes all of them bad: each came from another hand.
pub fn read_objects<'o>(
    shape: &Shape,
    objects: impl IntoIterator<Item = &'o Map<String, Value>>,
    sink: &mut dyn Sink,
) -> Result<Tally, IngestError> {
    let mut outlet = Outlet::of_many_hands(shape, sink);
    let mut batch = Batch::new(shape);
    for (number, object) in (1..).zip(objects) {
        batch.push(number, |at| cell(object.get(&shape.columns[at].name)));
        if batch.is_full() {
            batch.deliver(&mut outlet, number, 0)?;
        }
    }
    batch.deliver(&mut outlet, 0, 0)?;
    Ok(outlet.tally(Vec::new()))
}

fn cell(value: Option<&Value>) -> Result<Cell<'_>, Fault> {
    Ok(match value {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::Bool(truth)) => Cell::Boolean(*truth),
        Some(Value::String(text)) => Cell::Text(text.as_str().into()),
        Some(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Integer(whole),
            (None, Some(number)) => Cell::Number(number),
            (None, None) => Cell::Text(number.to_string().into()),
        },
        Some(Value::Array(_) | Value::Object(_)) => return Err(Fault::Nested),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use theirs_model::ColumnType;

    use super::*;
    use crate::{Aside, Rows, SetAside, SinkError, Wanted};

    #[derive(Default)]
    struct Seen(usize, Vec<SetAside>);

    impl Sink for Seen {
        fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
            self.0 += rows.lines.len();
            Ok(())
        }
        fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
            self.1.push(row);
            Ok(())
        }
    }

    #[test]
    fn each_is_judged_alone_however_many_are_wrong() {
        let wanted = Wanted {
            name: "total".into(),
            kind: ColumnType::Decimal,
            format: None,
            required: false,
            unreadable: Aside::Row,
        };
        let shape = Shape { file: "events".into(), table: None, zone: None, columns: vec![wanted] };
        let bad = json!({ "total": "much" });
        let good = json!({ "total": 3.5 });
        let mut rows: Vec<&Map<String, Value>> = vec![bad.as_object().unwrap(); 30];
        rows.push(good.as_object().unwrap());
        let mut seen = Seen::default();
        let tally = read_objects(&shape, rows, &mut seen).unwrap();
        assert_eq!((tally.rows, tally.set_aside), (1, 30));
        assert_eq!(seen.1[0].field.as_deref(), Some("total"));
        assert!(!seen.1[0].reason.contains("much"));
    }
}
