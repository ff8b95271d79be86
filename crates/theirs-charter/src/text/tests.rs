//! Where things stand in the text.

use super::*;

fn scalar_at(text: &str) -> (String, Place) {
    let node = parse(text).unwrap_or_else(|problem| panic!("{problem:?}"));
    let Tree::Map(map) = node.tree else { panic!("not a map") };
    let Tree::Scalar(scalar) = &map[0].1.tree else { panic!("not a scalar") };
    (scalar.clone(), map[0].1.place)
}

#[test]
fn scalar_knows_its_place_in_characters() {
    for text in ["é日: 01", "\u{feff}é日: 01", "\r\né日: 01\r\n", "\ré日: 01\r"] {
        let (scalar, place) = scalar_at(text);
        assert_eq!(scalar, "01");
        assert_eq!((place.column, place.width), (5, 2), "{text:?}");
        assert_eq!(place.line, lines(text).position(|line| line == "é日: 01").unwrap_or(9) + 1);
    }
}

#[test]
fn lines_end_as_yaml_says() {
    let list: Vec<&str> = lines("\u{feff}a\nb\r\nc\rd\r\r\ne").collect();
    assert_eq!(list, ["a", "b", "c", "d", "", "e"]);
}

#[test]
fn repeated_keys_are_kept() {
    let Ok(Node { tree: Tree::Map(map), .. }) = parse("a: 1\na: 2\n") else { panic!("a map") };
    assert_eq!(map.iter().map(|(key, _)| key.place.line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn list_and_map_stand_where_their_name_does() {
    let Ok(Node { tree: Tree::Map(map), .. }) = parse("list:\n  - 1\nmap: {}\n") else {
        panic!("a map")
    };
    for (key, node) in map {
        assert_eq!((node.place.line, node.place.column), (key.place.line, key.place.column));
    }
}
