#include "plot/stroke_font.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * A letter is a width and a path on a raster where capitals are 20 high, small letters
 * 14, descenders reach -6 and y grows upwards.  The path's words:
 *
 *   M x y ...                   pen up, go to x y; further pairs draw lines
 *   L x y ...                   lines from where the pen is
 *   O cx cy rx ry               a whole ellipse
 *   B cx cy rx ry from to       pen up, then an elliptic arc, degrees, counterclockwise
 *                               where `to` is the larger
 *   A cx cy rx ry from to       the same with the pen down: a line leads to its start
 */
enum { CAP = 20, GAP = 5, FIRST = 32, LAST = 126 };

struct glyph {
    signed char width;
    const char *path;
};

static const struct glyph GLYPHS[LAST - FIRST + 1] = {
    {6, ""},                                                          /* space */
    {2, "M1 20 1 6 M1 0 1 1"},                                        /* ! */
    {6, "M1 20 1 14 M5 20 5 14"},                                     /* " */
    {14, "M5 20 3 0 M11 20 9 0 M0 13 14 13 M0 7 14 7"},               /* # */
    {12, "B6 14 6 4 30 270 A6 6 6 4 90 -150 M6 22 6 -2"},             /* $ */
    {16, "O4 16 4 4 O12 4 4 4 M14 20 2 0"},                           /* % */
    {14, "M14 0 3 14 A6 16 4 4 210 -45 L3 9 A5 5 5 5 120 340 L13 9"}, /* & */
    {2, "M1 20 1 14"},                                                /* ' */
    {4, "B7 8 7 15 125 235"},                                         /* ( */
    {4, "B-3 8 7 15 55 -55"},                                         /* ) */
    {8, "M4 20 4 10 M0 18 8 12 M8 18 0 12"},                          /* * */
    {10, "M0 8 10 8 M5 3 5 13"},                                      /* + */
    {3, "M2 1 0 -4"},                                                 /* , */
    {8, "M0 8 8 8"},                                                  /* - */
    {2, "M1 0 1 1"},                                                  /* . */
    {8, "M0 -3 8 21"},                                                /* / */
    {12, "O6 10 6 10"},                                               /* 0 */
    {12, "M2 16 7 20 7 0"},                                           /* 1 */
    {12, "B6 14 6 6 170 -35 L0 0 12 0"},                              /* 2 */
    {12, "B6 15 5 5 150 -90 A6 5 6 5 90 -150"},                       /* 3 */
    {12, "M9 0 9 20 0 6 12 6"},                                       /* 4 */
    {12, "M11 20 2 20 1 11 A6 7 6 7 130 -150"},                       /* 5 */
    {12, "O6 6 6 6 B12 6 12 14 105 180"},                             /* 6 */
    {12, "M0 20 12 20 4 0"},                                          /* 7 */
    {12, "O6 15 5 5 O6 5 6 5"},                                       /* 8 */
    {12, "O6 14 6 6 B0 14 12 14 -75 0"},                              /* 9 */
    {2, "M1 0 1 1 M1 11 1 12"},                                       /* : */
    {3, "M2 1 0 -4 M2 11 2 12"},                                      /* ; */
    {10, "M10 14 0 8 10 2"},                                          /* < */
    {10, "M0 5 10 5 M0 11 10 11"},                                    /* = */
    {10, "M0 14 10 8 0 2"},                                           /* > */
    {10, "B5 15 5 5 170 -60 L5 6 M5 0 5 1"},                          /* ? */
    {18, "O9 8 4 4 M13 12 13 7 A15 8 3 4 200 360 A9 8 9 10 0 310"},   /* @ */
    {14, "M0 0 7 20 14 0 M3 7 11 7"},                                 /* A */
    {12, "M0 0 0 20 6 20 A6 15 5 5 90 -90 L0 10 M6 10 A6 5 6 5 90 -90 L0 0"}, /* B */
    {14, "B8 10 8 10 50 310"},                                                /* C */
    {13, "M0 0 0 20 5 20 A5 10 8 10 90 -90 L0 0"},                            /* D */
    {11, "M11 20 0 20 0 0 11 0 M0 10 9 10"},                                  /* E */
    {10, "M11 20 0 20 0 0 M0 10 9 10"},                                       /* F */
    {15, "B8 10 8 10 50 360 L9 10"},                                          /* G */
    {13, "M0 0 0 20 M13 0 13 20 M0 10 13 10"},                                /* H */
    {2, "M1 0 1 20"},                                                         /* I */
    {9, "M9 20 9 6 A4 6 5 6 0 -150"},                                         /* J */
    {12, "M0 0 0 20 M12 20 0 8 M4 12 12 0"},                                  /* K */
    {10, "M0 20 0 0 10 0"},                                                   /* L */
    {16, "M0 0 0 20 8 4 16 20 16 0"},                                         /* M */
    {13, "M0 0 0 20 13 0 13 20"},                                             /* N */
    {16, "O8 10 8 10"},                                                       /* O */
    {12, "M0 0 0 20 6 20 A6 14 6 6 90 -90 L0 8"},                             /* P */
    {16, "O8 10 8 10 M10 5 16 -1"},                                           /* Q */
    {12, "M0 0 0 20 6 20 A6 14 6 6 90 -90 L0 8 M6 8 12 0"},                   /* R */
    {12, "B6 15 5 5 30 270 A6 5 6 5 90 -150"},                                /* S */
    {12, "M0 20 12 20 M6 20 6 0"},                                            /* T */
    {12, "M0 20 0 7 A6 7 6 7 180 360 L12 20"},                                /* U */
    {12, "M0 20 6 0 12 20"},                                                  /* V */
    {18, "M0 20 5 0 9 15 13 0 18 20"},                                        /* W */
    {12, "M0 0 12 20 M0 20 12 0"},                                            /* X */
    {12, "M0 20 6 10 12 20 M6 10 6 0"},                                       /* Y */
    {12, "M0 20 12 20 0 0 12 0"},                                             /* Z */
    {4, "M4 21 0 21 0 -4 4 -4"},                                              /* [ */
    {8, "M0 21 8 -3"},                                                        /* \ */
    {4, "M0 21 4 21 4 -4 0 -4"},                                              /* ] */
    {10, "M0 12 5 20 10 12"},                                                 /* ^ */
    {10, "M0 -3 10 -3"},                                                      /* _ */
    {4, "M0 20 4 16"},                                                        /* ` */
    {10, "O5 7 5 7 M10 14 10 0"},                                             /* a */
    {10, "M0 20 0 0 O5 7 5 7"},                                               /* b */
    {9, "B5 7 5 7 50 310"},                                                   /* c */
    {10, "O5 7 5 7 M10 20 10 0"},                                             /* d */
    {10, "M0 7 10 7 A5 7 5 7 0 310"},                                         /* e */
    {6, "M2 0 2 15 A6 15 4 5 180 80 M0 13 6 13"},                             /* f */
    {10, "O5 7 5 7 M10 14 10 -2 A5 -2 5 4 0 -150"},                           /* g */
    {10, "M0 20 0 0 M0 8 A5 9 5 5 180 0 L10 0"},                              /* h */
    {2, "M1 0 1 14 M1 19 1 20"},                                              /* i */
    {4, "M3 14 3 -2 A0 -2 3 4 0 -90 M3 19 3 20"},                             /* j */
    {9, "M0 20 0 0 M9 14 0 5 M3 8 9 0"},                                      /* k */
    {3, "M1 20 1 3 A4 3 3 3 180 270"},                                        /* l */
    {16, "M0 14 0 0 M0 9 A4 10 4 4 180 0 L8 0 M8 9 A12 10 4 4 180 0 L16 0"},  /* m */
    {10, "M0 14 0 0 M0 8 A5 9 5 5 180 0 L10 0"},                              /* n */
    {10, "O5 7 5 7"},                                                         /* o */
    {10, "M0 14 0 -6 O5 7 5 7"},                                              /* p */
    {10, "O5 7 5 7 M10 14 10 -6"},                                            /* q */
    {6, "M0 14 0 0 M0 8 A5 8 5 6 180 75"},                                    /* r */
    {8, "B4 10 4 4 30 270 A4 3 4 3 90 -150"},                                 /* s */
    {7, "M3 19 3 4 A7 4 4 4 180 270 M0 14 7 14"},                             /* t */
    {10, "M0 14 0 5 A5 5 5 5 180 360 M10 14 10 0"},                           /* u */
    {10, "M0 14 5 0 10 14"},                                                  /* v */
    {14, "M0 14 4 0 7 11 10 0 14 14"},                                        /* w */
    {9, "M0 0 9 14 M0 14 9 0"},                                               /* x */
    {10, "M0 14 5 0 M10 14 3 -6"},                                            /* y */
    {9, "M0 14 9 14 0 0 9 0"},                                                /* z */
    {6, "M6 21 A6 18 3 3 90 180 L3 11 0 8 3 6 A6 -1 3 3 180 270"},            /* { */
    {2, "M1 21 1 -5"},                                                        /* | */
    {6, "M0 21 A0 18 3 3 90 0 L3 11 6 8 3 6 A0 -1 3 3 0 -90"},                /* } */
    {10, "B3 8 3 3 160 40 L5 7 A8 8 3 3 220 340"},                            /* ~ */
};

static const struct glyph BOX = {10, "M0 0 0 20 10 20 10 0 0 0"};

/* The letter at *text, which is moved behind it; a UTF-8 sequence counts once. */
static const struct glyph *next_glyph(const char **text)
{
    const unsigned char c = (unsigned char)**text;

    (*text)++;
    if (c >= FIRST && c <= LAST)
        return &GLYPHS[c - FIRST];
    while (((unsigned char)**text & 0xC0u) == 0x80u)
        (*text)++;
    return &BOX;
}

double plot_text_width(const char *text, double cap_px)
{
    int units = 0;

    while (*text != '\0')
        units += next_glyph(&text)->width + GAP;
    return (units > 0 ? units - GAP : 0) * cap_px / CAP;
}

/* The next whole number of a path; false at its end or at a word. */
static bool next_number(const char **path, double *out)
{
    const char *p = *path;
    double sign = 1.0, value = 0.0;

    while (*p == ' ')
        p++;
    if (*p == '-') {
        sign = -1.0;
        p++;
    }
    if (*p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++)
        value = 10.0 * value + (*p - '0');
    *out = sign * value;
    *path = p;
    return true;
}

static void arc(cairo_t *cr, const double v[static 6])
{
    const double from = v[4] * M_PI / 180.0, to = v[5] * M_PI / 180.0;

    cairo_save(cr);
    cairo_translate(cr, v[0], v[1]);
    cairo_scale(cr, v[2], v[3]);
    if (to > from)
        cairo_arc(cr, 0.0, 0.0, 1.0, from, to);
    else
        cairo_arc_negative(cr, 0.0, 0.0, 1.0, from, to);
    cairo_restore(cr);
}

static void lines(cairo_t *cr, const char **path)
{
    double x = 0.0, y = 0.0;

    while (next_number(path, &x) && next_number(path, &y))
        cairo_line_to(cr, x, y);
}

static void glyph_path(cairo_t *cr, const char *path)
{
    while (*path != '\0') {
        const char word = *path++;
        double v[6] = {0, 0, 0, 0, 0, 360};
        const int want = word == 'O' ? 4 : word == 'A' || word == 'B' ? 6 : 0;

        for (int i = 0; i < want; i++)
            (void)next_number(&path, &v[i]);
        if (word == 'M' || word == 'O' || word == 'B')
            cairo_new_sub_path(cr);
        if (want > 0)
            arc(cr, v);
        else if (word == 'M' || word == 'L')
            lines(cr, &path); /* after a new sub-path the first of them moves */
        if (word == 'O')
            cairo_close_path(cr);
    }
}

void plot_text_path(cairo_t *cr, double x, double y, double cap_px, const char *text)
{
    const double unit = cap_px / CAP;
    int at = 0;

    while (*text != '\0') {
        const struct glyph *g = next_glyph(&text);

        cairo_save(cr);
        cairo_translate(cr, x + at * unit, y);
        cairo_scale(cr, unit, -unit);
        glyph_path(cr, g->path);
        cairo_restore(cr);
        at += g->width + GAP;
    }
    cairo_new_sub_path(cr);
}
