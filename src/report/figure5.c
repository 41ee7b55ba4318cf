#include "report/figure5.h"

/* Millimetres. */
static const double COLUMN = 88.0, PAGE = 180.0, HEIGHT = 66.0;
enum { IN_COLUMN = 5 };

bool report_figure5_write(const struct figure5 *figure, const char *stem,
                          struct err *err)
{
    const double width = figure->method.groups > IN_COLUMN ? PAGE : COLUMN;
    const struct plot_box part = {0.0, 0.0, width, HEIGHT};
    struct plot_canvas *canvas = NULL;

    if (figure->n == 0)
        return ERR_FAIL(err, ERR_ARG, "figure 5: no patients");
    const bool ok = plot_canvas_new(width, HEIGHT, "DSC by method", &canvas, err) &&
                    report_dsc_boxes_draw(canvas, &part, figure->dsc, figure->n,
                                          &figure->method, true, err) &&
                    plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    return ok;
}
