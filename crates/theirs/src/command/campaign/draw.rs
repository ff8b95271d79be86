//! The spectrum and the frontier of a campaign as charts, in SVG that loads nothing.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::failure::Failure;

const WIDTH: u32 = 840;
const HEIGHT: u32 = 420;
const INK: RGBColor = RGBColor(28, 35, 38);
const MARK: RGBColor = RGBColor(20, 80, 107);
const BEST: RGBColor = RGBColor(179, 84, 30);

/// A point with its interval.
pub(super) struct Dot {
    /// Where it stands on the axis.
    pub(super) at: f64,
    /// What is written below it, if anything.
    pub(super) name: String,
    /// The estimate, and both ends of its interval.
    pub(super) value: [f64; 3],
    /// Whether it is the one to take.
    pub(super) is_best: bool,
}

/// What a chart says of its axes.
pub(super) struct Axes<'a> {
    /// Along.
    pub(super) along: &'a str,
    /// Up.
    pub(super) up: &'a str,
    /// Whether the points have names instead of a scale.
    pub(super) is_named: bool,
}

type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws the points with their intervals.
///
/// # Errors
/// The chart cannot be drawn; nothing was written.
pub(super) fn draw(dots: &[Dot], axes: &Axes<'_>) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        let (x, y) = (span(dots.iter().map(|dot| dot.at)), reach(dots));
        let mut chart = ChartBuilder::on(&area)
            .margin(16)
            .x_label_area_size(56)
            .y_label_area_size(72)
            .build_cartesian_2d(x.0..x.1, y.0..y.1)
            .map_err(|_| undrawn())?;
        grid(&mut chart, dots, axes).map_err(|_| undrawn())?;
        for dot in dots {
            mark(&mut chart, dot, y, axes.is_named).map_err(|_| undrawn())?;
        }
        area.present().map_err(|_| undrawn())?;
    }
    Ok(svg)
}

fn undrawn() -> Failure {
    Failure::Unsound("the chart could not be drawn".to_owned())
}

/// The ends of an axis, with room at both sides.
fn span(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let most = values.fold(f64::NEG_INFINITY, f64::max);
    let room = ((most - least) * 0.08).max(0.01);
    (least - room, most + room)
}

fn reach(dots: &[Dot]) -> (f64, f64) {
    span(dots.iter().flat_map(|dot| dot.value).chain([0.0]))
}

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn grid(chart: &mut Chart<'_>, dots: &[Dot], axes: &Axes<'_>) -> Drawn {
    let style = || ("serif", 15).into_font().color(&INK);
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(axes.along)
        .y_desc(axes.up)
        .axis_desc_style(style())
        .label_style(style())
        .light_line_style(TRANSPARENT);
    if axes.is_named {
        mesh.x_labels(0).disable_x_mesh();
    }
    mesh.draw()?;
    let ends = span(dots.iter().map(|dot| dot.at));
    let zero = [(ends.0, 0.0), (ends.1, 0.0)];
    chart.draw_series(LineSeries::new(zero, INK.stroke_width(1)))?;
    Ok(())
}

fn mark(chart: &mut Chart<'_>, dot: &Dot, y: (f64, f64), is_named: bool) -> Drawn {
    let colour = if dot.is_best { BEST } else { MARK };
    let [value, low, high] = dot.value;
    chart.draw_series(LineSeries::new([(dot.at, low), (dot.at, high)], colour.stroke_width(2)))?;
    chart.draw_series([Circle::new((dot.at, value), 6, colour.filled())])?;
    if is_named {
        let style = ("serif", 14).into_font().color(&INK);
        let below = (dot.at, y.0 + (y.1 - y.0) * 0.04);
        chart.draw_series([
            EmptyElement::at(below) + Text::new(dot.name.clone(), (-36, 0), style)
        ])?;
    }
    Ok(())
}
