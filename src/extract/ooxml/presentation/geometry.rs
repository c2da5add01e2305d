//! Where shapes stand on a slide: through the groups around them, as a zone, or beside the slide.

use crate::read::xml::Element;
use crate::text::{Align, Zone};

/// Width and height of a slide, in the unit of the format (1/360,000 cm).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    width: f64,
    height: f64,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 9_144_000.0, height: 6_858_000.0 }
    }
}

impl Size {
    /// From an element with `cx` and `cy`; the usual size where they make no sense.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let [width, height] = ["cx", "cy"].map(|name| number(element, name));
        if width > 0.0 && height > 0.0 { Self { width, height } } else { Self::default() }
    }
}

/// A rectangle on a slide or in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rectangle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rectangle {
    /// Takes in the corner or the size from an element of a transform.
    pub(super) fn read(&mut self, element: &Element<'_>) {
        match element.local() {
            "off" | "chOff" => [self.x, self.y] = ["x", "y"].map(|name| number(element, name)),
            _ => [self.width, self.height] = ["cx", "cy"].map(|name| number(element, name)),
        }
    }

    /// Whether nothing of it is on the slide.
    pub(super) fn is_outside(&self, slide: Size) -> bool {
        self.x >= slide.width
            || self.y >= slide.height
            || self.x + self.width < 0.0
            || self.y + self.height < 0.0
            || (self.x + self.width == 0.0 && self.width > 0.0)
            || (self.y + self.height == 0.0 && self.height > 0.0)
    }

    /// The zone in which text set like this begins.
    pub(super) fn zone(&self, slide: Size, align: Option<Align>) -> Zone {
        let middle = (self.y + self.height / 2.0) / slide.height;
        let part = self.width.min(slide.width / 3.0) / 2.0;
        let x = match align {
            None | Some(Align::Left) => self.x + part,
            Some(Align::Centre) => self.x + self.width / 2.0,
            Some(Align::Right) => self.x + self.width - part,
        };
        let [left, centre, right] = Zone::row(middle).unwrap_or([Zone::Body; 3]);
        match x / slide.width {
            x if x < 1.0 / 3.0 => left,
            x if x > 2.0 / 3.0 => right,
            _ => centre,
        }
    }
}

/// How a group places its children: stretched, then moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placing {
    scale: [f64; 2],
    shift: [f64; 2],
}

impl Default for Placing {
    fn default() -> Self {
        Self { scale: [1.0; 2], shift: [0.0; 2] }
    }
}

impl Placing {
    /// A group that stands at `own` and whose children are placed within `inside`.
    pub(super) fn new(own: Rectangle, inside: Rectangle) -> Self {
        let stretch = |own: f64, inside: f64| if own > 0.0 && inside > 0.0 { own / inside } else { 1.0 };
        let scale = [stretch(own.width, inside.width), stretch(own.height, inside.height)];
        let [sx, sy] = scale;
        Self { scale, shift: [own.x - inside.x * sx, own.y - inside.y * sy] }
    }

    /// The same within a group that is placed by `outer`.
    pub(super) fn within(self, outer: Self) -> Self {
        let ([sx, sy], [ox, oy]) = (self.scale, outer.scale);
        let ([x, y], [outer_x, outer_y]) = (self.shift, outer.shift);
        Self { scale: [sx * ox, sy * oy], shift: [x * ox + outer_x, y * oy + outer_y] }
    }

    /// Where a rectangle of this group is on the slide.
    pub(super) fn place(self, rectangle: Rectangle) -> Rectangle {
        let ([sx, sy], [x, y]) = (self.scale, self.shift);
        Rectangle {
            x: rectangle.x * sx + x,
            y: rectangle.y * sy + y,
            width: rectangle.width * sx,
            height: rectangle.height * sy,
        }
    }
}

fn number(element: &Element<'_>, name: &str) -> f64 {
    let value = element.attribute(name).and_then(|value| value.parse::<f64>().ok());
    value.filter(|value| value.is_finite()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLIDE: Size = Size { width: 900.0, height: 600.0 };

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
        Rectangle { x, y, width, height }
    }

    #[test]
    fn zones_of_a_slide() {
        let stamp = rectangle(10.0, 10.0, 100.0, 50.0);
        assert_eq!(stamp.zone(SLIDE, None), Zone::TopLeft);
        assert_eq!(rectangle(790.0, 10.0, 100.0, 50.0).zone(SLIDE, None), Zone::TopRight);
        assert_eq!(rectangle(400.0, 540.0, 100.0, 50.0).zone(SLIDE, None), Zone::FootCentre);
        assert_eq!(rectangle(0.0, 100.0, 900.0, 400.0).zone(SLIDE, None), Zone::Body);
        let wide = rectangle(0.0, 0.0, 900.0, 100.0);
        assert_eq!(wide.zone(SLIDE, None), Zone::TopLeft);
        assert_eq!(wide.zone(SLIDE, Some(Align::Centre)), Zone::TopCentre);
        assert_eq!(wide.zone(SLIDE, Some(Align::Right)), Zone::TopRight);
    }

    #[test]
    fn outside_is_wholly_outside() {
        assert!(rectangle(900.0, 0.0, 10.0, 10.0).is_outside(SLIDE));
        assert!(rectangle(-200.0, 0.0, 200.0, 10.0).is_outside(SLIDE));
        assert!(!rectangle(-200.0, 0.0, 210.0, 10.0).is_outside(SLIDE));
        assert!(!Rectangle::default().is_outside(SLIDE));
    }

    #[test]
    fn groups_within_groups() {
        let inner = Placing::new(rectangle(100.0, 0.0, 100.0, 100.0), rectangle(0.0, 0.0, 200.0, 200.0));
        let outer = Placing::new(rectangle(1000.0, 0.0, 400.0, 400.0), rectangle(0.0, 0.0, 200.0, 200.0));
        let placed = inner.within(outer).place(rectangle(200.0, 0.0, 20.0, 20.0));
        assert_eq!(placed, rectangle(1400.0, 0.0, 20.0, 20.0));
        assert_eq!(Placing::new(Rectangle::default(), Rectangle::default()), Placing::default());
    }
}
