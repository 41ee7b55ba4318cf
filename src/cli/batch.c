#include "cli/batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rank.h"
#include "cli/patient_dir.h"
#include "cli/predict_rows.h"
#include "cli/say.h"

enum { ID_WIDTH = 8, MAX_TABLE = 256 * 1024 * 1024 };

void batch_fail(struct batch *b, const struct err *err)
{
    say_err_over(&b->progress, err);
    b->failed++;
}

void batch_add(struct batch *b, const char *word, const struct inputs_options *options)
{
    const size_t before = b->inputs.left_out;
    struct err err = {0};

    if (!inputs_add(&b->inputs, word, options, &err))
        batch_fail(b, &err);
    if (b->inputs.left_out > before)
        say_warning("%s: left out: NIfTI files that hold %s: %zu", word,
                    options->kind == NIFTI_IMAGE ? "label maps" : "images",
                    b->inputs.left_out - before);
}

/* Of a study: files that are bad, series that wait for a result in vain. */
static void fail_parts(struct batch *b, const struct input_dicom *d)
{
    for (size_t i = 0; i < d->scan.bads; i++)
        batch_fail(b, &d->scan.bad[i]);
    for (size_t k = 0; k < d->stacks.count; k++) {
        struct err why = {0};
        if (input_dicom_refuses(d, k, &why))
            batch_fail(b, &why);
    }
}

bool batch_ready(struct batch *b, struct err *err)
{
    if (!inputs_settle_ids(&b->inputs, err))
        return false;
    b->id_width = ID_WIDTH;
    for (size_t i = 0; i < b->inputs.dicoms; i++)
        fail_parts(b, b->inputs.dicom[i]);
    for (size_t i = 0; i < b->inputs.count; i++) {
        const struct input_case *c = &b->inputs.item[i];
        const int width = (int)strlen(c->id);
        b->id_width = width > b->id_width ? width : b->id_width;
        if (c->dicom && c->dicom->choice[c->stack].note[0])
            say_warning("%s: %s: %s", c->path, c->id, c->dicom->choice[c->stack].note);
    }
    return true;
}

bool batch_keep(struct batch *b, const struct patient_result *r, struct err *err)
{
    return report_table_add(&b->table, r, err) && (b->shared || batch_write(b, err));
}

bool batch_write(struct batch *b, struct err *err)
{
    char *path = file_join(b->out, "results.csv", err);
    const bool ok = path && report_table_write(path, &b->table, err);
    mem_free(path);
    return ok;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Results of an earlier run that are not made again stay in their folders; the table is
 * of this run. */
static void warn_of_former(const struct batch *b, const struct csv *table)
{
    const struct inputs *in = &b->inputs;
    const char **id = mem_alloc(in->count + 1, sizeof *id, NULL);
    size_t others = 0, first = 0;
    if (!id)
        return;
    for (size_t i = 0; i < in->count; i++)
        id[i] = in->item[i].id;
    qsort(id, in->count, sizeof *id, by_text);
    for (size_t r = 1; r < table->rows; r++) {
        const char *was = csv_columns(table, r) > 0 ? csv_cell(table, r, 0) : "";
        if (bsearch(&was, id, in->count, sizeof *id, by_text))
            continue;
        first = others++ == 0 ? r : first;
    }
    if (others > 0)
        say_warning(
            "%s/results.csv: %zu patient%s of an earlier run (%s%s) will not stand "
            "in the new one; the folder%s stay%s",
            b->out, others, others > 1 ? "s" : "", csv_cell(table, first, 0),
            others > 1 ? ", ..." : "", others > 1 ? "s" : "", others > 1 ? "" : "s");
    mem_free(id);
}

static bool is_corrected(const char *out, const char *id)
{
    struct patient_record record = {0};
    struct err damaged = {0};
    if (!predict_rows_record(out, id, &record, &damaged))
        return false;
    const bool is = json_is_object(json_object_get(record.root, "correction"));
    report_record_clear(&record);
    return is;
}

/* A folder of corrections has a table of its own, and nothing else's results. */
static bool spares_corrections(const struct batch *b, const struct csv *table,
                               struct err *err)
{
    for (size_t r = 1; r < table->rows; r++) {
        const char *id = csv_columns(table, r) > 0 ? csv_cell(table, r, 0) : "";
        if (is_corrected(b->out, id))
            return ERR_FAIL(err, ERR_ARG,
                            "%s/%s: was corrected by hand, and is not written over: "
                            "give another folder (-o)",
                            b->out, id);
    }
    return true;
}

static bool look_at_former(const struct batch *b, struct err *err)
{
    struct bytes bytes = {0};
    struct csv table = {0};
    char *path = file_join(b->out, "results.csv", err);
    bool ok = path;
    if (ok && file_exists(path) && file_read(path, MAX_TABLE, &bytes, NULL) &&
        csv_parse((const char *)bytes.data, bytes.size, path, &table, NULL)) {
        ok = spares_corrections(b, &table, err);
        if (ok && rank_here().index == 0)
            warn_of_former(b, &table);
    }
    csv_clear(&table);
    bytes_clear(&bytes);
    mem_free(path);
    return ok;
}

bool batch_open(struct batch *b, struct err *err)
{
    if (!file_make_dirs(b->out, err))
        return false;
    if (!look_at_former(b, err))
        return false;
    patient_dir_sweep(b->out);
    b->rows = open_memstream(&b->rows_text, &b->rows_size);
    return b->rows || ERR_FAIL(err, ERR_NOMEM, "%s: no memory", b->name);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (stat(a, &x) != 0 || stat(b, &y) != 0)
        return strcmp(a, b) == 0;
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Of whose image the results are that would be replaced.  (Without its folder two
 * images may have one path; then nothing is seen.) */
static void warn_of_another(const struct batch *b, const struct input_case *c)
{
    struct patient_record former = {0};
    struct err damaged = {0};
    if (c->dicom || !predict_rows_record(b->out, c->id, &former, &damaged))
        return;
    const char *path = former.result.input.path;
    if (path && !is_same_file(path, c->path))
        say_warning("%s/%s: holds results of %s, in whose place those of %s are to be",
                    b->out, c->id, path, c->path);
    report_record_clear(&former);
}

bool batch_case(const struct batch *b, const struct input_case *c,
                bool (*patient)(void *user, const struct input_case *in,
                                struct err *err),
                void *user, struct err *err)
{
    if (c->clashes)
        return ERR_FAIL(err, ERR_FORMAT, "%s: its id %s is taken by %s", c->path, c->id,
                        c->clashes);
    if (is_corrected(b->out, c->id)) /* though no table names it */
        return ERR_FAIL(err, ERR_ARG,
                        "%s/%s: was corrected by hand, and is not written over: give "
                        "another folder (-o)",
                        b->out, c->id);
    warn_of_another(b, c);
    return patient(user, c, err);
}

bool batch_run(struct batch *b,
               bool (*patient)(void *user, const struct input_case *in,
                               struct err *err),
               void (*last)(void *user), void *user, struct err *err)
{
    const struct inputs *in = &b->inputs;
    const bool was_there = file_exists(b->out);

    if (!batch_open(b, err))
        return false;
    progress_start(&b->progress, in->count > 1 ? stderr : NULL, b->name, 0,
                   (int64_t)in->count);
    for (size_t i = 0; i < in->count; i++) {
        const struct input_case *c = &in->item[i];
        struct err one = {0};
        if (!batch_case(b, c, patient, user, &one))
            batch_fail(b, &one);
        else if (!last)
            b->done++;
        progress_update(&b->progress, (int64_t)i + 1, c->id);
    }
    if (last)
        last(user);
    progress_finish(&b->progress, "");
    if (!was_there && b->done == 0)
        (void)rmdir(b->out); /* nothing came of it */
    return true;
}

const char *batch_rows(struct batch *b)
{
    return fflush(b->rows) == 0 && b->rows_size > 0 ? b->rows_text : NULL;
}

void batch_clear(struct batch *b)
{
    if (b->rows)
        (void)fclose(b->rows);
    free(b->rows_text);
    report_table_clear(&b->table);
    inputs_clear(&b->inputs);
    *b = (struct batch){0};
}
