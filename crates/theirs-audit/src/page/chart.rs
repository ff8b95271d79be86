//! Practices by the two axes on which acceptance depends: inside or outside, said or guessed.

use plotters::prelude::*;

use crate::finding::Finding;
use crate::report::Placed;
use crate::trust::Acceptance;

const WIDTH: u32 = 840;
const HEIGHT: u32 = 400;
const INK: RGBColor = RGBColor(28, 35, 38);
const SOFT: RGBColor = RGBColor(85, 98, 106);
/// How many practices stand in one corner: two columns of so many.
const PER_COLUMN: usize = 4;

/// Draws one mark for each practice with its name, and the number of its first finding.
pub(super) fn draw(practices: &[Placed], findings: &[Finding]) -> Result<String, ()> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        corners(&area, practices).map_err(|_| ())?;
        let mut taken = [[0_usize; 2]; 2];
        for placed in practices {
            let (column, row) = corner(placed);
            let at = taken[row][column];
            taken[row][column] += 1;
            if at >= 2 * PER_COLUMN {
                continue;
            }
            let number = findings.iter().position(|one| one.flow == placed.flow);
            mark(&area, spot((column, row), at), placed, number).map_err(|_| ())?;
        }
        area.present().map_err(|_| ())?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The column and the row of a practice.
fn corner(placed: &Placed) -> (usize, usize) {
    (usize::from(placed.trust.is_guessed), usize::from(placed.trust.is_outside))
}

fn corners(area: &Area<'_>, practices: &[Placed]) -> Drawn {
    let names = [
        ["inside the relationship, said or seen: accepted best", "inside, but guessed"],
        ["outside the relationship, said or seen", "outside, and guessed: accepted least"],
    ];
    let tints = [
        [RGBColor(226, 240, 234), RGBColor(246, 240, 224)],
        [RGBColor(246, 240, 224), RGBColor(247, 226, 216)],
    ];
    for (row, line) in names.iter().enumerate() {
        for (column, name) in line.iter().enumerate() {
            let (x, y) = (420 * pixels(column), 200 * pixels(row));
            let frame = [(x + 4, y + 4), (x + 416, y + 196)];
            area.draw(&Rectangle::new(frame, tints[row][column].filled()))?;
            area.draw(&Text::new(*name, (x + 16, y + 16), ("serif", 17).into_font().color(&INK)))?;
            let here = practices.iter().filter(|placed| corner(placed) == (column, row)).count();
            if here > 2 * PER_COLUMN {
                let more = format!("and {} more", here - 2 * PER_COLUMN);
                let style = ("serif", 14).into_font().color(&SOFT);
                area.draw(&Text::new(more, (x + 16, y + 176), style))?;
            }
        }
    }
    Ok(())
}

fn pixels(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(0)
}

fn spot((column, row): (usize, usize), at: usize) -> (i32, i32) {
    let left = 32 + 420 * pixels(column) + 200 * pixels(at / PER_COLUMN);
    (left, 62 + 200 * pixels(row) + 31 * pixels(at % PER_COLUMN))
}

fn mark(area: &Area<'_>, place: (i32, i32), placed: &Placed, finding: Option<usize>) -> Drawn {
    const LONGEST: usize = 22;
    let colour = match placed.trust.acceptance {
        Acceptance::Accepted => RGBColor(29, 110, 90),
        Acceptance::Doubtful | Acceptance::Unknown => RGBColor(140, 100, 20),
        Acceptance::Refused => RGBColor(165, 60, 30),
    };
    let mut name: String = placed.flow.chars().take(LONGEST).collect();
    if placed.flow.chars().nth(LONGEST).is_some() {
        name.push('…');
    }
    let style = ("serif", 16).into_font().color(&INK);
    area.draw(&Text::new(name, (place.0 + 20, place.1 - 6), style))?;
    let Some(number) = finding else {
        return area.draw(&Circle::new(place, 7, colour.stroke_width(2)));
    };
    area.draw(&Circle::new(place, 13, colour.filled()))?;
    let left = if number >= 9 { 8 } else { 4 };
    let style = ("serif", 16).into_font().color(&WHITE);
    area.draw(&Text::new((number + 1).to_string(), (place.0 - left, place.1 - 6), style))
}
