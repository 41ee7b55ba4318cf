#include "cli/inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "dicom/complete.h"
#include "image/cohort.h"
#include "image/nifti.h"

static void case_clear(struct input_case *c)
{
    mem_free(c->id);
    mem_free(c->path);
    mem_free(c->labels);
    *c = (struct input_case){0};
}

static void truncate_to(struct inputs *inputs, size_t count)
{
    while (inputs->count > count)
        case_clear(&inputs->item[--inputs->count]);
}

/* The cases and the scans that were there before. */
static void undo(struct inputs *inputs, size_t cases, size_t dicoms)
{
    truncate_to(inputs, cases);
    while (inputs->dicoms > dicoms) {
        struct input_dicom *d = inputs->dicom[--inputs->dicoms];
        input_dicom_clear(d);
        mem_free(d);
    }
}

void inputs_clear(struct inputs *inputs)
{
    undo(inputs, 0, 0);
    mem_free(inputs->item);
    mem_free(inputs->dicom);
    *inputs = (struct inputs){0};
}

/* Takes the strings of `take`, also when it fails; any may be NULL then. */
static bool push(struct inputs *inputs, struct input_case *take, struct err *err)
{
    struct input_case c = *take;

    *take = (struct input_case){0};
    if (!c.id || !c.path)
        goto fail;
    if (inputs->count == INPUTS_MAX_CASES) {
        err_record(err, ERR_SUPPORT, "more than %d cases", INPUTS_MAX_CASES);
        goto fail;
    }
    if (inputs->count == inputs->room) {
        const size_t room = inputs->room > 0 ? 2 * inputs->room : 16;
        struct input_case *item =
            mem_grow(inputs->item, inputs->room, room, sizeof *item, err);
        if (!item)
            goto fail;
        inputs->item = item;
        inputs->room = room;
    }
    inputs->item[inputs->count++] = c;
    return true;
fail:
    case_clear(&c);
    return false;
}

/* A NIfTI file. */
static bool add_file(struct inputs *inputs, const char *path, struct err *err)
{
    struct input_case c = {.id = inputs_file_id(path, 0, err)};
    c.path = c.id ? mem_strdup(path, err) : NULL;
    return push(inputs, &c, err);
}

struct walk {
    struct inputs *inputs;
    enum nifti_kind kind;
};

static bool is_other(enum nifti_kind kind, enum nifti_kind wanted)
{
    return wanted != NIFTI_NO_KIND && kind != NIFTI_NO_KIND && kind != wanted;
}

/* For folder_walk(). */
static bool add_found(void *user, const char *path, struct err *err)
{
    const struct walk *w = user;

    if (!nifti_is_name(path))
        return true;
    if (w->kind != NIFTI_NO_KIND && is_other(nifti_kind_of(path), w->kind)) {
        w->inputs->left_out++;
        return true;
    }
    return add_file(w->inputs, path, err);
}

/* The stacks of a judged study that are to be measured. */
static bool add_stacks(struct inputs *inputs, const struct input_dicom *d,
                       const struct dicom_key *key, struct err *err)
{
    for (size_t k = 0; k < d->stacks.count; k++) {
        char id[DICOM_CASE_ID];
        if (!d->choice[k].taken)
            continue;
        if (!dicom_case_id(&d->scan, &d->stacks, k, id, err) ||
            (key && !dicom_key_pseudonym(key, 's', id, id, err)))
            return false;
        struct input_case c = {.id = mem_strdup(id, err), .dicom = d, .stack = k};
        c.path = c.id ? mem_strdup(d->word, err) : NULL;
        if (!push(inputs, &c, err))
            return false;
    }
    return true;
}

/* A study from elsewhere: is it the one, and what are its files called? */
static bool rename_study(struct input_dicom *d, const struct inputs_study *study,
                         struct err *err)
{
    const size_t folder = strlen(study->folder);
    char *name = mem_strdup(study->name, err);

    if (!name)
        return false;
    mem_free(d->word);
    d->word = name;
    for (size_t i = 0; i < d->scan.headers; i++)
        if (strcmp(d->scan.header[i].study.uid, study->uid) != 0)
            return ERR_FAIL(err, ERR_FORMAT,
                            "%s: instances of another study came, which was not asked "
                            "for",
                            name);
    for (size_t i = 0; i < d->scan.bads; i++) {
        struct err *bad = &d->scan.bad[i], renamed = {0};
        if (strncmp(bad->msg, study->folder, folder) != 0)
            continue;
        err_record(&renamed, bad->code, "%s%s", name, bad->msg + folder);
        *bad = renamed;
    }
    return true;
}

/* What a file or folder holds of DICOM; kept in the list if it is any.  `study` tells
 * of a folder that it is a study from elsewhere, or is NULL. */
static bool add_dicom(struct inputs *inputs, const char *word,
                      const struct inputs_study *study, const struct inputs_options *o,
                      struct err *err)
{
    struct input_dicom *d = mem_alloc(1, sizeof *d, err), **list = NULL;
    bool ok = d && input_dicom_read(word, o->skip, o->prefer, d, err) &&
              (!study || rename_study(d, study, err));

    if (ok && (d->scan.members > 0 || d->scan.bads > 0)) {
        list = mem_grow(inputs->dicom, inputs->dicoms, inputs->dicoms + 1, sizeof *list,
                        err);
        ok = list != NULL;
    }
    if (!list) {
        if (d)
            input_dicom_clear(d);
        mem_free(d);
        return ok;
    }
    inputs->dicom = list;
    inputs->dicom[inputs->dicoms++] = d;
    return add_stacks(inputs, d, o->key, err);
}

/* Of what was found since: is there a series that cannot be measured?  Whoever goes
 * through the list says which and why. */
static bool refuses_since(const struct inputs *inputs, size_t dicoms)
{
    return inputs->dicoms > dicoms && input_dicom_refuses_any(inputs->dicom[dicoms]);
}

/* A patient of a cohort whose image is a folder, a zip archive or a DICOM file: its one
 * series to be measured, or none if it is refused.
 * Takes the strings of `take`, also when it fails. */
static bool add_series(struct inputs *inputs, struct input_case *take,
                       const struct inputs_options *o, struct err *err)
{
    const size_t before = inputs->count, studies = inputs->dicoms;
    bool ok = add_dicom(inputs, take->path, NULL, o, err);
    const bool none = inputs->count == before && refuses_since(inputs, studies);

    if (ok && !none && inputs->count != before + 1)
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: %zu short-axis LGE series, not one",
                      take->path, inputs->count - before);
    if (ok && !none) {
        struct input_case *c = &inputs->item[before];
        mem_free(c->id);
        c->id = take->id;
        c->labels = take->labels;
        c->named = true;
        take->id = take->labels = NULL; /* moved */
    }
    case_clear(take);
    return ok;
}

/* A row's case; on failure without a path. */
static struct input_case case_of_row(const struct cohort *cohort, const char *file,
                                     size_t row, const char *labels_column,
                                     struct err *err)
{
    struct input_case c = {.id = mem_strdup(cohort_get(cohort, row, "id"), err)};
    bool ok = c.id != NULL;

    /* an empty cell is a matter of this patient, not of the cohort */
    if (ok && labels_column && cohort_get(cohort, row, labels_column)[0] != '\0') {
        c.labels = cohort_path(cohort, row, labels_column, err);
        ok = c.labels != NULL;
        if (!ok)
            err_prefix(err, "%s", file);
    }
    c.path = ok ? cohort_path(cohort, row, "image", err) : NULL;
    return c;
}

static bool add_cohort(struct inputs *inputs, const char *path,
                       const struct inputs_options *o, struct err *err)
{
    const char *split = o->split, *column = o->labels_column;
    struct cohort cohort = {0};
    size_t patients = 0;
    bool ok = false;

    if (!cohort_read(path, &cohort, err))
        return false;
    if (column != NULL && cohort_get(&cohort, 0, column) == NULL) {
        err_record(err, ERR_FORMAT, "%s: no column \"%s\"", path, column);
        goto done;
    }
    for (size_t r = 0; r < cohort.rows; r++) {
        const char *of = cohort_get(&cohort, r, "split");
        if (split != NULL && of == NULL) {
            err_record(err, ERR_FORMAT, "%s: no column \"split\"", path);
            goto done;
        }
        if (split != NULL && strcmp(of, split) != 0)
            continue;
        patients++;
        struct input_case c = case_of_row(&cohort, path, r, column, err);
        const bool study =
            c.path && o->dicom && file_exists(c.path) && !nifti_is_name(c.path);
        if (study ? !add_series(inputs, &c, o, err) : !push(inputs, &c, err))
            goto done;
    }
    if (patients == 0) {
        err_record(err, ERR_FORMAT, "%s: no patient with split \"%s\"", path,
                   split != NULL ? split : "");
        goto done;
    }
    ok = true;
done:
    cohort_clear(&cohort);
    return ok;
}

/* A folder, or a file that is neither NIfTI nor a cohort by its name. */
static bool add_searched(struct inputs *inputs, const char *word, bool folder,
                         const struct inputs_options *o, struct err *err)
{
    const size_t cases = inputs->count, studies = inputs->dicoms;
    const size_t others = inputs->left_out;
    struct walk walk = {inputs, o->kind};

    if (folder && !folder_walk(word, o->skip, add_found, &walk, err))
        return false;
    if (o->dicom && !add_dicom(inputs, word, NULL, o, err))
        return false;
    const bool dicom = inputs->dicoms > studies;
    if (inputs->count > cases ||
        (dicom && (o->any_dicom || refuses_since(inputs, studies))))
        return true;
    if (dicom)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: no short-axis LGE series (cicatrix info tells what is "
                        "there)",
                        word);
    if (inputs->left_out > others)
        return ERR_FAIL(err, ERR_FORMAT, "%s: all NIfTI files in this folder are %s",
                        word, o->kind == NIFTI_IMAGE ? "label maps" : "images");
    if (folder)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no .nii or .nii.gz file%s in this folder",
                        word, o->dicom ? " and no DICOM" : "");
    return ERR_FAIL(err, ERR_SUPPORT,
                    "%s: not a NIfTI file (.nii, .nii.gz)%s, a folder or a cohort "
                    "(.csv)",
                    word, o->dicom ? ", a DICOM file, a zip archive" : "");
}

struct input_ref inputs_ref(const struct input_case *c)
{
    return (struct input_ref){c->id, c->path, c->dicom, c->stack, c->named};
}

static bool is_cohort_name(const char *word)
{
    const size_t n = strlen(word);
    return n > 4 && strcmp(word + n - 4, ".csv") == 0;
}

bool inputs_add(struct inputs *inputs, const char *word,
                const struct inputs_options *options, struct err *err)
{
    const size_t before = inputs->count, others = inputs->left_out;
    bool ok = false;

    if (!file_exists(word))
        return ERR_FAIL(err, ERR_IO, "%s: cannot open: %s", word, strerror(errno));
    const bool folder = file_is_dir(word), cohort = !folder && is_cohort_name(word);
    if (options->split && !cohort)
        return ERR_FAIL(err, ERR_ARG,
                        "%s: --split takes rows of a cohort (.csv), and this is none",
                        word);
    if (cohort)
        ok = add_cohort(inputs, word, options, err);
    else if (!folder && nifti_is_name(word))
        ok = add_file(inputs, word, err);
    else
        ok = add_searched(inputs, word, folder, options, err);
    if (!ok) {
        truncate_to(inputs, before);
        inputs->left_out = others;
    }
    return ok;
}

/* Of a study that was brought, an instance that cannot be read is perhaps one of the
 * stack's ends: nothing of it is measured. */
static bool say_unreadable(const struct input_dicom *d,
                           const struct inputs_study *study, struct err *err)
{
    const struct dicom_scan *s = &d->scan;
    const struct err *bad = &s->bad[0];
    const size_t name = strlen(study->name);
    const bool named = strncmp(bad->msg, study->name, name) == 0;
    const char *what = named ? bad->msg + name : bad->msg;

    return ERR_FAIL(
        err, bad->code,
        "%s: nothing of it is measured: %zu of %zu instances cannot be read, "
        "the first of them: %s",
        study->name, s->bads, s->places, what + (*what == '/'));
}

/* Is all there, and readable?  Who only wants to know what is there sees what is. */
static bool is_whole(const struct input_dicom *d, const struct inputs_study *study,
                     bool only_told, struct err *err)
{
    if (d->scan.bads > 0)
        return only_told || say_unreadable(d, study, err);
    if (!study->series || dicom_complete_check(&d->scan, study->series, err))
        return true;
    err_prefix(err, "%s", study->name);
    return false;
}

bool inputs_add_study(struct inputs *inputs, const struct inputs_study *study,
                      const struct inputs_options *options, struct err *err)
{
    const size_t cases = inputs->count, dicoms = inputs->dicoms;
    bool ok = add_dicom(inputs, study->folder, study, options, err);

    if (ok && inputs->dicoms == dicoms)
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: no DICOM came", study->name);
    ok = ok && is_whole(inputs->dicom[dicoms], study, options->any_dicom, err);
    if (ok && !options->any_dicom && inputs->count == cases &&
        !refuses_since(inputs, dicoms))
        ok =
            ERR_FAIL(err, ERR_FORMAT,
                     "%s: no short-axis LGE series (cicatrix info --pacs --study tells "
                     "what is there)",
                     study->name);
    if (!ok)
        undo(inputs, cases, dicoms);
    return ok;
}

/* --- one id, one case --- */

/* By id, of one id the first given first. */
static int by_id(const void *a, const void *b)
{
    const struct input_case *const *x = a, *const *y = b;
    const int order = strcmp((*x)->id, (*y)->id);

    if (order != 0)
        return order;
    return *x < *y ? -1 : *x > *y;
}

static size_t same_id(struct input_case **sorted, size_t count)
{
    size_t n = 1;

    while (n < count && strcmp(sorted[n]->id, sorted[0]->id) == 0)
        n++;
    return n;
}

static bool lengthen(struct input_case *c, struct err *err)
{
    char *id = inputs_file_id(c->path, ++c->parents, err);

    if (!id)
        return false;
    mem_free(c->id);
    c->id = id;
    return true;
}

/* Would even the longest ids of these files be one?  a.nii and a.nii.gz, or a file that
 * was given twice. */
static bool stay_one(struct input_case **same, size_t count, bool *one, struct err *err)
{
    char *first = inputs_file_id(same[0]->path, INPUTS_MAX_PARENTS, err);
    bool ok = first != NULL;

    *one = true;
    for (size_t i = 1; ok && *one && i < count; i++) {
        char *id = inputs_file_id(same[i]->path, INPUTS_MAX_PARENTS, err);
        ok = id != NULL;
        *one = ok && strcmp(id, first) == 0;
        mem_free(id);
    }
    mem_free(first);
    return ok;
}

/* Cases of one id: one more folder of a file's path stands in its own. */
static bool part(struct input_case **same, size_t count, bool *any, struct err *err)
{
    bool one = true;

    if (count > 1 && !stay_one(same, count, &one, err))
        return false;
    for (size_t i = 0; i < count && !one; i++) {
        if (same[i]->named || same[i]->dicom)
            continue;
        if (!lengthen(same[i], err))
            return false;
        *any = true;
    }
    return true;
}

static void find_clashes(struct input_case **sorted, size_t count)
{
    for (size_t i = 0, n; i < count; i += n) {
        n = same_id(sorted + i, count - i);
        for (size_t k = 1; k < n; k++)
            sorted[i + k]->clashes = sorted[i]->path;
    }
}

static void sort_by_id(struct input_case **sorted, size_t count)
{
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_id);
}

bool inputs_settle_ids(struct inputs *inputs, struct err *err)
{
    const size_t count = inputs->count;
    struct input_case **sorted = mem_alloc(count, sizeof(*sorted), err);
    bool ok = sorted != NULL, any = true;

    for (size_t i = 0; ok && i < count; i++)
        sorted[i] = &inputs->item[i];
    for (int round = 0; ok && any && round < INPUTS_MAX_PARENTS; round++) {
        any = false;
        sort_by_id(sorted, count);
        for (size_t i = 0, n; ok && i < count; i += n) {
            n = same_id(sorted + i, count - i);
            ok = part(sorted + i, n, &any, err);
        }
    }
    if (ok) {
        sort_by_id(sorted, count);
        find_clashes(sorted, count);
    }
    mem_free(sorted);
    return ok;
}
