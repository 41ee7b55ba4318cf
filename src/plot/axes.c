#include "plot/axes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double TICK_MM = 0.9, SPINE_GAP_MM = 1.0, LINE_PT = 0.5;
static const double NUMBER_GAP_MM = 0.8, LABEL_GAP_MM = 5.6;
/* A tick each so many mm at most. */
static const double TICK_EVERY_MM = 9.0;
static const double KEY_MARK_MM = 5.0, KEY_GAP_MM = 4.0, KEY_SIZE_MM = 1.7;
/* Steps may miss a limit by rounding. */
static const double SLACK = 1e-9;
enum { MIN_TICKS = 5, MAX_TICKS = 50 };

bool plot_axes_ticks(double lo, double hi, int most, struct plot_ticks *out,
                     struct err *err)
{
    static const double FACTOR[] = {1.0, 2.0, 5.0};
    const double size = fmax(fabs(lo), fabs(hi));

    if (most < MIN_TICKS || most > MAX_TICKS)
        return ERR_FAIL(err, ERR_ARG, "figure: an axis of %d ticks", most);
    if (!isfinite(lo) || !isfinite(hi) || !(hi - lo > 1e-6 * size) || size > 1e12 ||
        hi - lo < 1e-9)
        return ERR_FAIL(err, ERR_ARG, "figure: an axis from %g to %g", lo, hi);
    /* from fine to coarse, at most one power further; a step to the next is 2.5 times
     * at most, so that 2 ticks or more are left of MIN_TICKS + 1 */
    const int power = (int)floor(log10((hi - lo) / most));
    for (int i = 0;; i++) {
        const int p = power + i / 3;
        const double step = FACTOR[i % 3] * pow(10.0, p);
        const double first = ceil(lo / step - SLACK), last = floor(hi / step + SLACK);
        if (last - first + 1.0 > most)
            continue;
        *out = (struct plot_ticks){.first = first * step,
                                   .step = step,
                                   .count = (int)(last - first) + 1,
                                   .decimals = p < 0 ? -p : 0};
        return true;
    }
}

bool plot_axes_widen(double *lo, double *hi, int most, struct err *err)
{
    struct plot_ticks t;
    double a = *lo, b = *hi;

    if (!isfinite(a) || !isfinite(b) || b < a)
        return ERR_FAIL(err, ERR_ARG, "figure: a range from %g to %g", a, b);
    if (!(b - a > 1e-6 * fmax(fabs(a), fabs(b))) || b - a < 1e-9) {
        const double half = fmax(1.0, 0.1 * fabs(a));
        a -= half;
        b += half;
    }
    if (!plot_axes_ticks(a, b, most, &t, err))
        return false;
    *lo = floor(a / t.step + SLACK) * t.step;
    *hi = ceil(b / t.step - SLACK) * t.step;
    return true;
}

bool plot_axes_range(const double *value, size_t n, double *lo, double *hi,
                     struct err *err)
{
    double a = *lo, b = *hi;

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(value[i]))
            return ERR_FAIL(err, ERR_NUMERIC, "figure: value %zu is not finite", i + 1);
        a = value[i] < a ? value[i] : a;
        b = value[i] > b ? value[i] : b;
    }
    *lo = a;
    *hi = b;
    return true;
}

void plot_axes_number(double value, int decimals, char text[AT_LEAST(PLOT_NUMBER_ROOM)])
{
    char digits[PLOT_NUMBER_ROOM - 4];

    (void)snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const bool zero = strspn(digits, "0.") == strlen(digits);
    (void)snprintf(text, PLOT_NUMBER_ROOM, "%s%s",
                   value < 0.0 && !zero ? "\xe2\x88\x92" : "", digits);
}

/* How far along an axis a value lies, 0..1; 0 if the axis has no extent (boxes have no
 * scale along x). */
static double share_of(double value, double from, double to)
{
    return from < to || from > to ? (value - from) / (to - from) : 0.0;
}

struct plot_point plot_axes_at(const struct plot_axes *axes, double x, double y)
{
    const struct plot_box *f = &axes->frame;
    return (struct plot_point){f->x + f->w * share_of(x, axes->x.lo, axes->x.hi),
                               f->y + f->h * share_of(y, axes->y.hi, axes->y.lo)};
}

static bool check_frame(const struct plot_axes *axes, struct err *err)
{
    if (!(axes->frame.w >= 5.0 && axes->frame.h >= 5.0))
        return ERR_FAIL(err, ERR_ARG, "figure: axes of %g x %g mm", axes->frame.w,
                        axes->frame.h);
    return true;
}

static int ticks_for(double mm)
{
    return (int)fmax(MIN_TICKS, fmin(9.0, mm / TICK_EVERY_MM + 1.0));
}

double plot_axes_label_pt(struct plot_canvas *canvas, const char *label,
                          double length_mm)
{
    const struct plot_text style = {.size_pt = PLOT_LABEL_PT, .paint = PLOT_BLACK};
    const double width =
        label != NULL ? plot_canvas_text_width(canvas, &style, label) : 0.0;
    return width > length_mm ? PLOT_LABEL_PT * length_mm / width : PLOT_LABEL_PT;
}

static bool draw_x(struct plot_canvas *canvas, const struct plot_axes *axes,
                   struct err *err)
{
    const struct plot_pen pen = {PLOT_DARK, LINE_PT, 0.0};
    const struct plot_box *f = &axes->frame;
    const double y = f->y + f->h + SPINE_GAP_MM;
    struct plot_text style = {.size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK, 0.5, 0.0};
    struct plot_ticks t;

    if (!plot_axes_ticks(axes->x.lo, axes->x.hi, ticks_for(f->w), &t, err))
        return false;
    plot_canvas_segment(canvas, (struct plot_point){f->x, y},
                        (struct plot_point){f->x + f->w, y}, &pen);
    for (int i = 0; i < t.count; i++) {
        char text[PLOT_NUMBER_ROOM];
        const double value = t.first + i * t.step;
        const double x = plot_axes_at(axes, value, 0.0).x;
        plot_canvas_segment(canvas, (struct plot_point){x, y},
                            (struct plot_point){x, y + TICK_MM}, &pen);
        plot_axes_number(value, t.decimals, text);
        plot_canvas_text(canvas, (struct plot_point){x, y + TICK_MM + NUMBER_GAP_MM},
                         &style, text);
    }
    style.size_pt = plot_axes_label_pt(canvas, axes->x.label, f->w);
    style.paint = PLOT_BLACK;
    if (axes->x.label != NULL)
        plot_canvas_text(canvas,
                         (struct plot_point){f->x + 0.5 * f->w, y + LABEL_GAP_MM},
                         &style, axes->x.label);
    return true;
}

bool plot_axes_draw_y(struct plot_canvas *canvas, const struct plot_axes *axes,
                      struct err *err)
{
    const struct plot_pen pen = {PLOT_DARK, LINE_PT, 0.0};
    const struct plot_box *f = &axes->frame;
    const double x = f->x - SPINE_GAP_MM;
    struct plot_text style = {.size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK, 1.0, 0.5};
    double widest = 0.0;
    struct plot_ticks t;

    if (!check_frame(axes, err) ||
        !plot_axes_ticks(axes->y.lo, axes->y.hi, ticks_for(f->h), &t, err))
        return false;
    plot_canvas_segment(canvas, (struct plot_point){x, f->y},
                        (struct plot_point){x, f->y + f->h}, &pen);
    for (int i = 0; i < t.count; i++) {
        char text[PLOT_NUMBER_ROOM];
        const double value = t.first + i * t.step;
        const double y = plot_axes_at(axes, 0.0, value).y;
        plot_canvas_segment(canvas, (struct plot_point){x, y},
                            (struct plot_point){x - TICK_MM, y}, &pen);
        plot_axes_number(value, t.decimals, text);
        plot_canvas_text(canvas, (struct plot_point){x - TICK_MM - NUMBER_GAP_MM, y},
                         &style, text);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text));
    }
    style =
        (struct plot_text){.size_pt = plot_axes_label_pt(canvas, axes->y.label, f->h),
                           .paint = PLOT_BLACK,
                           .across = 0.5,
                           .down = 1.0,
                           .upright = true};
    if (axes->y.label != NULL)
        plot_canvas_text(canvas,
                         (struct plot_point){x - TICK_MM - 3.0 * NUMBER_GAP_MM - widest,
                                             f->y + 0.5 * f->h},
                         &style, axes->y.label);
    return true;
}

bool plot_axes_draw(struct plot_canvas *canvas, const struct plot_axes *axes,
                    struct err *err)
{
    return plot_axes_draw_y(canvas, axes, err) && draw_x(canvas, axes, err);
}

struct plot_paint plot_axes_colour(size_t group)
{
    static const unsigned char RGB[][3] = {
        {0x00, 0x72, 0xb2}, /* blue */
        {0xd5, 0x5e, 0x00}, /* vermillion */
        {0x00, 0x9e, 0x73}, /* bluish green */
        {0xcc, 0x79, 0xa7}, /* reddish purple */
        {0xe6, 0x9f, 0x00}, /* orange */
        {0x56, 0xb4, 0xe9}, /* sky blue */
        {0x00, 0x00, 0x00},
    };
    const unsigned char *c = RGB[group % (sizeof RGB / sizeof *RGB)];
    return (struct plot_paint){c[0] / 255.0, c[1] / 255.0, c[2] / 255.0, 1.0};
}

enum plot_shape plot_axes_shape(size_t group)
{
    return (enum plot_shape)(group % PLOT_SHAPES);
}

static const struct plot_text KEY_TEXT = {
    .size_pt = PLOT_SMALL_PT, .paint = {0.25, 0.25, 0.25, 1.0}, .down = 0.5};

static double key_width(struct plot_canvas *canvas, const struct plot_key *key)
{
    return (key->line ? KEY_MARK_MM + 1.2 : KEY_SIZE_MM + 1.2) +
           plot_canvas_text_width(canvas, &KEY_TEXT, key->name);
}

double plot_axes_legend_width(struct plot_canvas *canvas, const struct plot_key *key,
                              size_t keys)
{
    double width = 0.0;

    for (size_t k = 0; k < keys; k++)
        width += key_width(canvas, &key[k]) + (k > 0 ? KEY_GAP_MM : 0.0);
    return width;
}

double plot_axes_legend(struct plot_canvas *canvas, struct plot_point at,
                        const struct plot_key *key, size_t keys)
{
    double x = at.x;

    for (size_t k = 0; k < keys; k++) {
        const struct plot_pen pen = {key[k].paint, 1.0, key[k].dash_pt};
        const double mark = key[k].line ? KEY_MARK_MM : KEY_SIZE_MM;
        if (key[k].line)
            plot_canvas_segment(canvas, (struct plot_point){x, at.y},
                                (struct plot_point){x + mark, at.y}, &pen);
        if (!key[k].line || key[k].marked)
            plot_canvas_marker(canvas, key[k].shape,
                               (struct plot_point){x + 0.5 * mark, at.y}, KEY_SIZE_MM,
                               &key[k].paint);
        plot_canvas_text(canvas, (struct plot_point){x + mark + 1.2, at.y}, &KEY_TEXT,
                         key[k].name);
        x += key_width(canvas, &key[k]) + KEY_GAP_MM;
    }
    return fmax(0.0, x - KEY_GAP_MM - at.x);
}
