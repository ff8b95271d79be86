//! Practices by the two axes on which acceptance depends: inside or outside, said or guessed.

use plotters::prelude::*;

use crate::finding::Finding;
use crate::report::Placed;
use crate::trust::Acceptance;

const WIDTH: u32 = 860;
const HEIGHT: u32 = 420;
const INK: RGBColor = RGBColor(28, 35, 38);
const SOFT: RGBColor = RGBColor(85, 98, 106);
/// How many marks stand beside each other in a corner.
const PER_ROW: usize = 8;

/// Draws one mark for each practice, with the number of its first finding in it.
pub(super) fn draw(practices: &[Placed], findings: &[Finding]) -> Result<String, ()> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        corners(&area).map_err(|_| ())?;
        let mut taken = [[0_usize; 2]; 2];
        for placed in practices {
            let (column, row) =
                (usize::from(placed.trust.is_guessed), usize::from(placed.trust.is_outside));
            let place = spot(column, row, taken[row][column]);
            taken[row][column] += 1;
            let number = findings.iter().position(|one| one.flow == placed.flow);
            mark(&area, place, placed.trust.acceptance, number).map_err(|_| ())?;
        }
        area.present().map_err(|_| ())?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn corners(area: &Area<'_>) -> Drawn {
    let names = [
        [(20, 20, "inside the relationship, said or seen"), (440, 20, "inside, but guessed")],
        [(20, 220, "outside the relationship, said or seen"), (440, 220, "outside, and guessed")],
    ];
    let words = [["people accept best", "accepted less"], ["accepted less", "accepted least"]];
    let tints = [
        [RGBColor(226, 240, 234), RGBColor(246, 240, 224)],
        [RGBColor(246, 240, 224), RGBColor(247, 226, 216)],
    ];
    for (row, line) in names.iter().enumerate() {
        for (column, (x, y, name)) in line.iter().enumerate() {
            let frame = [(x - 10, y - 10), (x + 400, y + 180)];
            area.draw(&Rectangle::new(frame, tints[row][column].filled()))?;
            area.draw(&Text::new(*name, (*x, *y), ("serif", 17).into_font().color(&INK)))?;
            let below = (*x, y + 158);
            area.draw(&Text::new(
                words[row][column],
                below,
                ("serif", 14).into_font().color(&SOFT),
            ))?;
        }
    }
    Ok(())
}

fn spot(column: usize, row: usize, at: usize) -> (i32, i32) {
    let as_pixels = |number: usize| i32::try_from(number).unwrap_or(0);
    let (left, top) = (40 + 420 * as_pixels(column), 72 + 200 * as_pixels(row));
    (left + 46 * as_pixels(at % PER_ROW), top + 40 * as_pixels((at / PER_ROW).min(2)))
}

fn mark(
    area: &Area<'_>,
    place: (i32, i32),
    acceptance: Acceptance,
    finding: Option<usize>,
) -> Drawn {
    let colour = match acceptance {
        Acceptance::Accepted => RGBColor(29, 110, 90),
        Acceptance::Doubtful | Acceptance::Unknown => RGBColor(140, 100, 20),
        Acceptance::Refused => RGBColor(165, 60, 30),
    };
    let Some(number) = finding else {
        return area.draw(&Circle::new(place, 7, colour.stroke_width(2)));
    };
    area.draw(&Circle::new(place, 15, colour.filled()))?;
    let left = if number >= 9 { 9 } else { 4 };
    let style = ("serif", 16).into_font().color(&WHITE);
    area.draw(&Text::new((number + 1).to_string(), (place.0 - left, place.1 - 8), style))
}
