#include "report/sheet.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* Millimetres. */
static const double TOP = 12.0, FOOT = 10.0, ROW = 4.9, CELL_PAD = 1.2, HEAD_ROW = 8.4;
static const double ID_W = 62.0, COLUMN_GAP = 3.0;
static const double RULE_PT = 0.5, FINE_PT = 0.25;

#define INK ((struct plot_paint){0.08, 0.08, 0.08, 1.0})
#define GREY ((struct plot_paint){0.33, 0.33, 0.33, 1.0})
#define LINE ((struct plot_paint){0.55, 0.55, 0.55, 1.0})
#define BAND ((struct plot_paint){0.95, 0.95, 0.95, 1.0})

static struct plot_text face_text(enum report_face face)
{
    static const double size_pt[REPORT_FACES] = {[REPORT_BODY] = 8.0,
                                                 [REPORT_SMALL] = 7.0,
                                                 [REPORT_HEAD] = 9.5,
                                                 [REPORT_HUGE] = 19.0};
    return (struct plot_text){.size_pt = size_pt[face],
                              .paint = face == REPORT_SMALL ? GREY : INK,
                              .bold = face == REPORT_HEAD || face == REPORT_HUGE};
}

void report_sheet_line(struct report_sheet *s, enum report_face face,
                       struct plot_point at, double across, double width,
                       const char *text)
{
    struct plot_text style = face_text(face);

    if (s->dry)
        return;
    style.across = across;
    style.lines = 1;
    style.wrap_mm = width;
    plot_canvas_text(s->canvas, at, &style, text);
}

double report_sheet_paragraph(struct report_sheet *s, enum report_face face,
                              struct plot_point at, double width, const char *text)
{
    struct plot_text style = face_text(face);

    style.wrap_mm = width;
    if (!s->dry)
        plot_canvas_text(s->canvas, at, &style, text);
    return plot_canvas_text_height(s->canvas, &style, text);
}

void report_sheet_box(struct report_sheet *s, const struct plot_box *box,
                      const struct plot_paint *fill, double frame_pt)
{
    const struct plot_point corner[4] = {{box->x, box->y},
                                         {box->x + box->w, box->y},
                                         {box->x + box->w, box->y + box->h},
                                         {box->x, box->y + box->h}};
    const struct plot_pen pen = {INK, frame_pt, 0.0};

    if (s->dry)
        return;
    plot_canvas_fill(s->canvas, box, fill);
    if (frame_pt > 0.0)
        plot_canvas_line(s->canvas, corner, 4, true, &pen);
}

static void rule(struct report_sheet *s, double x, double y, double width, double pt)
{
    const struct plot_pen pen = {LINE, pt, 0.0};

    if (!s->dry)
        plot_canvas_segment(s->canvas, (struct plot_point){x, y},
                            (struct plot_point){x + width, y}, &pen);
}

static const char *word(const struct report_sheet *s, enum report_word w)
{
    return report_word(s->facts->lang, w);
}

static void footer(struct report_sheet *s)
{
    const double y = REPORT_PAGE_H - FOOT;
    const struct patient_result *r = s->facts->result;
    char page[64], number[2][16], program[256];

    (void)snprintf(number[0], sizeof number[0], "%d", s->page);
    (void)snprintf(number[1], sizeof number[1], "%d", s->pages);
    report_words_fill(s->facts->lang, WORD_PAGE,
                      (const char *const[]){number[0], number[1]}, 2, page,
                      sizeof page);
    (void)snprintf(program, sizeof program, "%s %s",
                   r->program.name != NULL ? r->program.name : "",
                   r->program.version != NULL ? r->program.version : "");
    rule(s, REPORT_MARGIN, y - 2.5, REPORT_TEXT_W, FINE_PT);
    report_sheet_line(s, REPORT_SMALL, (struct plot_point){REPORT_MARGIN, y}, 0.0,
                      0.45 * REPORT_TEXT_W, word(s, WORD_RESEARCH_ONLY));
    report_sheet_line(s, REPORT_SMALL,
                      (struct plot_point){REPORT_MARGIN + 0.5 * REPORT_TEXT_W, y}, 0.0,
                      0.25 * REPORT_TEXT_W, program);
    report_sheet_line(s, REPORT_SMALL,
                      (struct plot_point){REPORT_MARGIN + REPORT_TEXT_W, y}, 1.0,
                      0.25 * REPORT_TEXT_W, page);
}

/* Title and name; on the first page what this is not. */
static void header(struct report_sheet *s)
{
    const double right = REPORT_MARGIN + REPORT_TEXT_W;
    const double title_w = REPORT_TEXT_W - ID_W - COLUMN_GAP;
    struct plot_text id = face_text(REPORT_HEAD);
    double left_h, right_h;

    id.across = 1.0;
    id.wrap_mm = ID_W;
    id.lines = 2;
    if (s->page == 1) {
        struct plot_text title = face_text(REPORT_HEAD),
                         label = face_text(REPORT_SMALL);
        title.size_pt = 12.5;
        title.wrap_mm = title_w;
        label.across = 1.0;
        left_h = plot_canvas_text_height(s->canvas, &title, word(s, WORD_TITLE));
        right_h = 4.5 + plot_canvas_text_height(s->canvas, &id, s->facts->id);
        if (!s->dry) {
            plot_canvas_text(s->canvas, (struct plot_point){REPORT_MARGIN, TOP}, &title,
                             word(s, WORD_TITLE));
            plot_canvas_text(s->canvas, (struct plot_point){right, TOP}, &label,
                             word(s, WORD_PATIENT));
            plot_canvas_text(s->canvas, (struct plot_point){right, TOP + 4.5}, &id,
                             s->facts->id);
        }
        left_h += 1.0;
        report_sheet_line(s, REPORT_HEAD,
                          (struct plot_point){REPORT_MARGIN, TOP + left_h}, 0.0,
                          title_w, word(s, WORD_RESEARCH_ONLY));
        left_h += 4.0;
    } else {
        id.size_pt = 8.0;
        id.lines = 1;
        left_h = right_h = 3.0;
        report_sheet_line(s, REPORT_SMALL, (struct plot_point){REPORT_MARGIN, TOP}, 0.0,
                          title_w, word(s, WORD_TITLE));
        if (!s->dry)
            plot_canvas_text(s->canvas, (struct plot_point){right, TOP}, &id,
                             s->facts->id);
    }
    s->y = TOP + fmax(left_h, right_h) + 1.5;
    rule(s, REPORT_MARGIN, s->y, REPORT_TEXT_W, RULE_PT);
    s->y += 4.0;
}

void report_sheet_new_page(struct report_sheet *s)
{
    if (s->page > 0 && !s->dry)
        plot_canvas_next_page(s->canvas);
    s->page++;
    header(s);
    footer(s);
}

void report_sheet_need(struct report_sheet *s, double height)
{
    if (s->y + height > REPORT_PAGE_H - FOOT - 4.0)
        report_sheet_new_page(s);
}

double report_sheet_heading(struct report_sheet *s, struct plot_point at, double width,
                            enum report_word head)
{
    report_sheet_line(s, REPORT_HEAD, at, 0.0, width, word(s, head));
    rule(s, at.x, at.y + 4.2, width, FINE_PT);
    return 6.2;
}

double report_sheet_pairs(struct report_sheet *s, struct plot_point at, double width,
                          double name_w, const struct report_cells *cells)
{
    double y = at.y;

    for (size_t r = 0; r < cells->rows; r++) {
        const double name_h =
            report_sheet_paragraph(s, REPORT_SMALL, (struct plot_point){at.x, y + 0.15},
                                   name_w - CELL_PAD, report_cells_at(cells, r, 0));
        const double value_h = report_sheet_paragraph(
            s, REPORT_BODY, (struct plot_point){at.x + name_w, y}, width - name_w,
            report_cells_at(cells, r, 1));
        y += fmax(name_h, value_h) + 1.1;
    }
    return y - at.y;
}

/* How one row is set. */
struct row {
    struct plot_text style;
    const double *width;
    size_t columns, texts; /* the first are texts, the others numbers: end right */
};

static double row_width(const struct row *r)
{
    double total = 0.0;

    for (size_t c = 0; c < r->columns; c++)
        total += r->width[c];
    return total;
}

/* Height of the row's highest text; it is drawn at s->y. */
static double set_row(struct report_sheet *s, const struct row *r,
                      const char *const *text)
{
    double x = REPORT_MARGIN, high = 0.0;

    for (size_t c = 0; c < r->columns; c++) {
        struct plot_text style = r->style;
        const bool number = c >= r->texts;
        style.across = number ? 1.0 : 0.0;
        style.wrap_mm = r->width[c] - 2.0 * CELL_PAD;
        const struct plot_point at = {x + (number ? r->width[c] - CELL_PAD : CELL_PAD),
                                      s->y + CELL_PAD};
        if (!s->dry)
            plot_canvas_text(s->canvas, at, &style, text[c]);
        high = fmax(high, plot_canvas_text_height(s->canvas, &style, text[c]));
        x += r->width[c];
    }
    return high;
}

static void table_head(struct report_sheet *s, const struct row *row,
                       const enum report_word *head)
{
    struct row bold = *row;
    const char *text[REPORT_SEGMENT_COLUMNS] = {NULL};

    bold.style = face_text(REPORT_SMALL);
    bold.style.paint = INK;
    bold.style.bold = true;
    bold.style.lines = 2;
    for (size_t c = 0; c < row->columns; c++)
        text[c] = word(s, head[c]);
    s->y += set_row(s, &bold, text) + CELL_PAD;
    rule(s, REPORT_MARGIN, s->y, row_width(row), RULE_PT);
}

void report_sheet_table(struct report_sheet *s, const struct report_cells *cells,
                        const enum report_word *head, const double *width, size_t texts)
{
    struct row row = {face_text(REPORT_BODY), width, cells->columns, texts};
    const char *text[REPORT_SEGMENT_COLUMNS] = {NULL};

    assert(cells->columns <= ARRAY_LEN(text));
    row.style.lines = 1;
    report_sheet_need(s, HEAD_ROW + 3.0 * ROW);
    table_head(s, &row, head);
    for (size_t r = 0; r < cells->rows; r++) {
        const int page = s->page;
        /* the last row does not begin a page by itself */
        report_sheet_need(s, r + 2 == cells->rows ? 2.0 * ROW : ROW);
        if (s->page != page)
            table_head(s, &row, head);
        const struct plot_box band = {REPORT_MARGIN, s->y, row_width(&row), ROW};
        if (r % 2 == 1)
            report_sheet_box(s, &band, &BAND, 0.0);
        for (size_t c = 0; c < cells->columns; c++)
            text[c] = report_cells_at(cells, r, c);
        if (!s->dry)
            (void)set_row(s, &row, text);
        s->y += ROW;
    }
    rule(s, REPORT_MARGIN, s->y, row_width(&row), FINE_PT);
    s->y += 1.5;
}
