//! Shades of the brand's colours that can be read on what they stand on, whatever the charter says.
//!
//! Contrast is that of WCAG 2.2 (1.4.3): at least 4.5 to 1 for text.

/// The least contrast of text.
const LEAST: f64 = 4.5;

/// A colour as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shade([u8; 3]);

impl Shade {
    const WHITE: Self = Self([255; 3]);
    const BLACK: Self = Self([0; 3]);

    /// Reads `#rrggbb`; anything else is black.
    pub(super) fn read(text: &str) -> Self {
        let at = |from: usize| {
            let digits = text.get(from..from + 2)?;
            u8::from_str_radix(digits, 16).ok()
        };
        match (at(1), at(3), at(5)) {
            (Some(red), Some(green), Some(blue)) => Self([red, green, blue]),
            _ => Self::BLACK,
        }
    }

    /// What can be read on it: white, or else black; one of the two always can.
    pub(super) fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= LEAST { Self::WHITE } else { Self::BLACK }
    }

    /// The nearest shade that can be read on all of these: darker, or lighter where they are dark.
    pub(super) fn read_on(self, grounds: &[Self]) -> Self {
        const STEPS: u8 = 20;
        let is_dark = grounds.iter().any(|ground| ground.luminance() < 0.2);
        let end = if is_dark { Self::WHITE } else { Self([0; 3]) };
        let mut steps = (0..=STEPS).map(|step| self.mixed(end, f64::from(step) / f64::from(STEPS)));
        let is_read = |shade: &Self| grounds.iter().all(|on| shade.contrast(*on) >= LEAST);
        steps.find(is_read).unwrap_or(end)
    }

    fn mixed(self, with: Self, share: f64) -> Self {
        let mut mixed = self.0;
        for (own, other) in mixed.iter_mut().zip(with.0) {
            let value = f64::from(*own).mul_add(1.0 - share, f64::from(other) * share);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between two bytes"
            )]
            let value = value.round() as u8;
            *own = value;
        }
        Self(mixed)
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Shade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let ratio = |a: &str, b: &str| Shade::read(a).contrast(Shade::read(b));
        assert!((ratio("#ffffff", "#000000") - 21.0).abs() < 0.01);
        assert!((ratio("#777777", "#ffffff") - 4.48).abs() < 0.01);
        assert_eq!(Shade::read("#14506b").to_string(), "#14506b");
        assert_eq!(Shade::read("red").to_string(), "#000000");
    }

    proptest! {
        #[test]
        fn whatever_the_brand_its_text_can_be_read(red: u8, green: u8, blue: u8) {
            let colour = Shade([red, green, blue]);
            prop_assert!(colour.text_on().contrast(colour) >= LEAST);
            let (light, dark) = (Shade::read("#fdf3e4"), Shade::read("#14181a"));
            prop_assert!(colour.read_on(&[light, Shade::WHITE]).contrast(light) >= LEAST);
            prop_assert!(colour.read_on(&[dark]).contrast(dark) >= LEAST);
        }
    }
}
