// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/svg.h"

#include <math.h>

static void print_escaped(FILE *svg, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '&')
            fputs("&amp;", svg);
        else if (*text == '<')
            fputs("&lt;", svg);
        else if (*text == '>')
            fputs("&gt;", svg);
        else if ((unsigned char)*text >= 0x20) // XML takes no control characters
            fputc(*text, svg);
    }
}

void svg_begin(FILE *svg, double width, double height, const char *title) {
    fprintf(svg,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
            "viewBox=\"0 0 %g %g\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n"
            "<title>",
            width, height, width, height);
    print_escaped(svg, title);
    fputs("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n", svg);
}

void svg_end(FILE *svg) { fputs("</svg>\n", svg); }

void svg_text(FILE *svg, double x, double y, const char *anchor, double size, const char *colour,
              const char *text) {
    fprintf(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%g\" fill=\"%s\">", x,
            y, anchor, size, colour);
    print_escaped(svg, text);
    fputs("</text>\n", svg);
}

void svg_text_upwards(FILE *svg, double x, double y, double size, const char *text) {
    fprintf(svg,
            "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\" "
            "font-size=\"%g\">",
            x, y, size);
    print_escaped(svg, text);
    fputs("</text>\n", svg);
}

void svg_line(FILE *svg, double x1, double y1, double x2, double y2, const char *colour,
              double width) {
    fprintf(svg,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
            "stroke-width=\"%g\"/>\n",
            x1, y1, x2, y2, colour, width);
}

void svg_rectangle(FILE *svg, double x, double y, double width, double height, const char *fill) {
    fprintf(svg, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y,
            width, height, fill);
}

// ---- axes -------------------------------------------------------------------------------------

/// Largest of 1, 2, 5 times a power of ten that divides the range into at least `parts`.
static double tick_step(double range, double parts) {
    const double power = pow(10.0, floor(log10(range / parts)));
    const double ratio = range / parts / power;
    return power * (ratio >= 5.0 ? 5.0 : ratio >= 2.0 ? 2.0 : 1.0);
}

struct svg_axis svg_axis_of(double low, double high, double from, double to) {
    const double middle = 0.5 * (low + high);
    double half = 0.53 * (high - low);
    if (!(half > 0.0))
        half = middle != 0.0 ? 0.1 * fabs(middle) : 1.0;
    struct svg_axis axis = {middle - half, middle + half, from, to, 0.0};
    if (half < 1e-4 * fabs(middle)) {
        // A round number near by. Rounding errors have no finer scale than the numbers do.
        const double step = tick_step(20.0 * half, 1.0);
        axis.base = step > 0.0 ? step * round(middle / step) : middle;
    }
    return axis;
}

double svg_place(const struct svg_axis *axis, double value) {
    return axis->from + (value - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

/// The ticks of an axis by their number; false beyond the last one.
static bool tick(const struct svg_axis *axis, double parts, int number, double *value,
                 char text[32]) {
    const double low = axis->low - axis->base, high = axis->high - axis->base;
    const double step = tick_step(high - low, parts);
    const double shown = step * (ceil(low / step) + number);
    *value = axis->base + shown;
    snprintf(text, 32, "%.4g", fabs(shown) < 1e-6 * step ? 0.0 : shown);
    return shown <= high && number < 100;
}

void svg_frame(FILE *svg, const struct svg_axis *x, const struct svg_axis *y, bool labelled) {
    char text[32];
    double value;
    svg_line(svg, x->from, y->from, x->to, y->from, "#444", 0.7);
    svg_line(svg, x->from, y->from, x->from, y->to, "#444", 0.7);
    for (int i = 0; tick(x, 4.0, i, &value, text); i++) {
        const double place = svg_place(x, value);
        svg_line(svg, place, y->from, place, y->from + 3.0, "#444", 0.7);
        if (labelled)
            svg_text(svg, place, y->from + 12.0, "middle", 8.0, "#222", text);
    }
    for (int i = 0; tick(y, 2.5, i, &value, text); i++) {
        const double place = svg_place(y, value);
        svg_line(svg, x->from - 3.0, place, x->from, place, "#444", 0.7);
        svg_text(svg, x->from - 5.0, place + 3.0, "end", 8.0, "#222", text);
    }
    if (y->base != 0.0) {
        snprintf(text, sizeof text, "+ %.10g", y->base);
        svg_text(svg, x->from + 3.0, y->to - 1.0, "start", 7.0, "#666", text);
    }
    if (x->base != 0.0 && labelled) {
        snprintf(text, sizeof text, "+ %.10g", x->base);
        svg_text(svg, x->to, y->from + 20.0, "end", 7.0, "#666", text);
    }
}

void svg_curve(FILE *svg, const struct svg_axis *x, const struct svg_axis *y, const double *xs,
               const double *ys, size_t count, const char *colour, double width, double opacity,
               bool filled) {
    fprintf(svg,
            "<path fill=\"%s\" fill-opacity=\"0.18\" stroke=\"%s\" stroke-width=\"%g\" "
            "stroke-opacity=\"%g\" stroke-linejoin=\"round\" d=\"",
            filled ? colour : "none", colour, width, opacity);
    bool drawing = false;
    for (size_t i = 0; i < count; i++) {
        const double u = svg_place(x, xs[i]), v = svg_place(y, ys[i]);
        if (!isfinite(u) || !isfinite(v)) {
            drawing = false;
            continue;
        }
        fprintf(svg, "%c%.1f %.1f", drawing ? 'L' : 'M', u, v);
        drawing = true;
    }
    fputs("\"/>\n", svg);
}
