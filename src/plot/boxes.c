#include "plot/boxes.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"

static const double POINT_MM = 1.1, POINT_ALPHA = 0.7;
/* Shares of a strip's width. */
static const double SWARM = 0.8, BOX = 0.5, THIN_BOX = 0.12, VIOLIN = 0.84;
static const double MOST_MM = 22.0; /* a strip's width, as far as boxes go */
static const double NAME = 0.96, LEAST_PT = 4.0;
static const double VIOLIN_ALPHA = 0.45, VIOLIN_PT = 0.6;
static const double BOX_PT = 0.8, MEDIAN_PT = 1.6, WHISKER = 1.5;
static const double NAME_GAP_MM = 2.2, LABEL_GAP_MM = 10.5;
enum { MAX_STRIPS = 100, TEXT = 160 };

static bool check_violin(const struct plot_strip *t, struct err *err)
{
    const struct plot_violin *v = &t->violin;

    for (size_t i = 0; i < v->n; i++) {
        if (!isfinite(v->at[i]) || !(v->width[i] >= 0.0 && v->width[i] <= 1.0) ||
            (i > 0 && !(v->at[i] > v->at[i - 1])))
            return ERR_FAIL(err, ERR_ARG, "figure: violin of %.64s", t->name);
    }
    return true;
}

static bool check(const struct plot_boxes *b, struct err *err)
{
    if (b->strips == 0 || b->strips > MAX_STRIPS)
        return ERR_FAIL(err, ERR_ARG, "figure: %zu boxes", b->strips);
    for (size_t s = 0; s < b->strips; s++) {
        const struct plot_strip *t = &b->strip[s];
        double lo = INFINITY, hi = -INFINITY;
        if (!plot_axes_range(t->value, t->n, &lo, &hi, err)) {
            err_prefix(err, "%.64s", t->name);
            return false;
        }
        for (size_t i = 1; i < t->n; i++) {
            if (t->value[i] < t->value[i - 1])
                return ERR_FAIL(err, ERR_ARG, "figure: %.64s is not sorted", t->name);
        }
        if (!check_violin(t, err))
            return false;
        if (t->n > 0 && !(lo <= t->box.q1 && t->box.q1 <= t->box.median &&
                          t->box.median <= t->box.q3 && t->box.q3 <= hi))
            return ERR_FAIL(err, ERR_ARG, "figure: quartiles of %.64s", t->name);
    }
    return true;
}

/* Values nearer to each other than a marker are a heap; its members stand side by side,
 * closer if they are many. */
static void draw_values(struct plot_canvas *canvas, const struct plot_boxes *b,
                        const struct plot_strip *strip, double middle, double width)
{
    struct plot_paint paint = plot_axes_colour(strip->group);

    paint.alpha = POINT_ALPHA;
    for (size_t first = 0; first < strip->n;) {
        const double top = plot_axes_at(&b->axes, 0.0, strip->value[first]).y;
        size_t end = first;
        while (end < strip->n &&
               top - plot_axes_at(&b->axes, 0.0, strip->value[end]).y < POINT_MM)
            end++;
        const double heap = (double)(end - first);
        const double apart =
            heap > 1.0 ? fmin(POINT_MM, SWARM * width / (heap - 1.0)) : 0.0;
        for (size_t i = first; i < end; i++) {
            const double x =
                middle + apart * ((double)(i - first) - 0.5 * (heap - 1.0));
            plot_canvas_marker(
                canvas, plot_axes_shape(strip->group),
                (struct plot_point){x, plot_axes_at(&b->axes, 0.0, strip->value[i]).y},
                POINT_MM, &paint);
        }
        first = end;
    }
}

/* Up on the right, down on the left. */
static bool draw_violin(struct plot_canvas *canvas, const struct plot_boxes *b,
                        const struct plot_strip *strip, double middle, double width,
                        struct err *err)
{
    const struct plot_violin *v = &strip->violin;
    struct plot_paint paint = plot_axes_colour(strip->group);
    const struct plot_pen pen = {paint, VIOLIN_PT, 0.0};
    struct plot_point *at = mem_alloc(2 * v->n, sizeof *at, err);

    if (at == NULL)
        return false;
    for (size_t i = 0; i < v->n; i++) {
        const double y = plot_axes_at(&b->axes, 0.0, v->at[i]).y;
        const double half = 0.5 * VIOLIN * width * v->width[i];
        at[i] = (struct plot_point){middle + half, y};
        at[2 * v->n - 1 - i] = (struct plot_point){middle - half, y};
    }
    paint.alpha = VIOLIN_ALPHA;
    plot_canvas_polygon(canvas, at, 2 * v->n, &paint);
    plot_canvas_line(canvas, at, 2 * v->n, true, &pen);
    mem_free(at);
    return true;
}

static void draw_box(struct plot_canvas *canvas, const struct plot_boxes *b,
                     const struct plot_strip *strip, double middle, double width)
{
    const struct plot_pen thin = {PLOT_BLACK, BOX_PT, 0.0};
    const struct plot_pen thick = {PLOT_BLACK, MEDIAN_PT, 0.0};
    const struct plot_quartiles *q = &strip->box;
    const double reach = WHISKER * (q->q3 - q->q1);
    const double half = 0.5 * (strip->violin.n > 0 ? THIN_BOX : BOX) * width;
    const double left = middle - half, right = middle + half;
    double lo = q->q1, hi = q->q3;

    for (size_t i = 0; i < strip->n; i++) {
        const double v = strip->value[i];
        lo = v >= q->q1 - reach && v < lo ? v : lo;
        hi = v <= q->q3 + reach && v > hi ? v : hi;
    }
    const double y_lo = plot_axes_at(&b->axes, 0.0, lo).y;
    const double y_q1 = plot_axes_at(&b->axes, 0.0, q->q1).y;
    const double y_median = plot_axes_at(&b->axes, 0.0, q->median).y;
    const double y_q3 = plot_axes_at(&b->axes, 0.0, q->q3).y;
    const double y_hi = plot_axes_at(&b->axes, 0.0, hi).y;
    const struct plot_point corner[] = {
        {left, y_q1}, {right, y_q1}, {right, y_q3}, {left, y_q3}};
    plot_canvas_line(canvas, corner, 4, true, &thin);
    plot_canvas_segment(canvas, (struct plot_point){middle, y_q1},
                        (struct plot_point){middle, y_lo}, &thin);
    plot_canvas_segment(canvas, (struct plot_point){middle, y_q3},
                        (struct plot_point){middle, y_hi}, &thin);
    plot_canvas_segment(canvas, (struct plot_point){left, y_median},
                        (struct plot_point){right, y_median}, &thick);
}

static void say_strip(const struct plot_strip *strip, char text[static TEXT])
{
    (void)snprintf(text, TEXT, "%.120s\nn = %zu", strip->name, strip->n);
}

/* The size at which the widest name fits into its strip. */
static double name_pt(struct plot_canvas *canvas, const struct plot_boxes *b,
                      double width)
{
    const struct plot_text style = {.size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK};
    double widest = 0.0;

    for (size_t s = 0; s < b->strips; s++) {
        char text[TEXT];
        say_strip(&b->strip[s], text);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text));
    }
    return widest > NAME * width ? fmax(LEAST_PT, PLOT_SMALL_PT * NAME * width / widest)
                                 : PLOT_SMALL_PT;
}

bool plot_boxes_draw(struct plot_canvas *canvas, const struct plot_boxes *boxes,
                     struct err *err)
{
    const struct plot_box *f = &boxes->axes.frame;
    struct plot_text style = {.paint = PLOT_DARK, .across = 0.5};

    if (!check(boxes, err) || !plot_axes_draw_y(canvas, &boxes->axes, err))
        return false;
    const double step = f->w / (double)boxes->strips, width = fmin(step, MOST_MM);
    style.size_pt = name_pt(canvas, boxes, step);
    for (size_t s = 0; s < boxes->strips; s++) {
        const struct plot_strip *strip = &boxes->strip[s];
        const double middle = f->x + ((double)s + 0.5) * step;
        char text[TEXT];
        if (strip->violin.n > 0) {
            if (!draw_violin(canvas, boxes, strip, middle, width, err))
                return false;
        } else {
            draw_values(canvas, boxes, strip, middle, width);
        }
        if (strip->n > 0)
            draw_box(canvas, boxes, strip, middle, width);
        say_strip(strip, text);
        plot_canvas_text(canvas, (struct plot_point){middle, f->y + f->h + NAME_GAP_MM},
                         &style, text);
    }
    style.size_pt = plot_axes_label_pt(canvas, boxes->axes.x.label, f->w);
    style.paint = PLOT_BLACK;
    if (boxes->axes.x.label != NULL)
        plot_canvas_text(
            canvas, (struct plot_point){f->x + 0.5 * f->w, f->y + f->h + LABEL_GAP_MM},
            &style, boxes->axes.x.label);
    return true;
}
