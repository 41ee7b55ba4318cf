#include <math.h>
#include <stdio.h>

#include "plot/contours_figure.h"
#include "report/patient_parts.h"
#include "report/sheet.h"

/* Millimetres. */
static const double GAP = 3.0, HEADLINE_H = 22.0, KEY_GAP = 1.0, KEY_MOST_H = 64.0;
static const double EYE_W = 82.0, EYE_H = 84.0, PAIR_NAME = 37.0, METHOD_NAME = 30.0;
static const double TILE_GAP = 1.2, TILE_WORDS = 5.4, TILE_MOST_H = 60.0;
static const double SWATCH = 7.0, SWATCH_PT = 1.4;

static const double IMAGE_DPI = 120.0;
/* Errors of half a grey level of 256 in the mean, at a quarter of the bytes. */
enum { JPEG_QUALITY = 92 };

#define PALE ((struct plot_paint){0.955, 0.955, 0.955, 1.0})
/* Of a verdict that asks for a reader; dark letters on it are read in grey too. */
#define AMBER ((struct plot_paint){1.0, 0.88, 0.55, 1.0})
#define DARK ((struct plot_paint){0.1, 0.1, 0.1, 1.0})

static const char *word(const struct report_sheet *s, enum report_word w)
{
    return report_word(s->facts->lang, w);
}

/* ---- page 1 ---- */

static void headlines(struct report_sheet *s)
{
    const double w = (REPORT_TEXT_W - (REPORT_HEADLINES - 1) * GAP) / REPORT_HEADLINES;
    const bool doubt = s->facts->result->quality.verdict != QUALITY_ACCEPT;

    for (int i = 0; i < REPORT_HEADLINES; i++) {
        const struct report_headline *h = &s->facts->headline[i];
        const struct plot_box box = {REPORT_MARGIN + i * (w + GAP), s->y, w,
                                     HEADLINE_H};
        const bool alarm = doubt && i == REPORT_HEADLINES - 1;
        const double x = box.x + 2.5, inner = box.w - 5.0;
        report_sheet_box(s, &box, alarm ? &AMBER : &PALE, alarm ? 1.2 : 0.0);
        report_sheet_line(s, REPORT_SMALL, (struct plot_point){x, s->y + 2.2}, 0.0,
                          inner, h->name);
        report_sheet_line(s, REPORT_HUGE, (struct plot_point){x, s->y + 6.6}, 0.0,
                          inner, h->value);
        report_sheet_line(s, REPORT_BODY, (struct plot_point){x, s->y + 14.0}, 0.0,
                          inner, h->more[0]);
        report_sheet_line(s, REPORT_SMALL, (struct plot_point){x, s->y + 18.0}, 0.0,
                          inner, h->more[1]);
    }
    s->y += HEADLINE_H + GAP;
}

static void quality(struct report_sheet *s)
{
    const enum report_face face = s->facts->result->quality.verdict == QUALITY_ACCEPT
                                      ? REPORT_SMALL
                                      : REPORT_BODY;
    s->y += report_sheet_paragraph(s, face, (struct plot_point){REPORT_MARGIN, s->y},
                                   REPORT_TEXT_W, s->facts->quality) +
            GAP;
}

static struct plot_paint ink_paint(const struct plot_ink *ink)
{
    return (struct plot_paint){ink->rgb[0] / 255.0, ink->rgb[1] / 255.0,
                               ink->rgb[2] / 255.0, 1.0};
}

/* What the colours and the bar mean, in one line from `x`. */
static void legend(struct report_sheet *s, const struct report_parts *p, double x)
{
    static const enum report_word name[PLOT_INKS] = {WORD_LEGEND_MYOCARDIUM,
                                                     WORD_LEGEND_SCAR};
    const struct plot_text style = {
        .size_pt = 7.0, .paint = {0.33, 0.33, 0.33, 1.0}, .bold = false};
    char bar[64], length[16];

    (void)snprintf(length, sizeof length, "%g", p->scene.montage.bar_mm);
    report_words_fill(s->facts->lang, WORD_LEGEND_BAR, (const char *const[]){length}, 1,
                      bar, sizeof bar);
    for (int i = 0; i < PLOT_INKS; i++) {
        const struct plot_box ground = {x, s->y - 0.4, SWATCH, 2.6};
        const struct plot_pen pen = {ink_paint(&p->scene.montage.ink[i]), SWATCH_PT,
                                     0.0};
        report_sheet_box(s, &ground, &DARK, 0.0); /* yellow is pale on white */
        if (!s->dry)
            plot_canvas_segment(s->canvas, (struct plot_point){x + 0.8, s->y + 0.9},
                                (struct plot_point){x + SWATCH - 0.8, s->y + 0.9},
                                &pen);
        x += SWATCH + 1.5;
        if (!s->dry)
            plot_canvas_text(s->canvas, (struct plot_point){x, s->y}, &style,
                             word(s, name[i]));
        x += plot_canvas_text_width(s->canvas, &style, word(s, name[i])) + 5.0;
    }
    report_sheet_line(s, REPORT_SMALL, (struct plot_point){x, s->y}, 0.0, 60.0, bar);
    s->y += 4.0;
}

/* Height of a tile over its width. */
static double aspect_of(const struct plot_montage *m)
{
    return (m->view.y1 - m->view.y0) * m->pixel_mm[1] /
           ((m->view.x1 - m->view.x0) * m->pixel_mm[0]);
}

/* The fullest of these texts that the width holds, else the last. */
static const char *fitting(struct report_sheet *s, double width,
                           char text[][3 * REPORT_CELL], int texts)
{
    const struct plot_text style = {.size_pt = 7.0};
    int best = 0;

    while (best < texts - 1 &&
           plot_canvas_text_width(s->canvas, &style, text[best]) > width)
        best++;
    return text[best];
}

/* "slice 5 · mid · 17.1 %", as far as it is known and there is room; the number stands
 * on the tile too. */
static void tile_words(struct report_sheet *s, int32_t k, const struct plot_box *tile)
{
    enum { WITH_LEVEL, WITHOUT_LEVEL, ALONE, TEXTS };
    const struct report_facts *f = s->facts;
    const struct lv_slice *slice = &f->result->lv->slices[k];
    const char *const cell[2] = {report_cells_at(&f->slices, (size_t)k, 0),
                                 report_cells_at(&f->slices, (size_t)k, 4)};
    const char *level = report_cells_at(&f->slices, (size_t)k, 1);
    const bool has_level = f->segments.rows > 0 && slice->myocardium_ml > 0.0;
    const bool known = isfinite(slice->percent_lge);
    char number[REPORT_CELL], percent[REPORT_CELL] = "", text[TEXTS][3 * REPORT_CELL];

    report_words_fill(f->lang, WORD_SLICE_NUMBER, &cell[0], 1, number, sizeof number);
    if (known)
        report_words_fill(f->lang, WORD_PERCENT_IS, &cell[1], 1, percent,
                          sizeof percent);
    (void)snprintf(text[WITH_LEVEL], sizeof text[0], "%s%s%s%s%s", number,
                   has_level ? " · " : "", has_level ? level : "", known ? " · " : "",
                   percent);
    (void)snprintf(text[WITHOUT_LEVEL], sizeof text[0], "%s%s%s", number,
                   known ? " · " : "", percent);
    (void)snprintf(text[ALONE], sizeof text[0], "%s", known ? percent : number);
    report_sheet_line(s, REPORT_SMALL,
                      (struct plot_point){tile->x, tile->y + tile->h + 1.0}, 0.0,
                      tile->w, s->dry ? "" : fitting(s, tile->w, text, TEXTS));
}

static bool key_images(struct report_sheet *s, const struct report_parts *p,
                       struct err *err)
{
    const struct plot_montage *m = &p->scene.montage;
    const double aspect = aspect_of(m);
    const double room =
        (REPORT_TEXT_W - (REPORT_KEY_IMAGES - 1) * KEY_GAP) / REPORT_KEY_IMAGES;
    const double w = fmin(room, KEY_MOST_H / aspect);

    for (int i = 0; i < p->keys && !s->dry; i++) {
        const struct plot_box box = {REPORT_MARGIN + i * (w + KEY_GAP), s->y, w,
                                     w * aspect};
        if (!plot_contours_figure_tile(s->canvas, m, &m->tile[p->key[i]], i == 0, &box,
                                       err))
            return false;
        tile_words(s, p->key[i], &box);
    }
    s->y += w * aspect + TILE_WORDS + 0.6;
    legend(s, p, REPORT_MARGIN);
    s->y += 1.0;
    return true;
}

/* Bull's eye at the left, measurements at the right. */
static bool eye_and_measures(struct report_sheet *s, const struct report_parts *p,
                             struct err *err)
{
    const bool eye = p->report->result->shape != NULL;
    const double x = REPORT_MARGIN + (eye ? EYE_W + 2.0 * GAP : 0.0);
    const double w = REPORT_MARGIN + REPORT_TEXT_W - x;
    const double top = s->y;
    double h = report_sheet_heading(s, (struct plot_point){x, top}, w, WORD_MEASURES);

    h += report_sheet_pairs(s, (struct plot_point){x, top + h}, w, PAIR_NAME,
                            &p->facts.measures);
    if (eye) {
        const double head = report_sheet_heading(
            s, (struct plot_point){REPORT_MARGIN, top}, EYE_W, WORD_BULLS_EYE);
        const struct plot_box box = {REPORT_MARGIN, top + head, EYE_W, EYE_H - head};
        if (!s->dry && !plot_bulls_eye_draw(s->canvas, &box, &p->eye, err))
            return false;
        h = fmax(h, EYE_H);
    }
    s->y = top + h + GAP;
    return true;
}

static double draw_method(struct report_sheet *s)
{
    const struct plot_point at = {REPORT_MARGIN, s->y};
    const double head = report_sheet_heading(s, at, REPORT_TEXT_W, WORD_METHOD);

    return head + report_sheet_pairs(s, (struct plot_point){at.x, at.y + head},
                                     REPORT_TEXT_W, METHOD_NAME, &s->facts->method);
}

/* With many reasons for a verdict above it there may be no room for it on the page. */
static void method(struct report_sheet *s)
{
    struct report_sheet measured = *s;

    measured.dry = true;
    report_sheet_need(s, draw_method(&measured));
    s->y += draw_method(s);
}

/* ---- the pages behind it ---- */

static bool all_slices(struct report_sheet *s, const struct report_parts *p,
                       struct err *err)
{
    const struct plot_montage *m = &p->scene.montage;
    const int columns = m->slices <= 24 ? 4 : m->slices <= 72 ? 6 : 8;
    const double aspect = aspect_of(m);
    const double room = (REPORT_TEXT_W + TILE_GAP) / columns;
    const double w = fmin(room - TILE_GAP, TILE_MOST_H / aspect);

    s->y += report_sheet_heading(s, (struct plot_point){REPORT_MARGIN, s->y},
                                 REPORT_TEXT_W, WORD_SLICES);
    legend(s, p, REPORT_MARGIN);
    for (int32_t k = 0; k < m->slices; k++) {
        const int column = k % columns;
        if (column == 0)
            report_sheet_need(s, w * aspect + TILE_WORDS);
        const struct plot_box tile = {REPORT_MARGIN + column * room, s->y, w,
                                      w * aspect};
        if (!s->dry &&
            !plot_contours_figure_tile(s->canvas, m, &m->tile[k], k == 0, &tile, err))
            return false;
        tile_words(s, k, &tile);
        if (column == columns - 1 || k == m->slices - 1)
            s->y += w * aspect + TILE_WORDS;
    }
    s->y += GAP;
    return true;
}

static void note(struct report_sheet *s, enum report_word text)
{
    s->y += report_sheet_paragraph(s, REPORT_SMALL,
                                   (struct plot_point){REPORT_MARGIN, s->y},
                                   REPORT_TEXT_W, word(s, text)) +
            2.0 * GAP;
}

static void tables(struct report_sheet *s)
{
    static const double segment_w[REPORT_SEGMENT_COLUMNS] = {48.0, 20.0, 20.0, 20.0,
                                                             20.0, 20.0, 20.0, 12.0};
    static const double slice_w[REPORT_SLICE_COLUMNS] = {24.0, 36.0, 40.0, 40.0, 40.0};

    if (s->facts->segments.rows > 0) {
        report_sheet_need(s, 116.0); /* the 17 on one page */
        s->y += report_sheet_heading(s, (struct plot_point){REPORT_MARGIN, s->y},
                                     REPORT_TEXT_W, WORD_SEGMENT_TABLE);
        report_sheet_table(s, &s->facts->segments, report_facts_segment_heads(),
                           segment_w, 1);
        note(s, WORD_SEGMENT_NOTE);
    }
    report_sheet_need(s, 40.0);
    s->y += report_sheet_heading(s, (struct plot_point){REPORT_MARGIN, s->y},
                                 REPORT_TEXT_W, WORD_SLICE_TABLE);
    report_sheet_table(s, &s->facts->slices, report_facts_slice_heads(), slice_w, 2);
    report_sheet_need(s, 5.0);
    note(s, report_facts_slice_note(s->facts));
}

static bool lay_out(struct report_sheet *s, const struct report_parts *p,
                    struct err *err)
{
    report_sheet_new_page(s);
    headlines(s);
    quality(s);
    if (!key_images(s, p, err) || !eye_and_measures(s, p, err))
        return false;
    method(s);
    report_sheet_new_page(s);
    if (!all_slices(s, p, err))
        return false;
    tables(s);
    return true;
}

bool report_patient_pdf(const struct report_parts *parts, struct bytes *out,
                        struct err *err)
{
    char title[512];
    (void)snprintf(title, sizeof title, "%s: %s",
                   report_word(parts->facts.lang, WORD_TITLE), parts->facts.id);
    const struct plot_sheet paper = {.width_mm = REPORT_PAGE_W,
                                     .height_mm = REPORT_PAGE_H,
                                     .title = title,
                                     .formats = 1u << PLOT_PDF,
                                     .image_dpi = IMAGE_DPI,
                                     .jpeg_quality = JPEG_QUALITY,
                                     .han = parts->facts.lang == REPORT_CHINESE};
    struct plot_canvas *canvas = NULL;

    if (!plot_canvas_open(&paper, &canvas, err))
        return false;
    struct report_sheet dry = {.canvas = canvas, .facts = &parts->facts, .dry = true};
    bool ok = lay_out(&dry, parts, err);
    struct report_sheet real = {
        .canvas = canvas, .facts = &parts->facts, .pages = dry.page};
    ok = ok && lay_out(&real, parts, err) && plot_canvas_take(canvas, out, err);
    plot_canvas_free(canvas);
    return ok;
}
