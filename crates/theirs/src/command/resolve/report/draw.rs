//! The charts of the report, as SVG.

use plotters::prelude::*;

use theirs_linkage::{ComparisonChart, Spectrum};

use crate::failure::Failure;

/// Width of every chart, in pixels.
const WIDTH: u32 = 860;
const FOR: RGBColor = RGBColor(29, 110, 90);
const AGAINST: RGBColor = RGBColor(179, 84, 30);
const INK: RGBColor = RGBColor(29, 79, 110);

/// What each level of each comparison weighs, in bits.
pub(super) fn weights(comparisons: &[ComparisonChart]) -> Result<String, Failure> {
    let levels: Vec<(String, f64)> = comparisons
        .iter()
        .flat_map(|comparison| {
            let label = |words: &str| format!("{}: {words}", comparison.comparison);
            comparison.levels.iter().map(move |level| (label(&level.words), level.weight))
        })
        .collect();
    let most = levels.iter().map(|(_, weight)| weight.abs()).fold(1.0, f64::max).ceil();
    let rows = i32::try_from(levels.len()).unwrap_or(i32::MAX).max(1);
    let height = 60 + 18 * u32::try_from(levels.len()).unwrap_or(0);
    on_canvas(height, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(32)
            .y_label_area_size(330)
            .build_cartesian_2d(-most..most, (0..rows).into_segmented())?;
        let name = |row: &SegmentValue<i32>| match row {
            SegmentValue::CenterOf(row) | SegmentValue::Exact(row) => {
                let row = usize::try_from(rows - 1 - row).ok();
                let level = row.and_then(|row| levels.get(row));
                level.map_or_else(String::new, |(label, _)| shortened(label))
            }
            SegmentValue::Last => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(levels.len())
            .y_label_formatter(&name)
            .x_desc("weight in bits: to the right speaks for one person")
            .draw()?;
        chart.draw_series((0..).zip(&levels).map(|(at, (_, weight))| {
            let row = rows - 1 - at;
            let colour = if *weight >= 0.0 { FOR } else { AGAINST };
            let mut bar = Rectangle::new(
                [(0.0, SegmentValue::Exact(row)), (*weight, SegmentValue::Exact(row + 1))],
                colour.filled(),
            );
            bar.set_margin(3, 3, 0, 0);
            bar
        }))?;
        Ok(())
    })
}

/// How many pairs have which weight.
pub(super) fn spectrum(spectrum: &Spectrum) -> Result<String, Failure> {
    let Spectrum { from, width, .. } = *spectrum;
    let mut starts = from;
    let bins: Vec<(f64, u64)> = spectrum
        .pairs
        .iter()
        .map(|pairs| {
            let start = starts;
            starts += width;
            (start, *pairs)
        })
        .collect();
    let most = spectrum.pairs.iter().copied().max().unwrap_or(1).max(1);
    on_canvas(300, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(40)
            .y_label_area_size(80)
            .build_cartesian_2d(from..starts, 0..most + most / 20 + 1)?;
        chart.configure_mesh().x_desc("weight in bits").y_desc("pairs").draw()?;
        chart.draw_series(bins.iter().map(|(from, pairs)| {
            let colour = if *from >= 0.0 { FOR } else { AGAINST };
            Rectangle::new([(*from, 0), (from + width, *pairs)], colour.filled())
        }))?;
        Ok(())
    })
}

/// How many people another threshold would have found.
pub(super) fn curve(points: &[(f64, usize)]) -> Result<String, Failure> {
    let least = points.iter().map(|point| point.1).min().unwrap_or(0);
    let most = points.iter().map(|point| point.1).max().unwrap_or(1);
    let room = ((most - least) / 10).max(1);
    on_canvas(300, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(40)
            .y_label_area_size(80)
            .build_cartesian_2d(0.0..1.0, least.saturating_sub(room)..most + room)?;
        chart.configure_mesh().x_desc("threshold").y_desc("people").draw()?;
        chart.draw_series(LineSeries::new(points.iter().copied(), INK.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, INK.filled())))?;
        Ok(())
    })
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn on_canvas(height: u32, draw: impl FnOnce(&Area<'_>) -> Drawn) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let drawn = draw(&area).and_then(|()| area.present());
        drawn
            .map_err(|_| Failure::Unsound("a chart of the report could not be drawn".to_owned()))?;
    }
    Ok(svg)
}

/// A label that fits beside the chart.
fn shortened(label: &str) -> String {
    const MOST: usize = 52;
    if label.chars().count() <= MOST {
        return label.to_owned();
    }
    label.chars().take(MOST - 1).chain(['…']).collect()
}
