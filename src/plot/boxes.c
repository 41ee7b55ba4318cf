#include "plot/boxes.h"

#include <math.h>
#include <stdio.h>

static const double POINT_MM = 1.1, POINT_ALPHA = 0.7;
/* Shares of a strip's width. */
static const double SWARM = 0.8, BOX = 0.5;
static const double BOX_PT = 0.8, MEDIAN_PT = 1.6, WHISKER = 1.5;
static const double NAME_GAP_MM = 2.2, LABEL_GAP_MM = 10.5;
enum { MAX_STRIPS = 100 };

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

static void draw_box(struct plot_canvas *canvas, const struct plot_boxes *b,
                     const struct plot_strip *strip, double middle, double width)
{
    const struct plot_pen thin = {PLOT_BLACK, BOX_PT, 0.0};
    const struct plot_pen thick = {PLOT_BLACK, MEDIAN_PT, 0.0};
    const struct plot_quartiles *q = &strip->box;
    const double reach = WHISKER * (q->q3 - q->q1);
    const double left = middle - 0.5 * BOX * width, right = middle + 0.5 * BOX * width;
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

bool plot_boxes_draw(struct plot_canvas *canvas, const struct plot_boxes *boxes,
                     struct err *err)
{
    const struct plot_box *f = &boxes->axes.frame;
    struct plot_text style = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK, .across = 0.5};

    if (!check(boxes, err) || !plot_axes_draw_y(canvas, &boxes->axes, err))
        return false;
    const double width = f->w / (double)boxes->strips;
    for (size_t s = 0; s < boxes->strips; s++) {
        const struct plot_strip *strip = &boxes->strip[s];
        const double middle = f->x + ((double)s + 0.5) * width;
        char text[160];
        if (strip->n > 0) {
            draw_values(canvas, boxes, strip, middle, width);
            draw_box(canvas, boxes, strip, middle, width);
        }
        (void)snprintf(text, sizeof text, "%.120s\nn = %zu", strip->name, strip->n);
        plot_canvas_text(canvas, (struct plot_point){middle, f->y + f->h + NAME_GAP_MM},
                         &style, text);
    }
    style.size_pt = PLOT_LABEL_PT;
    style.paint = PLOT_BLACK;
    if (boxes->axes.x.label != NULL)
        plot_canvas_text(
            canvas, (struct plot_point){f->x + 0.5 * f->w, f->y + f->h + LABEL_GAP_MM},
            &style, boxes->axes.x.label);
    return true;
}
