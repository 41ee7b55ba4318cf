#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/html.h"
#include "report/patient_parts.h"

enum { KEY_TILE_PX = 320, TILE_PX = 176, SMALL_TILE_PX = 96, MANY_TILES = 48 };
static const double EYE_MM = 84.0, EYE_H_MM = 76.0;

/* Nothing may be fetched, nothing may run. */
static const char HEAD[] =
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "img-src data:; style-src 'unsafe-inline'\">\n";

static const char STYLE[] =
    "<style>\n"
    "body{margin:1.5rem auto;max-width:62rem;padding:0 1rem;background:#fff;"
    "color:#141414;font:15px/1.45 system-ui,\"DejaVu Sans\",\"Noto Sans\","
    "\"Noto Sans SC\",\"PingFang SC\",\"Microsoft YaHei\",\"Droid Sans Fallback\","
    "sans-serif}\n"
    "header{border-bottom:1px solid #888;margin-bottom:1rem}\n"
    "h1{font-size:1.45rem;margin:0}\n"
    "h2{font-size:1.1rem;border-bottom:1px solid #bbb;margin:1.6rem 0 .6rem}\n"
    ".only{font-weight:bold;margin:.3rem 0}\n"
    ".id,td{overflow-wrap:anywhere}\n"
    ".top{display:flex;flex-wrap:wrap;gap:.8rem;margin:0}\n"
    "*{box-sizing:border-box}\n"
    ".top div{flex:1 1 8rem;background:#f3f3f3;padding:.6rem .8rem}\n"
    ".top .doubt{background:#ffe08c;outline:2px solid #141414}\n"
    ".top dt,.note{color:#545454;font-size:.85rem}\n"
    ".top dd{margin:0}\n"
    ".top .value{font-size:1.9rem;font-weight:bold}\n"
    ".two{display:flex;flex-wrap:wrap;gap:0 2rem}\n"
    ".two section{flex:1 1 22rem}\n"
    "figure{margin:0}\n"
    "img{max-width:100%;height:auto}\n"
    "figcaption{color:#545454;font-size:.85rem}\n"
    ".ink{box-sizing:content-box;display:inline-block;width:2rem;height:.2rem;border:."
    "35rem solid #1a1a1a;"
    "vertical-align:middle;margin:0 .4rem 0 0}\n"
    ".ink+span{margin-right:1.2rem}\n"
    "table{border-collapse:collapse;width:100%;font-size:.92rem}\n"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .5rem .2rem 0}\n"
    "th[scope=row]{font-weight:normal;color:#545454}\n"
    ".numbers th,.numbers td{text-align:right;border-bottom:1px solid #ddd}\n"
    ".numbers :first-child{text-align:left;color:#141414}\n"
    "footer{border-top:1px solid #888;margin-top:2rem;font-size:.85rem}\n"
    "@media print{body{margin:0;max-width:none;font-size:10pt}"
    "*{print-color-adjust:exact}section,figure,tr{break-inside:avoid}}\n"
    "</style>\n";

static const char *word(const struct report_parts *p, enum report_word w)
{
    return report_word(p->facts.lang, w);
}

/* <tag>word</tag> */
static void element(FILE *to, const char *tag, const char *text)
{
    (void)fprintf(to, "<%s>", tag);
    report_html_text(to, text);
    (void)fprintf(to, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void opening(FILE *to, const struct report_parts *p)
{
    (void)fprintf(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n%s<title>",
                  report_lang_tag(p->facts.lang), HEAD);
    report_html_text(to, word(p, WORD_TITLE));
    (void)fputs(": ", to);
    report_html_text(to, p->facts.id);
    (void)fprintf(to, "</title>\n%s</head>\n<body>\n<header>\n", STYLE);
    element(to, "h1", word(p, WORD_TITLE));
    element(to, "p class=\"only\"", word(p, WORD_RESEARCH_ONLY));
    (void)fputs("<p class=\"id\">", to);
    report_html_text(to, word(p, WORD_PATIENT));
    report_html_text(to, word(p, WORD_COLON));
    element(to, "strong", p->facts.id);
    (void)fputs("</p>\n</header>\n<main>\n", to);
}

static void headlines(FILE *to, const struct report_parts *p)
{
    const bool doubt = p->facts.result->quality.verdict != QUALITY_ACCEPT;

    (void)fputs("<dl class=\"top\">\n", to);
    for (int i = 0; i < REPORT_HEADLINES; i++) {
        const struct report_headline *h = &p->facts.headline[i];
        (void)fputs(
            doubt && i == REPORT_HEADLINES - 1 ? "<div class=\"doubt\">" : "<div>", to);
        element(to, "dt", h->name);
        element(to, "dd class=\"value\"", h->value);
        for (int m = 0; m < 2; m++) {
            if (h->more[m][0] != '\0')
                element(to, "dd", h->more[m]);
        }
        (void)fputs("</div>\n", to);
    }
    (void)fputs("</dl>\n", to);
    element(to, "p", p->facts.quality);
}

static void pairs(FILE *to, const struct report_cells *c)
{
    (void)fputs("<table>\n", to);
    for (size_t r = 0; r < c->rows; r++) {
        (void)fputs("<tr>", to);
        element(to, "th scope=\"row\"", report_cells_at(c, r, 0));
        element(to, "td", report_cells_at(c, r, 1));
        (void)fputs("</tr>\n", to);
    }
    (void)fputs("</table>\n", to);
}

static void numbers(FILE *to, const struct report_parts *p,
                    const struct report_cells *c, const enum report_word *head)
{
    (void)fputs("<table class=\"numbers\">\n<thead><tr>", to);
    for (size_t i = 0; i < c->columns; i++)
        element(to, "th scope=\"col\"", word(p, head[i]));
    (void)fputs("</tr></thead>\n<tbody>\n", to);
    for (size_t r = 0; r < c->rows; r++) {
        (void)fputs("<tr>", to);
        element(to, "th scope=\"row\"", report_cells_at(c, r, 0));
        for (size_t i = 1; i < c->columns; i++)
            element(to, "td", report_cells_at(c, r, i));
        (void)fputs("</tr>\n", to);
    }
    (void)fputs("</tbody>\n</table>\n", to);
}

/* Make bytes of what is written to a stream in memory; the stream is closed. */
static bool take_stream(FILE *stream, char **text, const size_t *size,
                        struct bytes *out, struct err *err)
{
    const bool whole = fflush(stream) == 0 && ferror(stream) == 0;

    if (fclose(stream) != 0 || !whole)
        return ERR_FAIL(err, ERR_NOMEM, "report: no memory");
    uint8_t *data = mem_alloc(*size, 1, err);
    if (data == NULL)
        return false;
    memcpy(data, *text, *size);
    *out = (struct bytes){data, *size};
    return true;
}

/* Some tiles of the scene as a PNG. */
static bool montage_png(const struct plot_montage *montage, struct bytes *out,
                        struct err *err)
{
    struct plot_raster raster = {0};
    char *text = NULL;
    size_t size = 0;

    if (!plot_montage_draw(montage, &raster, err))
        return false;
    FILE *stream = open_memstream(&text, &size);
    bool ok = stream != NULL || ERR_FAIL(err, ERR_NOMEM, "report: no memory");
    if (ok) {
        const bool drawn = plot_png_write(&raster, stream, err);
        ok = take_stream(stream, &text, &size, out, err) && drawn;
    }
    free(text);
    plot_raster_clear(&raster);
    return ok;
}

static void legend(FILE *to, const struct report_parts *p)
{
    static const enum report_word name[PLOT_INKS] = {WORD_LEGEND_MYOCARDIUM,
                                                     WORD_LEGEND_SCAR};
    char bar[REPORT_CELL], length[16];

    (void)snprintf(length, sizeof length, "%g", p->scene.montage.bar_mm);
    report_words_fill(p->facts.lang, WORD_LEGEND_BAR, (const char *const[]){length}, 1,
                      bar, sizeof bar);
    (void)fputs("<figcaption>", to);
    for (int i = 0; i < PLOT_INKS; i++) {
        const uint8_t *rgb = p->scene.montage.ink[i].rgb;
        (void)fprintf(to,
                      "<span class=\"ink\" style=\"background:#%02x%02x%02x\"></span>",
                      rgb[0], rgb[1], rgb[2]);
        element(to, "span", word(p, name[i]));
    }
    element(to, "span", bar);
    (void)fputs("</figcaption>\n", to);
}

/* A section with slices: all, or those of `tile`. */
static bool slices(FILE *to, const struct report_parts *p, const struct plot_tile *tile,
                   int32_t n, int32_t tile_px, const enum report_word words[static 2],
                   struct err *err)
{
    struct plot_montage m = p->scene.montage;
    struct bytes png = {0};
    char alt[REPORT_CELL], number[16];

    m.tile = tile;
    m.slices = n;
    m.tile_px = tile_px;
    m.bare = true; /* the caption says it, in the reader's language */
    if (!montage_png(&m, &png, err))
        return false;
    (void)snprintf(number, sizeof number, "%d", (int)n);
    report_words_fill(p->facts.lang, words[1], (const char *const[]){number}, 1, alt,
                      sizeof alt);
    (void)fputs("<section>\n", to);
    element(to, "h2", word(p, words[0]));
    (void)fputs("<figure>\n", to);
    report_html_image(to, "image/png", &png, alt);
    legend(to, p);
    (void)fputs("</figure>\n</section>\n", to);
    bytes_clear(&png);
    return true;
}

static bool key_images(FILE *to, const struct report_parts *p, struct err *err)
{
    static const enum report_word words[2] = {WORD_KEY_IMAGES, WORD_KEY_IMAGES_ALT};
    struct plot_tile tile[REPORT_KEY_IMAGES];

    for (int i = 0; i < p->keys; i++)
        tile[i] = p->scene.tile[p->key[i]];
    return slices(to, p, tile, p->keys, KEY_TILE_PX, words, err);
}

static bool bulls_eye(FILE *to, const struct report_parts *p, struct err *err)
{
    const struct plot_sheet sheet = {.width_mm = EYE_MM,
                                     .height_mm = EYE_H_MM,
                                     .formats = 1u << PLOT_SVG,
                                     .image_dpi = PLOT_DPI,
                                     .han = p->facts.lang == REPORT_CHINESE};
    struct plot_canvas *canvas = NULL;
    struct bytes svg = {0};
    bool ok = false;

    if (!plot_canvas_open(&sheet, &canvas, err))
        return false;
    const struct plot_box box = plot_canvas_box(canvas);
    if (!plot_bulls_eye_draw(canvas, &box, &p->eye, err) ||
        !plot_canvas_take(canvas, &svg, err))
        goto done;
    (void)fputs("<section>\n", to);
    element(to, "h2", word(p, WORD_BULLS_EYE));
    (void)fputs("<figure>\n", to);
    report_html_image(to, "image/svg+xml", &svg, word(p, WORD_BULLS_EYE_ALT));
    (void)fputs("</figure>\n</section>\n", to);
    ok = true;
done:
    bytes_clear(&svg);
    plot_canvas_free(canvas);
    return ok;
}

static void closing(FILE *to, const struct report_parts *p)
{
    const struct report_facts *f = &p->facts;

    if (f->segments.rows > 0) {
        (void)fputs("<section>\n", to);
        element(to, "h2", word(p, WORD_SEGMENT_TABLE));
        numbers(to, p, &f->segments, report_facts_segment_heads());
        element(to, "p class=\"note\"", word(p, WORD_SEGMENT_NOTE));
        (void)fputs("</section>\n", to);
    }
    (void)fputs("<section>\n", to);
    element(to, "h2", word(p, WORD_SLICE_TABLE));
    numbers(to, p, &f->slices, report_facts_slice_heads());
    element(to, "p class=\"note\"", word(p, report_facts_slice_note(&p->facts)));
    (void)fputs("</section>\n</main>\n", to);
    element(to, "footer", word(p, WORD_RESEARCH_ONLY));
    (void)fputs("</body>\n</html>\n", to);
}

static bool print(FILE *to, const struct report_parts *p, struct err *err)
{
    static const enum report_word all[2] = {WORD_SLICES, WORD_SLICES_ALT};
    const struct plot_montage *m = &p->scene.montage;

    opening(to, p);
    headlines(to, p);
    if (!key_images(to, p, err))
        return false;
    (void)fputs("<div class=\"two\">\n", to);
    if (p->report->result->shape != NULL && !bulls_eye(to, p, err))
        return false;
    (void)fputs("<section>\n", to);
    element(to, "h2", word(p, WORD_MEASURES));
    pairs(to, &p->facts.measures);
    (void)fputs("</section>\n</div>\n<section>\n", to);
    element(to, "h2", word(p, WORD_METHOD));
    pairs(to, &p->facts.method);
    (void)fputs("</section>\n", to);
    if (!slices(to, p, m->tile, m->slices,
                m->slices > MANY_TILES ? SMALL_TILE_PX : TILE_PX, all, err))
        return false;
    closing(to, p);
    return true;
}

bool report_patient_html(const struct report_parts *parts, struct bytes *out,
                         struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (stream == NULL)
        return ERR_FAIL(err, ERR_NOMEM, "report: no memory");
    const bool printed = print(stream, parts, err);
    struct bytes all = {0};
    bool ok = take_stream(stream, &text, &size, &all, err);
    free(text);
    if (ok && !printed) {
        bytes_clear(&all);
        ok = false;
    }
    if (ok)
        *out = all; /* moved */
    return ok;
}
