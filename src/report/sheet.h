/*
 * sheet.h - the pages of a patient's report: furniture, paragraphs, tables that flow.
 *
 * Layer:  report.
 * Thread: as its canvas: one.
 *
 * A report is laid out twice: once dry, to know how many pages there will be, and once
 * drawing.  Both take the same way, since what they ask of the canvas (how high is this
 * text?) does not depend on what was drawn.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include "plot/canvas.h"
#include "report/facts.h"

/* A4 in millimetres; text stands between the margins. */
#define REPORT_PAGE_W 210.0
#define REPORT_PAGE_H 297.0
#define REPORT_MARGIN 15.0
#define REPORT_TEXT_W (REPORT_PAGE_W - 2.0 * REPORT_MARGIN)

struct report_sheet {
    struct plot_canvas *canvas;
    const struct report_facts *facts;
    double y;        /* where the next thing begins */
    int page, pages; /* from 1; pages is 0 in the dry run */
    bool dry;
};

/* How a text looks. */
enum report_face {
    REPORT_BODY,
    REPORT_SMALL, /* grey, for notes */
    REPORT_HEAD,  /* of a section */
    REPORT_HUGE,  /* the numbers that are read first */
    REPORT_FACES
};

/** Begin page 1 or the next one: header and footer, `y` below the header. */
void report_sheet_new_page(struct report_sheet *s);

/** Begin a new page unless `height` mm are left on this one. */
void report_sheet_need(struct report_sheet *s, double height);

/** One line, cut to `width`.  @param across  0 begins at x, 1 ends there */
void report_sheet_line(struct report_sheet *s, enum report_face face,
                       struct plot_point at, double across, double width,
                       const char *text);

/** Text broken at `width`; its height in mm. */
double report_sheet_paragraph(struct report_sheet *s, enum report_face face,
                              struct plot_point at, double width, const char *text);

/** Heading of a section at `at`; its height. */
double report_sheet_heading(struct report_sheet *s, struct plot_point at, double width,
                            enum report_word head);

/** A table of two columns, what and value, without a page break; its height.
 *  @param name_w  width of the first column */
double report_sheet_pairs(struct report_sheet *s, struct plot_point at, double width,
                          double name_w, const struct report_cells *cells);

/** A table over the full width from `y` on; its head is repeated on every page.
 *  @param width  [cells->columns], mm
 *  @param texts  so many columns hold texts, the others numbers */
void report_sheet_table(struct report_sheet *s, const struct report_cells *cells,
                        const enum report_word *head, const double *width,
                        size_t texts);

/** A box of one colour with a thin frame; nothing in the dry run. */
void report_sheet_box(struct report_sheet *s, const struct plot_box *box,
                      const struct plot_paint *fill, double frame_pt);

#endif
