#include "cli/view_case.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/describe.h"
#include "cli/predict_rows.h"
#include "cli/quantify_dicom.h"
#include "cli/results_folder.h"
#include "cli/say.h"
#include "report/json_out.h"
#include "report/scene.h"

void view_case_close(struct view_case *c)
{
    report_record_clear(&c->record);
    labels_clear(&c->drawn);
    dicom_source_clear(&c->source);
    image_clear(&c->image);
    *c = (struct view_case){0};
}

/* ---- the image ---- */

static const struct input_case *find_input(const struct inputs *inputs, const char *id)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (strcmp(inputs->item[i].id, id) == 0)
            return &inputs->item[i];
    return NULL;
}

/* Whose heart it is does not come back by a correction (cli/quantify_case.c). */
static bool anonymise(const struct view_folders *folders, const struct input_ref *ref,
                      struct view_case *c, struct err *err)
{
    const struct dicom_anonymise how = {folders->key, ref->named ? ref->id : NULL,
                                        false};

    if (c->source.slices == 0)
        return true;
    if (folders->key)
        return dicom_anonymise(&c->source, &how, err);
    return !folders->corrected || c->record.result.input.path ||
           ERR_FAIL(err, ERR_ARG,
                    "%s: the results are anonymous, but what is written of a "
                    "correction would not be (give the key: --anonymise-key)",
                    c->id);
}

static bool read_input(const struct view_folders *folders,
                       const struct input_case *input, struct view_case *c,
                       struct err *err)
{
    const struct input_ref ref = inputs_ref(input);
    return input_read(&ref, &c->image, &c->source, err) &&
           anonymise(folders, &ref, c, err);
}

/* Where the results say it is: a file, or a study in which it has its id. */
static bool read_where_told(const struct view_folders *folders, struct view_case *c,
                            struct err *err)
{
    const struct inputs_options options = {.dicom = true, .key = folders->key};
    const char *path = c->record.result.input.path;
    struct inputs inputs = {0};
    bool ok = false;

    if (!path)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: the results do not say where its image is (name it: "
                        "cicatrix view RESULTS IMAGE..., and of anonymous DICOM the "
                        "key: --anonymise-key)",
                        c->id);
    if (inputs_add(&inputs, path, &options, err)) {
        const struct input_case *input = find_input(&inputs, c->id);
        if (!input && inputs.count == 1)
            input = &inputs.item[0]; /* a cohort has ids of its own */
        ok = input ? read_input(folders, input, c, err)
                   : ERR_FAIL(err, ERR_FORMAT, "%s: no image of %s in it", path, c->id);
    }
    if (!ok)
        err_prefix(err,
                   "%s: its image is not where the results say (name it: cicatrix view "
                   "RESULTS IMAGE...)",
                   c->id);
    inputs_clear(&inputs);
    return ok;
}

static bool read_image(const struct view_folders *folders, struct view_case *c,
                       struct err *err)
{
    const struct input_case *named = find_input(folders->images, c->id);

    return (named ? read_input(folders, named, c, err)
                  : read_where_told(folders, c, err)) &&
           patient_files_orient(&c->image, &c->native, err);
}

/* As the report shows it. */
static bool find_view(struct view_case *c, struct err *err)
{
    const struct overlay_reading reading = {&c->drawn, NULL};
    const struct overlay overlay = {&c->image, &reading, 1, c->id, ""};
    struct plot_montage shown;

    if (!report_scene_view(&overlay, &shown, err))
        return false;
    c->low = shown.black;
    c->high = shown.white;
    c->flip[0] = shown.view.flip_x;
    c->flip[1] = shown.view.flip_y;
    return true;
}

/* ---- the patient ---- */

static bool read_drawn(const char *folder, const struct view_case *c,
                       struct labels *out, struct err *err)
{
    char *path = predict_rows_path(folder, c->id, "labels.nii.gz", err);
    const bool ok =
        path && patient_files_read_labels(path, c->id, &c->image.grid, out, err);

    mem_free(path);
    return ok;
}

bool view_case_open(const struct view_folders *folders, const char *id,
                    struct view_case *out, struct err *err)
{
    (void)snprintf(out->id, sizeof out->id, "%s", id);
    if (!predict_rows_record(folders->results, id, &out->record, err) ||
        !read_image(folders, out, err) ||
        !read_drawn(folders->results, out, &out->drawn, err) || !find_view(out, err))
        return false;
    const char *rule = out->record.result.scar.rule;
    return !rule || measure_rule_parse(rule, &out->rule, err);
}

bool view_case_is_corrected(const struct view_folders *folders, const char *id)
{
    char *path = folders->corrected
                     ? predict_rows_path(folders->corrected, id, "labels.nii.gz", NULL)
                     : NULL;
    const bool is = path && file_exists(path);

    mem_free(path);
    return is;
}

bool view_case_corrected(const struct view_folders *folders, const struct view_case *c,
                         struct labels *out, struct err *err)
{
    return read_drawn(folders->corrected, c, out, err);
}

bool view_case_labels(const struct view_case *c, const void *bytes, size_t size,
                      struct labels *out, struct err *err)
{
    const size_t n = grid_voxels(&c->drawn.grid);
    const uint8_t *code = bytes;

    if (size != n)
        return ERR_FAIL(err, ERR_ARG, "%zu labels for %zu voxels", size, n);
    for (size_t v = 0; v < n; v++)
        if (code[v] >= LABEL_COUNT)
            return ERR_FAIL(err, ERR_ARG, "%d is no label", (int)code[v]);
    if (!labels_alloc(&c->drawn.grid, out, err))
        return false;
    memcpy(out->vox, code, n);
    return true;
}

/* ---- measuring ---- */

/* `result` points into this struct. */
struct measured {
    struct lv_measure lv;
    struct measure_lv_shape shape;
    struct patient_result result;
    char model[128];
};

static void measured_clear(struct measured *m)
{
    measure_segments_clear(&m->shape);
    measure_lv_clear(&m->lv);
}

/* What the labels do not tell, but the network's results do. */
static void keep_reasons(const struct quality *from, struct quality *to,
                         const struct nifti_forms *forms)
{
    if (from->reason[QUALITY_SLICES_LEFT_OUT])
        report_quality_left_out(to);
    report_quality_forms(to, forms);
}

static void describe(const struct view_case *c, struct measured *m)
{
    const struct patient_result *before = &c->record.result;
    const struct describe_input what = {c->id, before->input.path, &c->image.grid,
                                        c->rule};
    struct patient_result *r = &m->result;

    describe_patient(&what, &m->lv, &m->shape, r);
    if (c->source.slices > 0)
        quantify_dicom_describe(&c->source, r);
    (void)snprintf(m->model, sizeof m->model, "%s, corrected by hand",
                   before->model.name ? before->model.name : "unknown model");
    r->model = before->model;
    r->model.name = m->model;
    r->timing.read_s = r->timing.network_s = r->timing.total_s = r->timing.per_slice_s =
        (double)NAN;
}

/* The angle that was given when it was first measured still holds: the heart has not
 * turned. */
static struct measure_segments_options counted_from(const struct view_case *c)
{
    const json_t *o = json_object_get(c->record.root, "segment_reference");
    const json_t *angle = json_object_get(o, "angle_deg");
    const char *by = json_string_value(json_object_get(o, "by"));
    const char *given = measure_reference_name(MEASURE_BY_ANGLE);
    if (!by || strcmp(by, given) != 0 || !json_is_number(angle))
        return (struct measure_segments_options){0};
    return (struct measure_segments_options){true, json_number_value(angle)};
}

static bool measure(const struct view_case *c, const struct labels *labels,
                    struct measured *m, struct err *err)
{
    const struct measure_segments_options options = counted_from(c);

    if (!measure_lv(labels, &m->lv, err) ||
        !measure_segments(labels, &options, &m->shape, err) ||
        !report_quality(labels, true, &m->result.quality, err)) {
        err_prefix(err, "%s", c->id);
        return false;
    }
    keep_reasons(&c->record.result.quality, &m->result.quality, &c->native.forms);
    describe(c, m);
    return true;
}

/* Against what the network drew. */
static json_t *correction_json(const struct view_case *c, const struct labels *labels,
                               struct err *err)
{
    json_t *o = json_object();
    size_t changed = 0;

    for (size_t v = 0; v < grid_voxels(&labels->grid); v++)
        changed += labels->vox[v] != c->drawn.vox[v];
    if (o &&
        report_json_add(o, "voxels_changed", json_integer((json_int_t)changed), err) &&
        report_json_add(o, "percent_lge_before",
                        report_json_number(c->record.lv.percent_lge, REPORT_DIGITS),
                        err))
        return o;
    json_decref(o);
    return NULL;
}

static json_t *results_json(const struct view_case *c, const struct labels *labels,
                            const struct measured *m, struct err *err)
{
    json_t *root = report_result_json(&m->result, err);

    if (root &&
        report_json_add(root, "correction", correction_json(c, labels, err), err))
        return root;
    json_decref(root);
    return NULL;
}

/* Who saved it, and when. */
static bool sign(const struct view_folders *folders, json_t *results, struct err *err)
{
    json_t *o = json_object_get(results, "correction");
    const char *reader = folders->reader;
    char when[CLOCK_UTC];

    clock_utc(when);
    return report_json_add(o, "reader", reader ? report_json_text(reader) : json_null(),
                           err) &&
           report_json_add(o, "saved", report_json_text(when), err);
}

/* ---- keeping ---- */

static bool write_dicom(const struct view_folders *folders,
                        const struct patient_dir *dir, const struct view_case *c,
                        const struct labels *labels, const struct measured *m,
                        struct err *err)
{
    const struct quantify_dicom q = {.source = &c->source,
                                     .image = &c->image,
                                     .labels = labels,
                                     .back = &c->native.back,
                                     .result = &m->result,
                                     .report = folders->report,
                                     .corrected = true};

    return c->source.slices == 0 || quantify_dicom_write(dir, &q, err);
}

/* The report goes into DICOM, too: where the patient cannot be told, nor can the reader
 * there (dicom/derived.h). */
static bool write_report(const struct view_folders *folders,
                         const struct patient_dir *dir, const struct view_case *c,
                         const struct labels *labels, const struct measured *m,
                         struct err *err)
{
    struct patient_result r = m->result;

    if (c->source.identity != DICOM_IDENTIFIED)
        r.reader = NULL;
    return !folders->report ||
           patient_files_report(dir, &c->image, labels, &r, folders->lang, err);
}

static bool keep(const struct view_folders *folders, const struct view_case *c,
                 const struct labels *labels, const struct measured *m,
                 const json_t *results, struct err *err)
{
    struct patient_dir dir = {0};
    char *path = NULL;
    bool ok = file_make_dirs(folders->corrected, err) &&
              patient_dir_open(folders->corrected, c->id, &dir, err) &&
              patient_files_labels(&dir, "labels.nii.gz", labels, &c->native, err) &&
              write_report(folders, &dir, c, labels, m, err) &&
              write_dicom(folders, &dir, c, labels, m, err);
    if (ok)
        path = patient_dir_file(&dir, "results.json", err);
    ok = path && report_json_write(path, results, err) && patient_dir_commit(&dir, err);
    patient_dir_abort(&dir);
    mem_free(path);
    return ok;
}

bool view_case_measure(const struct view_folders *folders, const struct view_case *c,
                       const struct labels *labels, json_t **out, struct err *err)
{
    struct measured m = {0};
    json_t *results = NULL;
    bool ok = measure(c, labels, &m, err);

    if (ok)
        results = results_json(c, labels, &m, err);
    if (folders)
        m.result.reader = folders->reader;
    ok = results && (!folders || (sign(folders, results, err) &&
                                  keep(folders, c, labels, &m, results, err)));
    if (ok)
        *out = json_incref(results);
    json_decref(results);
    measured_clear(&m);
    return ok;
}

bool view_case_discard(const struct view_folders *folders, const char *id,
                       struct err *err)
{
    return patient_dir_remove(folders->corrected, id, err);
}

/* What cannot be read is said when it is opened. */
static bool check_correction(void *user, const char *id, struct err *err)
{
    const char *folder = ((const struct view_folders *)user)->corrected;
    struct patient_record record = {0};
    struct err damaged = {0};

    if (!predict_rows_record(folder, id, &record, &damaged))
        return true;
    const bool is = json_is_object(json_object_get(record.root, "correction"));
    report_record_clear(&record);
    return is || ERR_FAIL(err, ERR_ARG,
                          "%s/%s holds results that are no correction: give another "
                          "folder",
                          folder, id);
}

bool view_case_check_corrections(const struct view_folders *folders, struct err *err)
{
    struct view_folders f = *folders;

    return !file_exists(f.corrected) ||
           results_folder_walk(f.corrected, check_correction, &f, err);
}

/* The table being made. */
struct table {
    const char *folder;
    struct result_table rows;
};

static bool add_row(void *user, const char *id, struct err *err)
{
    struct table *t = user;
    struct patient_record record = {0};
    struct err damaged = {0};

    if (!predict_rows_record(t->folder, id, &record, &damaged)) {
        say_err(&damaged); /* another patient's, perhaps: this one is kept */
        return true;
    }
    const bool ok = report_table_add(&t->rows, &record.result, err);
    report_record_clear(&record);
    return ok;
}

bool view_case_write_table(const struct view_folders *folders, struct err *err)
{
    struct table t = {.folder = folders->corrected};
    char *path = file_join(folders->corrected, "results.csv", err);
    const bool ok = path && results_folder_walk(t.folder, add_row, &t, err) &&
                    report_table_write(path, &t.rows, err);

    report_table_clear(&t.rows);
    mem_free(path);
    return ok;
}
