#include <string.h>

#include "plot/canvas_private.h"

/* Latin letters from the one, what it lacks from the other. */
static const char HAN_FAMILIES[] = PLOT_FONT "," PLOT_FONT_HAN;

/* Height of DejaVu's capitals and figures, in ems. */
static const double CAPITAL = 0.729;

/* A missing family is replaced silently by any other: look what came. */
static bool check_font(struct plot_canvas *c, const char *want, const char *package,
                       struct err *err)
{
    PangoFontDescription *wanted = pango_font_description_new();
    pango_font_description_set_family(wanted, want);
    PangoFont *font = pango_context_load_font(c->context, wanted);
    PangoFontDescription *got = font != NULL ? pango_font_describe(font) : NULL;
    const char *family = got != NULL ? pango_font_description_get_family(got) : "none";
    bool ok = strcmp(family, want) == 0;

    if (!ok)
        err_record(err, ERR_SUPPORT,
                   "font %s is not installed (the system offers %.64s); install %s",
                   want, family, package);
    if (got != NULL)
        pango_font_description_free(got);
    if (font != NULL)
        g_object_unref(font);
    pango_font_description_free(wanted);
    return ok;
}

/* Nothing of the user's settings may reach the letters. */
bool plot_canvas_open_fonts(struct plot_canvas *c, bool han, struct err *err)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    /* the thread's own, which keeps what the canvas before this one found */
    c->fonts = g_object_ref(pango_cairo_font_map_get_default());
    c->context = pango_font_map_create_context(c->fonts);
    pango_cairo_context_set_font_options(c->context, options);
    pango_cairo_context_set_resolution(c->context, 72.0);
    /* Han letters have other shapes in Chinese than in Japanese */
    pango_context_set_language(c->context,
                               pango_language_from_string(han ? "zh-cn" : "en"));
    pango_context_set_round_glyph_positions(c->context, FALSE);
    c->layout = pango_layout_new(c->context);
    cairo_font_options_destroy(options);
    c->families = han ? HAN_FAMILIES : PLOT_FONT;
    return check_font(c, PLOT_FONT, "fonts-dejavu-core", err) &&
           (!han || check_font(c, PLOT_FONT_HAN, "fonts-droid-fallback", err));
}

void plot_canvas_close_fonts(struct plot_canvas *c)
{
    if (c->layout != NULL)
        g_object_unref(c->layout);
    if (c->context != NULL)
        g_object_unref(c->context);
    if (c->fonts != NULL)
        g_object_unref(c->fonts);
}

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* A text is mostly measured and drawn: the layout, which takes the time, is made once.
 */
static bool has_text(const struct plot_canvas *c, const struct plot_text *style,
                     const char *text)
{
    const struct plot_text *now = &c->laid_out;

    return now->bold == style->bold && now->lines == style->lines &&
           same(now->size_pt, style->size_pt) && same(now->across, style->across) &&
           same(now->wrap_mm, style->wrap_mm) &&
           strcmp(pango_layout_get_text(c->layout), text) == 0;
}

/* Hand a text to the layout. */
static void set_text(struct plot_canvas *c, const struct plot_text *style,
                     const char *text)
{
    if (has_text(c, style, text))
        return;
    PangoFontDescription *font = pango_font_description_new();
    char *valid = g_utf8_make_valid(text, -1);

    c->laid_out = *style;
    pango_font_description_set_family_static(font, c->families);
    pango_font_description_set_absolute_size(font, style->size_pt * PANGO_SCALE);
    if (style->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(c->layout, font);
    pango_layout_set_alignment(c->layout, style->across < 0.25   ? PANGO_ALIGN_LEFT
                                          : style->across < 0.75 ? PANGO_ALIGN_CENTER
                                                                 : PANGO_ALIGN_RIGHT);
    pango_layout_set_width(
        c->layout,
        style->wrap_mm > 0.0 ? (int)(style->wrap_mm * PT_PER_MM * PANGO_SCALE) : -1);
    pango_layout_set_wrap(c->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(c->layout, style->lines > 0 ? -style->lines : -1);
    pango_layout_set_ellipsize(c->layout, style->lines > 0 ? PANGO_ELLIPSIZE_MIDDLE
                                                           : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_text(c->layout, valid, -1);
    g_free(valid);
    pango_font_description_free(font);
}

void plot_canvas_text(struct plot_canvas *canvas, struct plot_point at,
                      const struct plot_text *style, const char *text)
{
    const struct plot_paint *p = &style->paint;

    set_text(canvas, style, text);
    canvas->unknown += pango_layout_get_unknown_glyphs_count(canvas->layout);
    for (int f = 0; f < canvas->formats; f++) {
        cairo_t *cr = canvas->pen[f];
        PangoRectangle box;

        cairo_save(cr);
        cairo_new_path(cr);
        cairo_translate(cr, at.x * PT_PER_MM, at.y * PT_PER_MM);
        if (style->upright)
            cairo_rotate(cr, -0.5 * G_PI);
        pango_layout_get_extents(canvas->layout, NULL, &box);
        const int lines = pango_layout_get_line_count(canvas->layout);
        const double line = (double)box.height / PANGO_SCALE / lines;
        const double base =
            (double)pango_layout_get_baseline(canvas->layout) / PANGO_SCALE;
        const double capital = CAPITAL * style->size_pt;
        cairo_move_to(
            cr, -(style->across * (double)box.width + (double)box.x) / PANGO_SCALE,
            capital - base - style->down * (capital + line * (double)(lines - 1)));
        cairo_set_source_rgba(cr, p->r, p->g, p->b, p->alpha);
        pango_cairo_show_layout(cr, canvas->layout);
        cairo_new_path(cr);
        cairo_restore(cr);
    }
}

static PangoRectangle extents(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text)
{
    PangoRectangle box;

    set_text(canvas, style, text);
    pango_layout_get_extents(canvas->layout, NULL, &box);
    return box;
}

double plot_canvas_text_width(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text)
{
    return (double)extents(canvas, style, text).width / PANGO_SCALE / PT_PER_MM;
}

double plot_canvas_text_height(struct plot_canvas *canvas,
                               const struct plot_text *style, const char *text)
{
    return (double)extents(canvas, style, text).height / PANGO_SCALE / PT_PER_MM;
}

int plot_canvas_unknown_letters(const struct plot_canvas *canvas)
{
    return canvas->unknown;
}
