// SPDX-License-Identifier: GPL-3.0-or-later
// The report as one picture: time series with the densities beside them, a phase portrait, and
// the effect sizes of all variables and pairs.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/analyze/analysis.h"
#include "solvers/analyze/svg.h"

// ---- layout -----------------------------------------------------------------------------------

enum {
    ROWS = 8,           ///< variables with time series, at most
    RUNS = 10,          ///< of a group whose series are drawn, at most
    POINTS = 1500,      ///< of a curve, at most
    BINS = 300,         ///< of a longer series: its least and largest value in each
    COLOURS = 8,        ///< then they begin again
    MATRIX_NAMES = 150, ///< [px]
    CELL = 15           ///< [px] height of a cell of the matrix
};

static const double WIDTH = 820.0, LEFT = 62.0, MIDDLE = 585.0, RIGHT = 805.0;
static const double ROW = 92.0, GAP = 12.0, PORTRAIT = 250.0;

// M. Okabe, K. Ito: told apart with any colour vision. Black and yellow are last.
static const char *const colours[COLOURS] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                             "#56b4e9", "#e69f00", "#000000", "#b8a800"};

static const char *colour_of(size_t group) { return colours[group % COLOURS]; }

struct sheet {
    FILE *svg;
    const struct analyze_analysis *all;
    size_t rows[ROWS], row_count; ///< variables
    double y;                     ///< top of what comes next
};

// ---- what is drawn ----------------------------------------------------------------------------

/// How much a variable tells the groups apart: epsilon^2, or -1 where there is none.
static double effect(const struct analyze_analysis *all, size_t variable) {
    const struct analyze_overall *one = &all->comparison.overall[variable];
    return all->runs.group_count > 1 && one->kruskal_wallis_status == CLAU_MEASURE_OK
               ? one->kruskal_wallis.effect
               : -1.0;
}

/// All variables, or those that tell the groups apart best, in their own order.
static void choose_rows(struct sheet *sheet) {
    const size_t variables = sheet->all->runs.variable_count;
    for (size_t v = 0; v < variables && sheet->row_count < ROWS; v++) {
        size_t better = 0;
        for (size_t w = 0; w < variables; w++) {
            const double mine = effect(sheet->all, v), others = effect(sheet->all, w);
            better += others > mine || (others == mine && w < v);
        }
        if (better < ROWS)
            sheet->rows[sheet->row_count++] = v;
    }
}

/// Number of a run within its group.
static size_t place_in_group(const struct analyze_runs *runs, size_t run) {
    size_t place = 0;
    for (size_t r = 0; r < run; r++)
        place += runs->runs[r].group == runs->runs[run].group;
    return place;
}

static void extent(const struct analyze_runs *runs, size_t variable, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t r = 0; r < runs->count; r++)
        for (size_t i = 0; i < runs->runs[r].count; i++) {
            *low = fmin(*low, runs->runs[r].series[variable][i]);
            *high = fmax(*high, runs->runs[r].series[variable][i]);
        }
}

static void time_extent(const struct analyze_runs *runs, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t r = 0; r < runs->count; r++) {
        *low = fmin(*low, runs->runs[r].times[0]);
        *high = fmax(*high, runs->runs[r].times[runs->runs[r].count - 1]);
    }
}

// ---- panels -----------------------------------------------------------------------------------

/// A series; of a long one the least and the largest value of every stretch, in their order.
static void draw_series(const struct sheet *sheet, const struct svg_axis *x,
                        const struct svg_axis *y, const struct analyze_run *run, size_t variable,
                        double opacity) {
    const double *series = run->series[variable];
    const char *colour = colour_of(run->group);
    if (run->count <= POINTS) {
        svg_curve(sheet->svg, x, y, run->times, series, run->count, colour, 0.8, opacity, false);
        return;
    }
    double times[2 * BINS], values[2 * BINS];
    for (size_t k = 0; k < BINS; k++) {
        const size_t from = k * run->count / BINS, to = (k + 1) * run->count / BINS;
        size_t least = from, largest = from;
        for (size_t i = from; i < to; i++) {
            least = series[i] < series[least] ? i : least;
            largest = series[i] > series[largest] ? i : largest;
        }
        const size_t first = least < largest ? least : largest;
        const size_t second = least < largest ? largest : least;
        times[2 * k] = run->times[first], values[2 * k] = series[first];
        times[2 * k + 1] = run->times[second], values[2 * k + 1] = series[second];
    }
    svg_curve(sheet->svg, x, y, times, values, 2 * BINS, colour, 0.8, opacity, false);
}

static double opacity_of(const struct analyze_runs *runs, size_t group) {
    return analyze_runs_of(runs, group) > 3 ? 0.45 : 0.9;
}

/// Densities beside a series, each scaled to its own maximum: their values may be far apart.
static void draw_densities(const struct sheet *sheet, const struct svg_axis *y, size_t variable) {
    const struct analyze_densities *all = &sheet->all->densities;
    const struct svg_axis x = {0.0, 1.0, MIDDLE + 14.0, RIGHT, 0.0};
    double xs[ANALYZE_GRID + 2], ys[ANALYZE_GRID + 2]; // with the ends, on the axis
    svg_line(sheet->svg, x.from, y->from, x.from, y->to, "#444", 0.7);
    for (size_t g = 0; g < all->groups; g++) {
        const struct analyze_density *density = &all->values[variable * all->groups + g];
        if (density->status != CLAU_MEASURE_OK)
            continue;
        const struct clau_kernel_axis *axis = &density->axis;
        double largest = 0.0;
        for (size_t i = 0; i < ANALYZE_GRID; i++)
            largest = fmax(largest, density->values[i]);
        size_t count = 0;
        for (size_t i = 0; i < ANALYZE_GRID; i++) {
            const double value =
                axis->minimum + (double)i * (axis->maximum - axis->minimum) / (ANALYZE_GRID - 1);
            // What lies beyond the series' axis, and where there is next to nothing.
            if (value < y->low || value > y->high || density->values[i] < 1e-3 * largest)
                continue;
            xs[count] = density->values[i] / largest;
            ys[count++] = value;
        }
        if (count == 1)
            continue;
        xs[0] = xs[count] = 0.0;
        ys[0] = ys[1];
        ys[count] = ys[count - 1];
        svg_curve(sheet->svg, &x, y, xs, ys, count + 1, colour_of(g), 1.1, 1.0, true);
    }
}

static void draw_row(struct sheet *sheet, size_t variable, bool last) {
    const struct analyze_runs *runs = &sheet->all->runs;
    double low, high;
    time_extent(runs, &low, &high);
    const struct svg_axis x = {low, high, LEFT, MIDDLE, 0.0};
    extent(runs, variable, &low, &high);
    const struct svg_axis y = svg_axis_of(low, high, sheet->y + ROW, sheet->y + 14.0);
    svg_frame(sheet->svg, &x, &y, last);
    for (size_t r = 0; r < runs->count; r++)
        if (place_in_group(runs, r) < RUNS)
            draw_series(sheet, &x, &y, &runs->runs[r], variable,
                        opacity_of(runs, runs->runs[r].group));
    draw_densities(sheet, &y, variable);
    svg_text(sheet->svg, LEFT, sheet->y + 8.0, "start", 10.0, "black", runs->variables[variable]);
    sheet->y += ROW + GAP;
}

static void draw_rows(struct sheet *sheet) {
    for (size_t i = 0; i < sheet->row_count; i++)
        draw_row(sheet, sheet->rows[i], i + 1 == sheet->row_count);
    svg_text(sheet->svg, 0.5 * (LEFT + MIDDLE), sheet->y + 13.0, "middle", 9.0, "black", "time");
    svg_text(sheet->svg, 0.5 * (MIDDLE + 14.0 + RIGHT), sheet->y + 13.0, "middle", 9.0, "black",
             "density / its maximum");
    sheet->y += 34.0;
}

static void draw_trajectory(const struct sheet *sheet, const struct svg_axis *x,
                            const struct svg_axis *y, const struct analyze_run *run,
                            double opacity) {
    const size_t *const variables = sheet->all->portrait;
    const size_t stride = 1 + run->count / POINTS;
    double xs[POINTS], ys[POINTS];
    size_t count = 0;
    for (size_t i = 0; i < run->count && count < POINTS; i += stride) {
        xs[count] = run->series[variables[0]][i];
        ys[count++] = run->series[variables[1]][i];
    }
    svg_curve(sheet->svg, x, y, xs, ys, count, colour_of(run->group), 0.7, opacity, false);
}

/// The phase portrait; its bottom.
static double draw_portrait(const struct sheet *sheet) {
    const struct analyze_runs *runs = &sheet->all->runs;
    const size_t *const variables = sheet->all->portrait;
    const double top = sheet->y + 16.0, bottom = top + PORTRAIT;
    double low, high;
    svg_text(sheet->svg, LEFT, sheet->y + 8.0, "start", 10.0, "black", "phase portrait");
    extent(runs, variables[0], &low, &high);
    const struct svg_axis x = svg_axis_of(low, high, LEFT, LEFT + PORTRAIT);
    extent(runs, variables[1], &low, &high);
    const struct svg_axis y = svg_axis_of(low, high, bottom, top);
    svg_frame(sheet->svg, &x, &y, true);
    for (size_t r = 0; r < runs->count; r++)
        if (place_in_group(runs, r) < RUNS)
            draw_trajectory(sheet, &x, &y, &runs->runs[r],
                            0.75 * opacity_of(runs, runs->runs[r].group));
    svg_text(sheet->svg, LEFT + 0.5 * PORTRAIT, bottom + 25.0, "middle", 9.0, "black",
             runs->variables[variables[0]]);
    svg_text_upwards(sheet->svg, 20.0, 0.5 * (top + bottom), 9.0, runs->variables[variables[1]]);
    return bottom + 30.0;
}

/// Blue for -1, white for 0, red for +1.
static void diverging(double delta, char text[8]) {
    static const double ends[2][3] = {{33.0, 102.0, 172.0}, {178.0, 24.0, 43.0}};
    const double *end = ends[delta > 0.0];
    const double share = fmin(fabs(delta), 1.0);
    snprintf(text, 8, "#%02x%02x%02x", (unsigned)(255.0 + share * (end[0] - 255.0)),
             (unsigned)(255.0 + share * (end[1] - 255.0)),
             (unsigned)(255.0 + share * (end[2] - 255.0)));
}

static void draw_cell(const struct sheet *sheet, const struct analyze_pair *pair, double x,
                      double y, double width) {
    char colour[8] = "#e8e8e8", text[16] = "none";
    const bool known = pair->cliff_status == CLAU_MEASURE_OK;
    const bool dark = known && fabs(pair->cliff.delta) > 0.55;
    if (known) {
        diverging(pair->cliff.delta, colour);
        snprintf(text, sizeof text, "%+.2f%s", pair->cliff.delta,
                 analyze_distinguishable(pair) ? " *" : "");
    }
    svg_rectangle(sheet->svg, x, y, width - 1.0, CELL - 1.0, colour);
    svg_text(sheet->svg, x + 0.5 * width, y + 10.5, "middle", 8.0, dark ? "white" : "#222", text);
}

/// Letters of the groups of a pair, "A - B": their names are too long for the columns.
static void pair_letters(const struct analyze_pair *pair, char text[16]) {
    snprintf(text, 16, "%c-%c", (char)('A' + pair->first % 26), (char)('A' + pair->second % 26));
}

/// The matrix of Cliff's delta; its bottom.
static double draw_matrix(const struct sheet *sheet) {
    const struct analyze_runs *runs = &sheet->all->runs;
    const struct analyze_comparison *comparison = &sheet->all->comparison;
    const size_t pairs = comparison->pair_count / runs->variable_count;
    const double left = LEFT + PORTRAIT + 45.0, first = left + MATRIX_NAMES;
    const double width = fmin(52.0, (RIGHT - first) / (double)pairs);
    double y = sheet->y + 16.0;
    char text[16];
    svg_text(sheet->svg, left, sheet->y + 8.0, "start", 10.0, "black",
             "Cliff's delta (* Holm p < 0.05)");
    for (size_t k = 0; k < pairs; k++) {
        pair_letters(&comparison->pairs[k], text);
        svg_text(sheet->svg, first + ((double)k + 0.5) * width, y + 9.0, "middle", 8.0, "black",
                 text);
    }
    y += 13.0;
    for (size_t v = 0; v < runs->variable_count; v++, y += CELL) {
        svg_text(sheet->svg, first - 5.0, y + 10.5, "end", 8.0, "black", runs->variables[v]);
        for (size_t k = 0; k < pairs; k++)
            draw_cell(sheet, &comparison->pairs[v * pairs + k], first + (double)k * width, y,
                      width);
    }
    return y + 8.0;
}

/// Colours of the groups, in lines.
static void draw_legend(struct sheet *sheet) {
    const struct analyze_runs *runs = &sheet->all->runs;
    double x = LEFT;
    for (size_t g = 0; g < runs->group_count; g++) {
        char text[160];
        const size_t count = analyze_runs_of(runs, g);
        if (count > 1)
            snprintf(text, sizeof text, "%c  %.100s (%zu runs)", (char)('A' + g % 26),
                     runs->groups[g], count);
        else
            snprintf(text, sizeof text, "%c  %.100s", (char)('A' + g % 26), runs->groups[g]);
        const double width = 40.0 + 5.6 * (double)strlen(text);
        if (x + width > RIGHT && x > LEFT) {
            x = LEFT;
            sheet->y += 15.0;
        }
        svg_line(sheet->svg, x, sheet->y + 8.0, x + 18.0, sheet->y + 8.0, colour_of(g), 2.5);
        svg_text(sheet->svg, x + 23.0, sheet->y + 11.5, "start", 10.0, "black", text);
        x += width;
    }
    sheet->y += 24.0;
}

static void draw_caption(struct sheet *sheet) {
    const struct analyze_runs *runs = &sheet->all->runs;
    char text[256];
    snprintf(text, sizeof text, "Last %.4g %% of each run. Tested: %s.",
             100.0 * (1.0 - sheet->all->options->skip),
             analyze_sample_text(&sheet->all->comparison));
    svg_text(sheet->svg, LEFT, sheet->y + 8.0, "start", 8.0, "#444", text);
    text[0] = '\0';
    if (sheet->row_count < runs->variable_count)
        snprintf(text, sizeof text, "Series: the %zu of %zu variables with the largest epsilon^2. ",
                 sheet->row_count, runs->variable_count);
    bool more = false;
    for (size_t g = 0; g < runs->group_count; g++)
        more = more || analyze_runs_of(runs, g) > RUNS;
    if (more)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "Curves: the first %d runs of a group.", RUNS);
    svg_text(sheet->svg, LEFT, sheet->y + 19.0, "start", 8.0, "#444", text);
}

static double height_of(const struct sheet *sheet, size_t legend_lines) {
    const double matrix = 45.0 + CELL * (double)sheet->all->runs.variable_count;
    const double portrait = PORTRAIT + 46.0;
    const bool both = sheet->all->runs.group_count > 1;
    return 46.0 + 15.0 * (double)legend_lines + (ROW + GAP) * (double)sheet->row_count + 34.0 +
           (both ? fmax(matrix, portrait) : portrait) + 30.0;
}

void analyze_draw(const struct analyze_analysis *all, FILE *stream) {
    struct sheet sheet = {.svg = stream, .all = all, .y = 12.0};
    choose_rows(&sheet);
    svg_begin(stream, WIDTH, height_of(&sheet, 1 + all->runs.group_count / 4),
              "Analysis and comparison of runs");
    draw_legend(&sheet);
    draw_rows(&sheet);
    double bottom = draw_portrait(&sheet);
    if (all->runs.group_count > 1)
        bottom = fmax(bottom, draw_matrix(&sheet));
    sheet.y = bottom + 4.0;
    draw_caption(&sheet);
    svg_end(stream);
}
