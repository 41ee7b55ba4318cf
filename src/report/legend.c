#include "report/legend.h"

#include "base/mem.h"

static const double LEFT_MM = 14.0, LINE_MM = 5.0, AIR_MM = 1.5;
/* So many groups leave room for other keys beside them; so many stand in a line. */
enum { FEW = 3, IN_LINE = 7 };

bool report_legend_check(const size_t *group, size_t n, size_t groups, struct err *err)
{
    for (size_t i = 0; group != NULL && i < n; i++) {
        if (group[i] >= groups)
            return ERR_FAIL(err, ERR_ARG, "figure: patient %zu is of group %zu of %zu",
                            i + 1, group[i] + 1, groups);
    }
    return true;
}

static size_t lines_of(size_t groups)
{
    return groups <= FEW ? 1 : 1 + (groups + IN_LINE - 1) / IN_LINE;
}

double report_legend_height(size_t groups)
{
    return LINE_MM * (double)lines_of(groups) + AIR_MM;
}

bool report_legend_draw(struct plot_canvas *canvas, const char *const *name,
                        size_t groups, const struct plot_key *more, size_t keys,
                        struct err *err)
{
    const struct plot_box page = plot_canvas_box(canvas);
    struct plot_point at = {LEFT_MM,
                            page.h - report_legend_height(groups) + 0.5 * LINE_MM};
    struct plot_key *key = mem_alloc(groups, sizeof *key, err);

    if (key == NULL)
        return false;
    for (size_t g = 0; g < groups; g++)
        key[g] = (struct plot_key){
            .name = name[g], .paint = plot_axes_colour(g), .shape = plot_axes_shape(g)};
    for (size_t g = 0; g < groups; g += IN_LINE) {
        const size_t some = groups - g < IN_LINE ? groups - g : IN_LINE;
        const double width = plot_axes_legend(canvas, at, key + g, some);
        if (groups <= FEW)
            at.x += width + 2.0 * LINE_MM;
        else
            at.y += LINE_MM;
    }
    plot_axes_legend(canvas, at, more, keys);
    mem_free(key);
    return true;
}
