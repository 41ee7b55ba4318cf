#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/import.h"
#include "cli/say.h"
#include "cli/split.h"
#include "image/nifti.h"

enum {
    MAX_CASES = 100000,
    MAX_ID = 58,
    MAX_FILE_BYTES = 1 << 30,
};

/* Two files of one case describe the same grid; headers are float32, and a matrix may
 * have gone through a quaternion. */
#define SAME_GRID_MM 0.1

struct emidec_case {
    char id[MAX_ID + 1]; /* "P001": the folder's name without "Case_" */
    char *image, *label; /* owned paths; label is NULL where there are no contours */
    const char *image_end, *label_end; /* ".nii.gz" or ".nii" */
};

struct emidec {
    struct emidec_case *cases; /* sorted by id */
    size_t n;
    char **written; /* files of this run, to be removed if it fails */
    size_t n_written;
};

static void emidec_clear(struct emidec *e)
{
    for (size_t i = 0; i < e->n; i++) {
        mem_free(e->cases[i].image);
        mem_free(e->cases[i].label);
    }
    for (size_t i = 0; i < e->n_written; i++)
        mem_free(e->written[i]);
    mem_free(e->cases);
    mem_free(e->written);
    *e = (struct emidec){0};
}

static char *make_path(struct err *err, const char *fmt, ...) ATTR_PRINTF(2, 3);
static char *make_path(struct err *err, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text) {
        err_record(err, ERR_SUPPORT, "%.60s...: the path is too long", text);
        return NULL;
    }
    return mem_strdup(text, err);
}

/* ---- finding the cases ---- */

/* "Case_P001" -> "P001"; false for anything else. */
static bool case_id(const char *name, char id[MAX_ID + 1])
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (strncmp(name, "Case_", 5) != 0)
        return false;
    const size_t n = strlen(name + 5);
    if (n == 0 || n > MAX_ID || strspn(name + 5, allowed) != n)
        return false;
    memcpy(id, name + 5, n + 1);
    return true;
}

/* DIR/Case_X/KIND/Case_X.nii.gz or .nii; `path` NULL if neither is there. */
static bool find_volume(const char *dir, const char *id, const char *kind, char **path,
                        const char **end, struct err *err)
{
    static const char *const ends[] = {".nii.gz", ".nii"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char *p = make_path(err, "%s/Case_%s/%s/Case_%s%s", dir, id, kind, id, ends[i]);
        if (!p)
            return false;
        if (file_exists(p)) {
            *path = p;
            *end = ends[i];
            return true;
        }
        mem_free(p);
    }
    *path = NULL;
    return true;
}

static bool add_case(struct emidec *e, const char *dir, const char *id, struct err *err)
{
    struct emidec_case c = {0};
    memcpy(c.id, id, strlen(id) + 1);
    if (e->n >= MAX_CASES)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d cases", dir,
                        (int)MAX_CASES);
    if (!find_volume(dir, id, "Images", &c.image, &c.image_end, err))
        return false;
    if (!c.image)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s/Case_%s: there is no Images/Case_%s.nii.gz", dir, id, id);
    struct emidec_case *more = NULL;
    if (find_volume(dir, id, "Contours", &c.label, &c.label_end, err))
        more = mem_grow(e->cases, e->n, e->n + 1, sizeof *more, err);
    if (!more) {
        mem_free(c.image);
        mem_free(c.label);
        return false;
    }
    e->cases = more;
    e->cases[e->n++] = c;
    return true;
}

/* Folders named Case_X in `dir`, and, if `deeper`, in its other folders. */
static bool scan(struct emidec *e, const char *dir, bool deeper, struct err *err)
{
    DIR *d = opendir(dir);
    if (!d)
        return ERR_FAIL(err, ERR_IO, "%s: %s", dir, file_cause(errno));
    bool ok = true;
    for (const struct dirent *entry; ok && (entry = readdir(d));) {
        char id[MAX_ID + 1];
        if (entry->d_name[0] == '.')
            continue;
        char *path = make_path(err, "%s/%s", dir, entry->d_name);
        ok = path != NULL;
        if (ok && file_is_dir(path)) {
            if (case_id(entry->d_name, id))
                ok = add_case(e, dir, id, err);
            else if (deeper)
                ok = scan(e, path, false, err);
        }
        mem_free(path);
    }
    (void)closedir(d);
    return ok;
}

static int by_id(const void *a, const void *b)
{
    const struct emidec_case *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static bool find_cases(struct emidec *e, const char *source, struct err *err)
{
    if (!scan(e, source, true, err))
        return false;
    if (e->n == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no folder Case_X in it", source);
    qsort(e->cases, e->n, sizeof *e->cases, by_id);
    for (size_t i = 1; i < e->n; i++)
        if (strcmp(e->cases[i - 1].id, e->cases[i].id) == 0)
            return ERR_FAIL(err, ERR_FORMAT, "%s: Case_%s is there twice", source,
                            e->cases[i].id);
    return true;
}

/* ---- checking them ---- */

static bool has_label(const struct labels *l, unsigned set)
{
    const size_t n = grid_voxels(&l->grid);
    for (size_t i = 0; i < n; i++)
        if (label_in(l->vox[i], set))
            return true;
    return false;
}

static bool check_case(const struct emidec_case *c, struct err *err)
{
    struct image image = {0};
    struct labels labels = {0};
    bool ok = false;

    if (!nifti_read_image(c->image, &image, NULL, err))
        goto done;
    if (image_looks_like_labels(&image)) {
        err_record(err, ERR_FORMAT, "%s: this is a label map, not an image", c->image);
        goto done;
    }
    if (c->label) {
        if (!nifti_read_labels(c->label, &labels, err))
            goto done;
        if (!grid_same(&image.grid, &labels.grid, SAME_GRID_MM)) {
            err_record(err, ERR_FORMAT, "%s: its grid is not that of %s", c->label,
                       c->image);
            goto done;
        }
        if (!has_label(&labels, LABELS_MYOCARDIUM)) {
            err_record(err, ERR_FORMAT, "%s: no myocardium in it", c->label);
            goto done;
        }
    }
    ok = true;
done:
    image_clear(&image);
    labels_clear(&labels);
    return ok;
}

static bool check_cases(const struct emidec *e, struct progress *p, struct err *err)
{
    size_t faulty = 0;
    for (size_t i = 0; i < e->n; i++) {
        struct err cause = {0};
        if (!check_case(&e->cases[i], &cause)) {
            say_err(&cause);
            faulty++;
        }
        progress_update(p, (int64_t)i + 1, e->cases[i].id);
    }
    if (faulty)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%zu of %zu cases are faulty; nothing was written", faulty,
                        e->n);
    return true;
}

/* ---- writing the cohort ---- */

/* Remember a file of this run; takes `path` in any case. */
static bool remember(struct emidec *e, char *path, struct err *err)
{
    char **more =
        mem_grow(e->written, e->n_written, e->n_written + 1, sizeof *more, err);
    if (!more) {
        mem_free(path);
        return false;
    }
    e->written = more;
    e->written[e->n_written++] = path;
    return true;
}

static bool copy_file(struct emidec *e, const char *from, char *to, struct err *err)
{
    struct bytes content = {0};
    if (!remember(e, to, err))
        return false;
    const bool ok = file_read(from, MAX_FILE_BYTES, &content, err) &&
                    file_write(to, content.data, content.size, err);
    bytes_clear(&content);
    return ok;
}

static bool copy_cases(struct emidec *e, const char *out, struct progress *p,
                       struct err *err)
{
    static const char *const kinds[] = {"images", "labels"};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        char *dir = make_path(err, "%s/%s", out, kinds[k]);
        const bool ok = dir && file_make_dirs(dir, err);
        mem_free(dir);
        if (!ok)
            return false;
    }
    for (size_t i = 0; i < e->n; i++) {
        const struct emidec_case *c = &e->cases[i];
        char *to = make_path(err, "%s/images/%s%s", out, c->id, c->image_end);
        if (!to || !copy_file(e, c->image, to, err))
            return false;
        if (c->label) {
            to = make_path(err, "%s/labels/%s%s", out, c->id, c->label_end);
            if (!to || !copy_file(e, c->label, to, err))
                return false;
        }
        progress_update(p, (int64_t)(e->n + i) + 1, c->id);
    }
    return true;
}

/* N and P are what the letter before the number says; the challenge's test cases do
 * not tell. */
static const char *group_of(const struct emidec_case *c)
{
    return c->id[0] == 'N' ? "N" : c->id[0] == 'P' ? "P" : "";
}

static bool write_rows(FILE *to, const struct emidec *e,
                       const struct split_patient *split)
{
    size_t labelled = 0;
    bool ok = fputs("id,image,label,site,vendor,split,fold,group\n", to) >= 0;
    for (size_t i = 0; ok && i < e->n; i++) {
        const struct emidec_case *c = &e->cases[i];
        ok = fprintf(to, "%s,images/%s%s,", c->id, c->id, c->image_end) > 0;
        if (ok && c->label) {
            const struct split_patient *s = &split[labelled++];
            ok = fprintf(to, "labels/%s%s,EMIDEC,Siemens,%s,%d,%s\n", c->id,
                         c->label_end, s->test ? "test" : "train", s->fold,
                         group_of(c)) > 0;
        } else if (ok)
            ok = fprintf(to, ",EMIDEC,Siemens,,,%s\n", group_of(c)) > 0;
    }
    return ok;
}

static bool write_cohort(const struct emidec *e, const char *path,
                         struct import_counts *counts, struct err *err)
{
    struct file_writer w = {0};
    bool ok = false;
    struct split_patient *split = mem_alloc(e->n, sizeof *split, err);
    if (!split)
        return false;

    struct import_counts n = {.patients = e->n};
    for (size_t i = 0; i < e->n; i++)
        if (e->cases[i].label)
            split[n.labelled++] = (struct split_patient){
                .id = e->cases[i].id, .group = group_of(&e->cases[i])[0]};
    if (!split_assign(split, n.labelled, err))
        goto done;
    for (size_t i = 0; i < n.labelled; i++)
        n.test += split[i].test;

    if (!file_writer_open(path, &w, err))
        goto done;
    /* a stream that refuses is reported by the commit, with the cause */
    (void)write_rows(w.stream, e, split);
    if (!file_writer_commit(&w, err))
        goto done;
    *counts = n;
    ok = true;
done:
    file_writer_abort(&w);
    mem_free(split);
    return ok;
}

static void remove_written(const struct emidec *e)
{
    for (size_t i = 0; i < e->n_written; i++)
        (void)unlink(e->written[i]);
}

/* With --force the old table goes before the first new image is there: a run that is
 * cut off must not leave the two together. */
static bool drop_cohort(const char *cohort, struct err *err)
{
    if (unlink(cohort) != 0 && errno != ENOENT)
        return ERR_FAIL(err, ERR_IO, "%s: %s", cohort, file_cause(errno));
    return true;
}

bool import_emidec(const struct import_request *request, struct import_counts *out,
                   struct err *err)
{
    struct emidec e = {0};
    struct progress p = {0};
    bool ok = false;
    char *cohort = make_path(err, "%s/COHORT.csv", request->out);

    if (!cohort)
        goto done;
    if (!request->force && file_exists(cohort)) {
        err_record(err, ERR_ARG,
                   "%s: there is a cohort already (--force writes over it)", cohort);
        goto done;
    }
    if (!find_cases(&e, request->source, err))
        goto done;
    progress_start(&p, request->progress, "importing", 0, (int64_t)(2 * e.n));
    if (!check_cases(&e, &p, err) || !drop_cohort(cohort, err))
        goto done;
    if (!copy_cases(&e, request->out, &p, err) || !write_cohort(&e, cohort, out, err)) {
        remove_written(&e);
        goto done;
    }
    progress_finish(&p, "");
    ok = true;
done:
    emidec_clear(&e);
    mem_free(cohort);
    return ok;
}
