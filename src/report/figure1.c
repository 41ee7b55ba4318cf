#include "report/figure1.h"

#include <stdio.h>

#include "measure/dice.h"
#include "measure/volumes.h"
#include "plot/contours_figure.h"
#include "report/scene.h"

static const double WIDTH_MM = 180.0;
enum { READINGS = 2, PART = 128 };

/* "scar 15.3 mL (9.8 %LGE)" */
static bool say_scar(const struct figure1_reading *r, char text[static PART],
                     struct err *err)
{
    struct lv_measure m = {0};

    if (!measure_lv(r->labels, &m, err))
        return false;
    if (m.has_myocardium)
        (void)snprintf(text, PART, "%.40s: scar %.1f mL (%.1f %%LGE)", r->name,
                       m.scar_ml, m.percent_lge);
    else
        (void)snprintf(text, PART, "%.40s: no myocardium", r->name);
    measure_lv_clear(&m);
    return true;
}

static void say_dice(const struct measure_dice *d, char text[static PART])
{
    if (d->available)
        (void)snprintf(text, PART, "DSC of scar %.2f", d->dsc);
    else
        (void)snprintf(text, PART, "no scar in both");
}

bool report_figure1_write(const struct figure1 *figure, const char *stem,
                          struct err *err)
{
    const struct overlay_reading reading[READINGS] = {{figure->upper.labels, NULL},
                                                      {figure->lower.labels, NULL}};
    const struct overlay overlay = {.image = figure->image,
                                    .reading = reading,
                                    .readings = READINGS,
                                    .title = figure->patient};
    struct report_scene scene = {0};
    struct measure_dice dice;
    char upper[PART], lower[PART], agreement[PART], caption[4 * PART];

    if (!report_scene_build(&overlay, &scene, err))
        return false;
    const char *heading[READINGS] = {figure->upper.name, figure->lower.name};
    const struct plot_contours_figure f = {.montage = &scene.montage,
                                           .heading = heading,
                                           .caption = caption,
                                           .width_mm = WIDTH_MM};
    bool ok = say_scar(&figure->upper, upper, err) &&
              say_scar(&figure->lower, lower, err) &&
              measure_dice(figure->upper.labels, figure->lower.labels, LABELS_SCAR,
                           &dice, err);
    if (ok) {
        say_dice(&dice, agreement);
        (void)snprintf(caption, sizeof caption, "%.80s.  %s;  %s;  %s", figure->patient,
                       upper, lower, agreement);
        ok = plot_contours_figure_write(&f, stem, err);
    }
    report_scene_clear(&scene);
    return ok;
}
