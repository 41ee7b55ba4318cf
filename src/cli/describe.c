#include "cli/describe.h"

#include <math.h>

#include "base/version.h"

void describe_patient(const struct describe_input *input, const struct lv_measure *lv,
                      const struct measure_lv_shape *shape,
                      struct patient_result *result)
{
    const struct grid *g = input->grid;
    struct patient_result *r = result;

    r->program.name = "cicatrix";
    r->program.version = version_number();
    r->program.commit = version_commit();
    r->input.id = input->id;
    r->input.path = input->path;
    r->input.format = "nifti";
    r->geometry.slices = g->dim[2];
    r->geometry.rows = g->dim[1];
    r->geometry.columns = g->dim[0];
    r->geometry.pixel_mm[0] = grid_edge_mm(g, 0);
    r->geometry.pixel_mm[1] = grid_edge_mm(g, 1);
    r->geometry.slice_spacing_mm = grid_slice_spacing_mm(g);
    r->geometry.slice_thickness_mm = (double)NAN; /* NIfTI does not say */
    r->lv = lv;
    r->shape = shape;
    r->scar.percent_lge_interval90[0] = r->scar.percent_lge_interval90[1] = (double)NAN;
    r->scar.probability_large = (double)NAN;
    r->scar.rule = measure_rule_text(input->rule);
    r->scar.large = measure_is_large(lv->percent_lge, input->rule);
}
