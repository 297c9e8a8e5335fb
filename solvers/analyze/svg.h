// SPDX-License-Identifier: GPL-3.0-or-later
/// Marks and axes of a picture in SVG. Lengths are in px, y downwards.
#ifndef CLAUSIUS_ANALYZE_SVG_H
#define CLAUSIUS_ANALYZE_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// Begins a white picture, with a title for readers that do not see it; ends it.
void svg_begin(FILE *svg, double width, double height, const char *title);
void svg_end(FILE *svg);

/// Anchors are "start", "middle" or "end". Texts are escaped.
void svg_text(FILE *svg, double x, double y, const char *anchor, double size, const char *colour,
              const char *text);
/// Turned by -90 degrees about its anchor point, its middle.
void svg_text_upwards(FILE *svg, double x, double y, double size, const char *text);
void svg_line(FILE *svg, double x1, double y1, double x2, double y2, const char *colour,
              double width);
void svg_rectangle(FILE *svg, double x, double y, double width, double height, const char *fill);

/// An interval of values along a stretch of the picture.
struct svg_axis {
    double low, high; ///< of values
    double from, to;  ///< places of low and high
    double base;      ///< taken from the labels of ticks, where the values hardly differ from it
};

/// An axis a little wider than the values low to high.
struct svg_axis svg_axis_of(double low, double high, double from, double to);
double svg_place(const struct svg_axis *axis, double value);

/// Frame with ticks and labels at the bottom and on the left. labelled: whether x has numbers.
void svg_frame(FILE *svg, const struct svg_axis *x, const struct svg_axis *y, bool labelled);

/// A curve through points; values that are not finite break it. filled: the area that it encloses
/// with the line between its ends is tinted.
void svg_curve(FILE *svg, const struct svg_axis *x, const struct svg_axis *y, const double *xs,
               const double *ys, size_t count, const char *colour, double width, double opacity,
               bool filled);

#endif
