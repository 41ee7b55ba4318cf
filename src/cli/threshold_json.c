#include "cli/threshold_json.h"

#include <math.h>

#include "report/json_out.h"

static bool put(json_t *o, const char *key, double value, struct err *err)
{
    return report_json_add(o, key, report_json_number(value, REPORT_DIGITS), err);
}

/* A new object or array under `key`; borrowed from `root`. */
static json_t *put_new(json_t *root, const char *key, json_t *take_value,
                       struct err *err)
{
    if (!report_json_add(root, key, take_value, err))
        return NULL;
    return json_object_get(root, key);
}

static json_t *append_object(json_t *array, struct err *err)
{
    if (!report_json_append(array, json_object(), err))
        return NULL;
    return json_array_get(array, json_array_size(array) - 1);
}

static bool put_remote(json_t *o, const struct measure_remote *r, struct err *err)
{
    const bool some = r->voxels > 0;

    return put(o, "mean", some ? r->mean : (double)NAN, err) &&
           put(o, "sd", some ? r->sd : (double)NAN, err) &&
           put(o, "max", some ? r->max : (double)NAN, err) &&
           report_json_add(o, "voxels", json_integer((json_int_t)r->voxels), err);
}

static bool put_slices(json_t *root, const struct measure_threshold *t, struct err *err)
{
    json_t *values = put_new(root, "value", json_array(), err);

    if (!values || !put(root, "peak", t->peak, err))
        return false;
    json_t *slices = put_new(root, "slices", json_array(), err);
    for (int32_t k = 0; slices && k < t->slices; k++) {
        const struct measure_threshold_slice *s = &t->slice[k];
        json_t *o = append_object(slices, err);
        if (!o ||
            !report_json_append(values, report_json_number(s->value, REPORT_DIGITS),
                                err) ||
            !report_json_add(o, "index", json_integer((json_int_t)k + 1), err))
            return false;
        json_t *remote = s->remote.voxels > 0 ? json_object() : json_null();
        remote = put_new(o, "remote", remote, err);
        if (!remote ||
            (json_is_object(remote) && !put_remote(remote, &s->remote, err)) ||
            !put(o, "peak", s->peak, err))
            return false;
    }
    return slices != NULL;
}

static bool put_regions(json_t *root, const struct measure_threshold *t,
                        struct err *err)
{
    json_t *regions = put_new(root, "regions", json_array(), err);

    for (size_t i = 0; regions && i < t->regions; i++) {
        const struct measure_threshold_region *r = &t->region[i];
        json_t *o = append_object(regions, err);
        if (!o ||
            !report_json_add(o, "voxels", json_integer((json_int_t)r->voxels), err) ||
            !put(o, "remote_mean", r->remote, err) || !put(o, "peak", r->peak, err) ||
            !put(o, "value", r->value, err))
            return false;
    }
    return regions != NULL;
}

static bool put_pair(json_t *o, const char *key, const double v[static 2],
                     struct err *err)
{
    json_t *a = put_new(o, key, json_array(), err);

    return a && report_json_append(a, report_json_number(v[0], REPORT_DIGITS), err) &&
           report_json_append(a, report_json_number(v[1], REPORT_DIGITS), err);
}

static bool put_mixture(json_t *root, const struct measure_mixture *m, struct err *err)
{
    if (m->iterations == 0)
        return report_json_add(root, "mixture", json_null(), err);
    json_t *o = put_new(root, "mixture", json_object(), err);
    return o && put_pair(o, "weight", m->weight, err) &&
           put_pair(o, "mean", m->mean, err) && put_pair(o, "sd", m->sd, err) &&
           report_json_add(o, "iterations", json_integer(m->iterations), err);
}

static bool put_zones(json_t *root, const struct measure_threshold *t,
                      enum measure_threshold_rule rule, double myocardium_ml,
                      struct err *err)
{
    if (rule == MEASURE_THRESHOLD_NO_ZONES)
        return report_json_add(root, "zones", json_null(), err);
    json_t *o = put_new(root, "zones", json_object(), err);
    return o &&
           report_json_add(o, "rule",
                           report_json_text(measure_threshold_rule_name(rule)), err) &&
           put(o, "core_ml", t->core_ml, err) &&
           put(o, "grey_zone_ml", t->grey_ml, err) &&
           put(o, "core_percent", 100.0 * t->core_ml / myocardium_ml, err) &&
           put(o, "grey_zone_percent", 100.0 * t->grey_ml / myocardium_ml, err);
}

static bool put_options(json_t *root, const struct measure_threshold_options *options,
                        struct err *err)
{
    json_t *o = put_new(root, "options", json_object(), err);

    return o && put(o, "exclude_border_mm", options->border_mm, err) &&
           report_json_add(o, "fill_no_reflow", json_boolean(options->fill_no_reflow),
                           err) &&
           put(o, "min_island_ml", options->min_island_ml, err);
}

json_t *threshold_json(const struct measure_threshold *t,
                       const struct measure_threshold_options *options,
                       const char *source, double myocardium_ml, struct err *err)
{
    char name[MEASURE_THRESHOLD_NAME];
    json_t *root = json_object(), *remote = NULL;

    if (!root) {
        err_record(err, ERR_NOMEM, "JSON: no memory");
        return NULL;
    }
    measure_threshold_name(&options->method, name);
    if (!report_json_add(root, "method", report_json_text(name), err) ||
        !(remote = put_new(root, "remote", json_object(), err)) ||
        !report_json_add(remote, "source", report_json_text(source), err) ||
        !put_remote(remote, &t->remote, err) || !put_slices(root, t, err) ||
        !put_regions(root, t, err) || !put_mixture(root, &t->mixture, err) ||
        !put_zones(root, t, options->zones, myocardium_ml, err) ||
        !put_options(root, options, err)) {
        json_decref(root);
        return NULL;
    }
    return root;
}
