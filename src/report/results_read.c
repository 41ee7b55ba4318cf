#include "report/results_read.h"

#include <math.h>
#include <string.h>

#include "base/file.h"

enum { MAX_BYTES = 16 * 1024 * 1024 };

/* Reading goes on after a failure, which is looked at once, at the end. */
struct reader {
    const json_t *object; /* the one whose members are read */
    bool failed;
};

static struct reader member(const json_t *root, const char *key, bool *failed)
{
    const json_t *o = json_object_get(root, key);
    *failed = *failed || !json_is_object(o);
    return (struct reader){o, *failed};
}

static const char *text(struct reader *r, const char *key)
{
    const json_t *v = json_object_get(r->object, key);
    r->failed = r->failed || !(json_is_string(v) || json_is_null(v));
    return json_string_value(v);
}

static double number_of(const json_t *v, bool *failed)
{
    *failed = *failed || !(json_is_number(v) || json_is_null(v));
    return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static double number(struct reader *r, const char *key)
{
    return number_of(json_object_get(r->object, key), &r->failed);
}

static void pair(struct reader *r, const char *key, double out[static 2])
{
    const json_t *a = json_object_get(r->object, key);
    r->failed = r->failed || json_array_size(a) != 2;
    for (size_t i = 0; i < 2; i++)
        out[i] = number_of(json_array_get(a, i), &r->failed);
}

static int32_t count(struct reader *r, const char *key)
{
    const json_t *v = json_object_get(r->object, key);
    const json_int_t n = json_integer_value(v);
    const bool ok = json_is_integer(v) && n >= 0 && n <= INT32_MAX;
    r->failed = r->failed || !ok;
    return ok ? (int32_t)n : 0;
}

static void read_quality(struct reader *r, struct quality *q)
{
    const char *verdict = text(r, "verdict");
    const json_t *reasons = json_object_get(r->object, "reasons");
    const json_t *reason = NULL;
    size_t i = 0;
    int v = QUALITY_ACCEPT;
    while (v <= QUALITY_REJECT && verdict &&
           strcmp(verdict, report_verdict_text((enum quality_verdict)v)) != 0)
        v++;
    r->failed = r->failed || !verdict || v > QUALITY_REJECT || !json_is_array(reasons);
    if (r->failed)
        return;
    q->verdict = (enum quality_verdict)v;
    json_array_foreach(reasons, i, reason)
    {
        const char *name = json_is_string(reason) ? json_string_value(reason) : "";
        int k = 0;
        while (k < QUALITY_REASONS &&
               strcmp(name, report_reason_name((enum quality_reason)k)) != 0)
            k++;
        r->failed = r->failed || k == QUALITY_REASONS;
        if (k < QUALITY_REASONS)
            q->reason[k] = true;
    }
}

/* @return  are there any? */
static bool read_features(struct reader *r, struct measure_features *f)
{
    const json_t *o = json_object_get(r->object, "features");

    measure_features_none(f);
    r->failed = r->failed || !(o == NULL || json_is_null(o) || json_is_object(o));
    for (int i = 0; json_is_object(o) && i < MEASURE_FEATURES; i++) {
        const json_t *v =
            json_object_get(o, measure_feature_name((enum measure_feature)i));
        f->value[i] = number_of(v, &r->failed);
    }
    return json_is_object(o);
}

static void read_origin(const json_t *root, struct patient_result *out, bool *failed)
{
    struct reader r = member(root, "program", failed);
    out->program.name = text(&r, "name");
    out->program.version = text(&r, "version");
    out->program.commit = text(&r, "commit");
    *failed = r.failed;
    r = member(root, "model", failed);
    out->model.name = text(&r, "name");
    out->model.sha256 = text(&r, "sha256");
    out->model.arch = text(&r, "arch");
    out->model.precision = text(&r, "precision");
    *failed = r.failed;
    r = member(root, "input", failed);
    out->input.id = text(&r, "id");
    out->input.path = text(&r, "path");
    out->input.format = text(&r, "format");
    out->input.series_uid = text(&r, "series_uid");
    *failed = r.failed;
}

static void read_numbers(const json_t *root, struct patient_record *record,
                         bool *failed)
{
    struct lv_measure *lv = &record->lv;
    struct patient_result *out = &record->result;
    struct reader r = member(root, "geometry", failed);
    out->geometry.slices = count(&r, "slices");
    out->geometry.rows = count(&r, "rows");
    out->geometry.columns = count(&r, "columns");
    pair(&r, "pixel_mm", out->geometry.pixel_mm);
    out->geometry.slice_spacing_mm = number(&r, "slice_spacing_mm");
    out->geometry.slice_thickness_mm = number(&r, "slice_thickness_mm");
    *failed = r.failed;
    r = member(root, "lv", failed);
    lv->myocardium_ml = number(&r, "myocardium_ml");
    lv->myocardium_g = number(&r, "myocardium_g");
    lv->blood_pool_ml = number(&r, "blood_pool_ml");
    *failed = r.failed;
    r = member(root, "scar", failed);
    lv->scar_ml = number(&r, "ml");
    lv->scar_g = number(&r, "g");
    lv->no_reflow_ml = number(&r, "no_reflow_ml");
    lv->percent_lge = number(&r, "percent_lge");
    lv->has_myocardium = !isnan(lv->percent_lge);
    pair(&r, "percent_lge_interval90", out->scar.percent_lge_interval90);
    out->scar.probability_large = number(&r, "probability_large");
    out->scar.large = json_is_true(json_object_get(r.object, "large"));
    out->scar.rule = text(&r, "rule");
    *failed = r.failed;
    r = member(root, "quality", failed);
    read_quality(&r, &out->quality);
    if (read_features(&r, &record->features))
        out->features = &record->features; /* to be moved with it */
    *failed = r.failed;
    r = member(root, "timing", failed);
    out->timing.read_s = number(&r, "read_s");
    out->timing.network_s = number(&r, "network_s");
    out->timing.total_s = number(&r, "total_s");
    out->timing.per_slice_s = number(&r, "per_slice_s");
    *failed = r.failed;
}

bool report_record_read(const char *path, struct patient_record *out, struct err *err)
{
    struct bytes b = {0};
    struct patient_record record = {0};
    bool failed = false;
    if (!file_read(path, MAX_BYTES, &b, err))
        return false;
    json_t *root = json_loadb((const char *)b.data, b.size, 0, NULL);
    bytes_clear(&b);
    read_origin(root, &record.result, &failed);
    read_numbers(root, &record, &failed);
    if (failed) {
        json_decref(root);
        return ERR_FAIL(err, ERR_FORMAT, "%s: not a result of this program", path);
    }
    record.root = root;
    *out = record;
    out->result.lv = &out->lv;
    out->result.features = record.result.features ? &out->features : NULL;
    return true;
}

void report_record_clear(struct patient_record *record)
{
    json_decref(record->root);
    *record = (struct patient_record){0};
}
