#include "plot/bulls_eye.h"

#include <math.h>

#include "plot/palette.h"

static const double PI = 3.14159265358979323846;
/* Measures of an eye that is FULL_MM wide; smaller ones are smaller all over. */
static const double FULL_MM = 42.0, LEAST_SCALE = 0.4, LEAST_PT = 3.0, LEAST_MM = 15.0;
static const double WORD_GAP = 1.2, TITLE = 4.5, MARK = 1.5;
static const double BAR_GAP = 3.5, BAR = 3.0, TICK = 0.8, NUMBER_GAP = 0.8,
                    LABEL_GAP = 1.2;
static const double EDGE_PT = 0.5, HATCH_PT = 0.4, HATCH_MM = 1.3, HATCH_STEP_MM = 0.1;
/* Part of a ring's width that a number may fill; parts of the eye's height. */
static const double FILL = 0.86, BAR_PART = 0.8;
static const double CAPITAL = 0.73; /* of the size in points */
static const struct plot_paint NOTHING = {0.95, 0.95, 0.95, 1.0};
enum {
    DEG_STEP = 2,
    CORNERS = 2 * (360 / DEG_STEP + 1),
    BAR_STEPS = 64,
    MOST_TICKS = 6
};

/* Where all lies. */
struct layout {
    struct plot_point centre;
    double radius;   /* of the outermost ring */
    double scale;    /* of all measures, LEAST_SCALE..1 */
    double words_pt; /* size of words and of the bar's numbers */
    struct plot_ticks ticks;
    struct plot_box bar;
};

static double letters_mm(double size_pt)
{
    return CAPITAL * size_pt * PLOT_MM_PER_PT;
}

struct plot_sector plot_bulls_eye_sector(int segment)
{
    const int s = segment < 1 ? 1 : segment > PLOT_SEGMENTS ? PLOT_SEGMENTS : segment;

    if (s <= 6)
        return (struct plot_sector){0.75, 1.0, 60.0 * s, 60.0};
    if (s <= 12)
        return (struct plot_sector){0.5, 0.75, 60.0 * (s - 6), 60.0};
    if (s <= 16)
        return (struct plot_sector){0.25, 0.5, 45.0 + 90.0 * (s - 13), 90.0};
    return (struct plot_sector){0.0, 0.25, 0.0, 360.0};
}

static struct plot_point polar(const struct layout *l, double r, double deg)
{
    const double angle = deg * PI / 180.0;
    return (struct plot_point){l->centre.x + l->radius * r * cos(angle),
                               l->centre.y - l->radius * r * sin(angle)};
}

/* The line round a sector; its number of points. */
static size_t trace(const struct layout *l, const struct plot_sector *s,
                    struct plot_point at[static CORNERS])
{
    const int steps = (int)lround(s->deg / DEG_STEP);
    size_t n = 0;

    for (int i = 0; i <= steps; i++)
        at[n++] = polar(l, s->outer, s->from_deg + i * DEG_STEP);
    for (int i = steps; s->inner > 0.0 && i >= 0; i--)
        at[n++] = polar(l, s->inner, s->from_deg + i * DEG_STEP);
    return n;
}

static bool is_inside(const struct layout *l, const struct plot_sector *s,
                      struct plot_point p)
{
    const double x = (p.x - l->centre.x) / l->radius;
    const double y = (l->centre.y - p.y) / l->radius, square = x * x + y * y;

    if (square < s->inner * s->inner || square > s->outer * s->outer)
        return false; /* as most are */
    double turn = atan2(y, x) * 180.0 / PI - s->from_deg;
    while (turn < 0.0)
        turn += 360.0;
    return turn <= s->deg;
}

/* Diagonal lines, on one raster for all sectors; of each the parts inside. */
static void hatch(struct plot_canvas *canvas, const struct layout *l,
                  const struct plot_sector *s)
{
    const struct plot_pen pen = {PLOT_PALE, HATCH_PT, 0.0};
    const double gap = HATCH_MM * l->scale, half = l->radius;
    const int lines = (int)(2.0 * half / gap),
              steps = (int)(2.0 * half / HATCH_STEP_MM);

    for (int k = -lines; k <= lines; k++) {
        struct plot_point from = {0.0, 0.0}, last = {0.0, 0.0};
        bool on = false;
        for (int i = 0; i <= steps; i++) {
            const double t = HATCH_STEP_MM * i - half;
            const struct plot_point p = {l->centre.x + t, l->centre.y + gap * k - t};
            const bool in = is_inside(l, s, p);
            if (in && !on)
                from = p;
            if (!in && on)
                plot_canvas_segment(canvas, from, last, &pen);
            on = in;
            last = p;
        }
        if (on)
            plot_canvas_segment(canvas, from, last, &pen);
    }
}

static double share_of(const struct plot_bulls_eye *eye, double value)
{
    return (value - eye->scale.lo) / (eye->scale.hi - eye->scale.lo);
}

static void say_segment(const struct plot_bulls_eye *eye, int segment,
                        char text[static PLOT_NUMBER_ROOM])
{
    const double value = eye->value[segment - 1];

    text[0] = '\0';
    if (eye->text == PLOT_BULLS_EYE_NUMBERS)
        plot_axes_number(segment, 0, text);
    else if (!isnan(value))
        plot_axes_number(value, eye->decimals, text);
}

/* The size at which the longest number fits across a ring. */
static double number_pt(struct plot_canvas *canvas, const struct plot_bulls_eye *eye,
                        const struct layout *l)
{
    const struct plot_text style = {.size_pt = PLOT_LABEL_PT, .paint = PLOT_BLACK};
    double widest = 0.0;

    for (int s = 1; s <= PLOT_SEGMENTS; s++) {
        char text[PLOT_NUMBER_ROOM];
        say_segment(eye, s, text);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text));
    }
    const double room = FILL * 0.25 * l->radius;
    return widest > room ? PLOT_LABEL_PT * room / widest : PLOT_LABEL_PT;
}

/* No hatching under letters. */
static void clear_ground(struct plot_canvas *canvas, struct plot_point middle,
                         const struct plot_text *style, const char *text)
{
    const double high = 2.0 * letters_mm(style->size_pt);
    const double wide =
        plot_canvas_text_width(canvas, style, text) + letters_mm(style->size_pt);
    const struct plot_box ground = {middle.x - 0.5 * wide, middle.y - 0.5 * high, wide,
                                    high};
    plot_canvas_fill(canvas, &ground, &NOTHING);
}

static void draw_segment(struct plot_canvas *canvas, const struct plot_bulls_eye *eye,
                         const struct layout *l, int segment, double size_pt)
{
    const struct plot_pen edge = {PLOT_DARK, EDGE_PT * l->scale, 0.0};
    const struct plot_sector s = plot_bulls_eye_sector(segment);
    const double value = eye->value[segment - 1];
    const struct plot_paint fill =
        isnan(value) ? NOTHING : plot_palette_at(share_of(eye, value));
    const struct plot_text style = {.size_pt = size_pt,
                                    .paint = plot_palette_ink(&fill),
                                    .across = 0.5,
                                    .down = 0.5};
    struct plot_point at[CORNERS];
    char text[PLOT_NUMBER_ROOM];
    const size_t n = trace(l, &s, at);

    plot_canvas_polygon(canvas, at, n, &fill);
    if (isnan(value))
        hatch(canvas, l, &s);
    plot_canvas_line(canvas, at, n, true, &edge);
    say_segment(eye, segment, text);
    const double middle = s.inner > 0.0 ? 0.5 * (s.inner + s.outer) : 0.0;
    const struct plot_point where = polar(l, middle, s.from_deg + 0.5 * s.deg);
    if (size_pt < LEAST_PT || text[0] == '\0')
        return;
    if (isnan(value))
        clear_ground(canvas, where, &style, text);
    plot_canvas_text(canvas, where, &style, text);
}

/* Where the right ventricle is attached: a triangle that points at the ring. */
static void draw_mark(struct plot_canvas *canvas, const struct layout *l, double deg)
{
    const double size = MARK * l->scale / l->radius;
    const double half = 0.33 * size * 180.0 / PI; /* slim: it points at the ring */
    const struct plot_point corner[] = {polar(l, 1.0 + 0.2 * size, deg),
                                        polar(l, 1.0 + 1.4 * size, deg - half),
                                        polar(l, 1.0 + 1.4 * size, deg + half)};
    const struct plot_paint paint = PLOT_DARK;
    plot_canvas_polygon(canvas, corner, 3, &paint);
}

static void draw_word(struct plot_canvas *canvas, const struct layout *l, double deg,
                      const char *word)
{
    const double gap = WORD_GAP * l->scale / l->radius;
    const bool side = fmod(deg, 180.0) == 0.0;
    const struct plot_text style = {.size_pt = l->words_pt,
                                    .paint = PLOT_DARK,
                                    .across = 0.5,
                                    .down = deg == 90.0 || deg == 180.0 ? 1.0 : 0.0,
                                    .upright = side};
    if (word != NULL && l->words_pt >= LEAST_PT)
        plot_canvas_text(canvas, polar(l, 1.0 + gap, deg), &style, word);
}

/* Each step is painted up to the top, so that no seam is seen between two. */
static void draw_bar(struct plot_canvas *canvas, const struct plot_bulls_eye *eye,
                     const struct layout *l)
{
    const struct plot_pen pen = {PLOT_DARK, EDGE_PT * l->scale, 0.0};
    const struct plot_box *b = &l->bar;
    const double right = b->x + b->w;
    struct plot_text style = {.size_pt = l->words_pt, .paint = PLOT_DARK, .down = 0.5};
    double widest = 0.0;

    for (int i = 0; i < BAR_STEPS; i++) {
        const struct plot_box rest = {b->x, b->y, b->w,
                                      b->h * (BAR_STEPS - i) / BAR_STEPS};
        const struct plot_paint paint = plot_palette_at((i + 0.5) / BAR_STEPS);
        plot_canvas_fill(canvas, &rest, &paint);
    }
    const struct plot_point corner[] = {
        {b->x, b->y}, {right, b->y}, {right, b->y + b->h}, {b->x, b->y + b->h}};
    plot_canvas_line(canvas, corner, 4, true, &pen);
    for (int i = 0; i < l->ticks.count; i++) {
        const double value = l->ticks.first + i * l->ticks.step;
        const double y = b->y + b->h * (1.0 - share_of(eye, value));
        char text[PLOT_NUMBER_ROOM];
        plot_axes_number(value, l->ticks.decimals, text);
        plot_canvas_segment(canvas, (struct plot_point){right, y},
                            (struct plot_point){right + TICK * l->scale, y}, &pen);
        plot_canvas_text(canvas,
                         (struct plot_point){right + (TICK + NUMBER_GAP) * l->scale, y},
                         &style, text);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text));
    }
    if (eye->scale.label == NULL)
        return;
    style.upright = true;
    style.across = 0.5;
    style.down = 0.0;
    style.paint = PLOT_BLACK;
    style.size_pt =
        fmin(l->words_pt, plot_axes_label_pt(canvas, eye->scale.label, b->h));
    plot_canvas_text(
        canvas,
        (struct plot_point){right + (TICK + NUMBER_GAP + LABEL_GAP) * l->scale + widest,
                            b->y + 0.5 * b->h},
        &style, eye->scale.label);
}

/* The bar's room to the right of the rings, at the layout's scale. */
static double bar_room(struct plot_canvas *canvas, const struct plot_bulls_eye *eye,
                       const struct layout *l)
{
    const struct plot_text style = {.size_pt = l->words_pt, .paint = PLOT_DARK};
    double widest = 0.0;

    for (int i = 0; i < l->ticks.count; i++) {
        char text[PLOT_NUMBER_ROOM];
        plot_axes_number(l->ticks.first + i * l->ticks.step, l->ticks.decimals, text);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text));
    }
    return (BAR_GAP + BAR + TICK + NUMBER_GAP) * l->scale + widest +
           (eye->scale.label != NULL ? LABEL_GAP * l->scale + letters_mm(l->words_pt)
                                     : 0.0);
}

static bool plan(struct plot_canvas *canvas, const struct plot_box *box,
                 const struct plot_bulls_eye *eye, struct layout *l, struct err *err)
{
    const struct plot_bulls_eye_words *w = &eye->words;
    const bool words = w->anterior || w->septal || w->inferior || w->lateral;

    if (!(box->w >= LEAST_MM && box->h >= LEAST_MM))
        return ERR_FAIL(err, ERR_ARG, "bull's eye: a box of %g x %g mm", box->w,
                        box->h);
    if (eye->decimals < 0 || eye->decimals > 3)
        return ERR_FAIL(err, ERR_ARG, "bull's eye: %d decimals", eye->decimals);
    for (int s = 0; s < PLOT_SEGMENTS; s++)
        if (isinf(eye->value[s]))
            return ERR_FAIL(err, ERR_NUMERIC, "bull's eye: segment %d is infinite",
                            s + 1);
    if (!plot_axes_ticks(eye->scale.lo, eye->scale.hi, MOST_TICKS, &l->ticks, err))
        return false;
    l->scale = fmax(LEAST_SCALE, fmin(1.0, fmin(0.75 * box->w, box->h) / FULL_MM));
    l->words_pt = PLOT_SMALL_PT * l->scale;
    const double head = eye->title != NULL ? TITLE * l->scale : 0.0;
    const double room =
        words ? WORD_GAP * l->scale + letters_mm(l->words_pt) : 0.5 * EDGE_PT;
    const double bar = bar_room(canvas, eye, l);
    l->radius = 0.5 * fmin(box->w - bar, box->h - head) - room;
    if (!(l->radius > 0.0))
        return ERR_FAIL(err, ERR_ARG, "bull's eye: no room for the rings");
    const double width = 2.0 * (l->radius + room) + bar;
    l->centre = (struct plot_point){box->x + 0.5 * (box->w - width) + room + l->radius,
                                    box->y + head + 0.5 * (box->h - head)};
    l->bar = (struct plot_box){l->centre.x + l->radius + room + BAR_GAP * l->scale,
                               l->centre.y - BAR_PART * l->radius, BAR * l->scale,
                               2.0 * BAR_PART * l->radius};
    return true;
}

bool plot_bulls_eye_draw(struct plot_canvas *canvas, const struct plot_box *box,
                         const struct plot_bulls_eye *eye, struct err *err)
{
    struct layout l = {0};

    if (!plan(canvas, box, eye, &l, err))
        return false;
    const double size_pt = number_pt(canvas, eye, &l);
    for (int s = 1; s <= PLOT_SEGMENTS; s++)
        draw_segment(canvas, eye, &l, s, size_pt);
    draw_mark(canvas, &l, 120.0);
    draw_mark(canvas, &l, 240.0);
    draw_word(canvas, &l, 90.0, eye->words.anterior);
    draw_word(canvas, &l, 180.0, eye->words.septal);
    draw_word(canvas, &l, 270.0, eye->words.inferior);
    draw_word(canvas, &l, 0.0, eye->words.lateral);
    draw_bar(canvas, eye, &l);
    if (eye->title != NULL) {
        const struct plot_text style = {.size_pt = PLOT_LABEL_PT * l.scale,
                                        .paint = PLOT_BLACK,
                                        .across = 0.5,
                                        .bold = true};
        plot_canvas_text(canvas, (struct plot_point){l.centre.x, box->y}, &style,
                         eye->title);
    }
    return true;
}
