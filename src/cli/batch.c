#include "cli/batch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/patient_dir.h"
#include "cli/say.h"

enum { ID_WIDTH = 8 };

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

bool batch_open(struct batch *b, struct err *err)
{
    if (!file_make_dirs(b->out, err))
        return false;
    patient_dir_sweep(b->out);
    b->rows = open_memstream(&b->rows_text, &b->rows_size);
    return b->rows || ERR_FAIL(err, ERR_NOMEM, "%s: no memory", b->name);
}

bool batch_case(const struct input_case *c,
                bool (*patient)(void *user, const struct input_case *in,
                                struct err *err),
                void *user, struct err *err)
{
    if (c->clashes)
        return ERR_FAIL(err, ERR_FORMAT, "%s: its id %s is taken by %s", c->path, c->id,
                        c->clashes);
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
        if (!batch_case(c, patient, user, &one))
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
