#include "report/results.h"

#include <math.h>

#include "report/json_out.h"

static json_t *measured(double value)
{
    return report_json_number(value, REPORT_DIGITS);
}

static bool add_texts(json_t *o, const char *const pair[][2], size_t pairs,
                      struct err *err)
{
    for (size_t i = 0; i < pairs; i++) {
        if (!report_json_add(o, pair[i][0], report_json_text(pair[i][1]), err))
            return false;
    }
    return true;
}

/* A new object under `key`; borrowed from `root`. */
static json_t *add_object(json_t *root, const char *key, struct err *err)
{
    if (!report_json_add(root, key, json_object(), err))
        return NULL;
    return json_object_get(root, key);
}

static json_t *add_array(json_t *root, const char *key, struct err *err)
{
    if (!report_json_add(root, key, json_array(), err))
        return NULL;
    return json_object_get(root, key);
}

static bool add_pair(json_t *o, const char *key, const double v[static 2],
                     struct err *err)
{
    json_t *a = add_array(o, key, err);

    return a && report_json_append(a, measured(v[0]), err) &&
           report_json_append(a, measured(v[1]), err);
}

static bool add_origin(json_t *root, const struct patient_result *r, struct err *err)
{
    const char *const program[][2] = {{"name", r->program.name},
                                      {"version", r->program.version},
                                      {"commit", r->program.commit}};
    const char *const model[][2] = {{"name", r->model.name},
                                    {"sha256", r->model.sha256},
                                    {"arch", r->model.arch},
                                    {"precision", r->model.precision}};
    const char *const input[][2] = {{"id", r->input.id},
                                    {"path", r->input.path},
                                    {"format", r->input.format},
                                    {"series_uid", r->input.series_uid}};
    json_t *o = add_object(root, "program", err);

    if (!o || !add_texts(o, program, ARRAY_LEN(program), err))
        return false;
    o = add_object(root, "model", err);
    if (!o || !add_texts(o, model, ARRAY_LEN(model), err))
        return false;
    o = add_object(root, "input", err);
    return o && add_texts(o, input, ARRAY_LEN(input), err);
}

static bool add_geometry(json_t *root, const struct patient_result *r, struct err *err)
{
    json_t *o = add_object(root, "geometry", err);

    return o && report_json_add(o, "slices", json_integer(r->geometry.slices), err) &&
           report_json_add(o, "rows", json_integer(r->geometry.rows), err) &&
           report_json_add(o, "columns", json_integer(r->geometry.columns), err) &&
           add_pair(o, "pixel_mm", r->geometry.pixel_mm, err) &&
           report_json_add(o, "slice_spacing_mm",
                           measured(r->geometry.slice_spacing_mm), err) &&
           report_json_add(o, "slice_thickness_mm",
                           measured(r->geometry.slice_thickness_mm), err);
}

/* A measured number and its key. */
struct member {
    const char *key;
    double value;
};

static bool add_members(json_t *o, const struct member *m, size_t count,
                        struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!report_json_add(o, m[i].key, measured(m[i].value), err))
            return false;
    return true;
}

/* What is written where there are no segments. */
static const struct measure_lv_shape unknown = {.wall_max_mm = (double)NAN,
                                                .angle_deg = (double)NAN,
                                                .share_subendocardial = (double)NAN,
                                                .share_midwall = (double)NAN,
                                                .share_subepicardial = (double)NAN,
                                                .largest_island_ml = (double)NAN};

static const struct measure_lv_shape *shape_of(const struct patient_result *r)
{
    return r->shape ? r->shape : &unknown;
}

static bool add_lv(json_t *root, const struct patient_result *r, struct err *err)
{
    const struct measure_lv_shape *shape = shape_of(r);
    const struct member numbers[] = {{"myocardium_ml", r->lv->myocardium_ml},
                                     {"myocardium_g", r->lv->myocardium_g},
                                     {"blood_pool_ml", r->lv->blood_pool_ml},
                                     {"wall_max_mm", shape->wall_max_mm}};
    json_t *o = add_object(root, "lv", err);

    if (!o || !add_members(o, numbers, ARRAY_LEN(numbers), err))
        return false;
    json_t *segment = shape->wall_max_segment > 0
                          ? json_integer(shape->wall_max_segment)
                          : json_null();
    return report_json_add(o, "wall_max_segment", segment, err);
}

static bool add_scar(json_t *root, const struct patient_result *r, struct err *err)
{
    const struct measure_lv_shape *shape = shape_of(r);
    const struct member shares[] = {
        {"largest_island_ml", shape->largest_island_ml},
        {"share_subendocardial", shape->share_subendocardial},
        {"share_midwall", shape->share_midwall},
        {"share_subepicardial", shape->share_subepicardial}};
    json_t *o = add_object(root, "scar", err);

    if (!o || !report_json_add(o, "ml", measured(r->lv->scar_ml), err) ||
        !report_json_add(o, "g", measured(r->lv->scar_g), err) ||
        !report_json_add(o, "no_reflow_ml", measured(r->lv->no_reflow_ml), err) ||
        !report_json_add(o, "percent_lge", measured(r->lv->percent_lge), err) ||
        !add_pair(o, "percent_lge_interval90", r->scar.percent_lge_interval90, err) ||
        !report_json_add(o, "probability_large", measured(r->scar.probability_large),
                         err))
        return false;
    json_t *large =
        isfinite(r->lv->percent_lge) ? json_boolean(r->scar.large) : json_null();
    if (!report_json_add(o, "large", large, err) ||
        !report_json_add(o, "rule", report_json_text(r->scar.rule), err))
        return false;
    json_t *islands = r->shape ? json_integer(shape->islands) : json_null();
    return report_json_add(o, "islands", islands, err) &&
           add_members(o, shares, ARRAY_LEN(shares), err);
}

static bool add_slices(json_t *root, const struct patient_result *r, struct err *err)
{
    const struct lv_measure *lv = r->lv;
    const struct measure_lv_shape *shape = shape_of(r);
    json_t *a = add_array(root, "slices", err);

    for (int32_t k = 0; a && k < lv->n_slices; k++) {
        const struct lv_slice *s = &lv->slices[k];
        const char *level = shape->level && s->index < shape->n_slices
                                ? measure_level_name(shape->level[s->index])
                                : NULL;
        const struct member numbers[] = {{"myocardium_ml", s->myocardium_ml},
                                         {"scar_ml", s->scar_ml},
                                         {"percent_lge", s->percent_lge}};
        if (!report_json_append(a, json_object(), err))
            return false;
        json_t *o = json_array_get(a, (size_t)k);
        if (!report_json_add(o, "index", json_integer((json_int_t)s->index + 1), err) ||
            !report_json_add(o, "level", report_json_text(level), err) ||
            !add_members(o, numbers, ARRAY_LEN(numbers), err))
            return false;
    }
    return a != NULL;
}

static bool add_segment(json_t *array, int number, const struct measure_segment *s,
                        struct err *err)
{
    const enum measure_level level = number <= 6    ? MEASURE_BASAL
                                     : number <= 12 ? MEASURE_MID
                                     : number <= 16 ? MEASURE_APICAL
                                                    : MEASURE_APEX;
    const struct member numbers[] = {{"myocardium_ml", s->myocardium_ml},
                                     {"scar_ml", s->scar_ml},
                                     {"scar_percent", s->scar_percent},
                                     {"wall_mm", s->wall_mm},
                                     {"wall_max_mm", s->wall_max_mm},
                                     {"transmurality", s->transmurality},
                                     {"transmurality_max", s->transmurality_max}};

    if (!report_json_append(array, json_object(), err))
        return false;
    json_t *o = json_array_get(array, json_array_size(array) - 1);
    return report_json_add(o, "aha", json_integer(number), err) &&
           report_json_add(o, "level", report_json_text(measure_level_name(level)),
                           err) &&
           add_members(o, numbers, ARRAY_LEN(numbers), err) &&
           report_json_add(o, "score", json_integer(s->score), err);
}

static bool add_segments(json_t *root, const struct patient_result *r, struct err *err)
{
    const struct measure_lv_shape *shape = shape_of(r);
    const char *by = r->shape ? measure_reference_name(shape->reference) : NULL;
    json_t *o = add_object(root, "segment_reference", err);

    if (!o || !report_json_add(o, "by", report_json_text(by), err) ||
        !report_json_add(o, "angle_deg", measured(shape->angle_deg), err))
        return false;
    json_t *a = add_array(root, "segments", err);
    for (int i = 0; a && i < MEASURE_SEGMENTS; i++)
        if (shape->segment[i].present &&
            !add_segment(a, i + 1, &shape->segment[i], err))
            return false;
    return a != NULL;
}

static bool add_features(json_t *quality, const struct measure_features *f,
                         struct err *err)
{
    if (!f)
        return report_json_add(quality, "features", json_null(), err);
    json_t *o = add_object(quality, "features", err);

    for (int i = 0; o && i < MEASURE_FEATURES; i++)
        if (!report_json_add(o, measure_feature_name((enum measure_feature)i),
                             measured(f->value[i]), err))
            return false;
    return o != NULL;
}

static bool add_quality(json_t *root, const struct patient_result *r, struct err *err)
{
    const struct quality *q = &r->quality;
    json_t *o = add_object(root, "quality", err);

    if (!o || !report_json_add(o, "verdict",
                               report_json_text(report_verdict_text(q->verdict)), err))
        return false;
    json_t *a = add_array(o, "reasons", err);
    for (int i = 0; a && i < QUALITY_REASONS; i++) {
        const char *name = report_reason_name((enum quality_reason)i);
        if (q->reason[i] && !report_json_append(a, report_json_text(name), err))
            return false;
    }
    const bool looked = r->shading > 0.0;
    return a != NULL &&
           report_json_add(o, "shading", looked ? measured(r->shading) : json_null(),
                           err) &&
           report_json_add(o, "shading_taken_out",
                           looked ? json_boolean(r->shading_taken_out) : json_null(),
                           err) &&
           add_features(o, r->features, err);
}

static bool add_stages(json_t *timing, const struct patient_result *r, struct err *err)
{
    const struct {
        const char *key;
        double seconds;
    } stage[] = {{"prepare_s", r->timing.prepare_s},
                 {"merge_s", r->timing.merge_s},
                 {"measure_s", r->timing.measure_s},
                 {"labels_s", r->timing.labels_s},
                 {"report_s", r->timing.report_s}};
    bool ok = true;

    for (size_t i = 0; ok && r->timing.staged && i < ARRAY_LEN(stage); i++)
        ok = report_json_add(timing, stage[i].key,
                             report_json_number(stage[i].seconds, 3), err);
    return ok;
}

static bool add_timing(json_t *root, const struct patient_result *r, struct err *err)
{
    json_t *o = add_object(root, "timing", err);

    return o &&
           report_json_add(o, "read_s", report_json_number(r->timing.read_s, 3), err) &&
           report_json_add(o, "network_s", report_json_number(r->timing.network_s, 3),
                           err) &&
           report_json_add(o, "total_s", report_json_number(r->timing.total_s, 3),
                           err) &&
           report_json_add(o, "per_slice_s",
                           report_json_number(r->timing.per_slice_s, 3), err) &&
           add_stages(o, r, err);
}

json_t *report_result_json(const struct patient_result *r, struct err *err)
{
    json_t *root = json_object();

    if (!root) {
        err_record(err, ERR_NOMEM, "JSON: no memory");
        return NULL;
    }
    if (!add_origin(root, r, err) || !add_geometry(root, r, err) ||
        !add_lv(root, r, err) || !add_scar(root, r, err) || !add_slices(root, r, err) ||
        !add_segments(root, r, err) || !add_quality(root, r, err) ||
        !add_timing(root, r, err)) {
        json_decref(root);
        return NULL;
    }
    return root;
}

bool report_result_write(const char *path, const struct patient_result *r,
                         struct err *err)
{
    json_t *root = report_result_json(r, err);
    const bool ok = root && report_json_write(path, root, err);

    json_decref(root);
    return ok;
}
