#include "cli/import_cohort.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/say.h"
#include "cli/split.h"
#include "geom/orient.h"
#include "image/nifti.h"

enum { MAX_FILE_BYTES = 1 << 30 };

void import_case_clear(struct import_case *c)
{
    mem_free(c->image);
    mem_free(c->label);
    mem_free(c->site);
    mem_free(c->vendor);
    *c = (struct import_case){0};
}

void import_cases_clear(struct import_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        import_case_clear(&cases->item[i]);
    mem_free(cases->item);
    *cases = (struct import_cases){0};
}

bool import_cases_add(struct import_cases *cases, struct import_case *take,
                      struct err *err)
{
    const size_t n = cases->count, room = n > 0 ? 2 * n : 64;
    struct import_case *more = cases->item;

    if (n >= IMPORT_MAX_CASES) {
        err_record(err, ERR_SUPPORT, "%s: more than %d cases", take->image,
                   IMPORT_MAX_CASES);
        more = NULL;
    } else if (n == cases->room) {
        more = mem_grow(cases->item, n, room, sizeof *more, err);
        cases->room = more ? room : n;
    }
    if (!more) {
        import_case_clear(take);
        return false;
    }
    cases->item = more;
    cases->item[cases->count++] = *take;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct import_case *x = a, *y = b;
    return strcmp(x->id, y->id);
}

const struct import_case *import_cases_sort(struct import_cases *cases)
{
    struct import_case *c = cases->item;

    if (cases->count > 1)
        qsort(c, cases->count, sizeof *c, by_id);
    for (size_t i = 1; i < cases->count; i++)
        if (by_id(&c[i - 1], &c[i]) == 0)
            return &c[i];
    return NULL;
}

struct import_case *import_cases_find(const struct import_cases *cases,
                                      const struct import_case *like)
{
    return cases->count > 0
               ? bsearch(like, cases->item, cases->count, sizeof *like, by_id)
               : NULL;
}

/* One import at work. */
struct run {
    struct import_cases *cases;
    const struct import_about *about;
    const char *out;
    struct progress progress;
    size_t begun; /* cases whose files may be there, to be removed if it fails */
};

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

/* ---- checking ---- */

static bool has_label(const struct labels *l, unsigned set)
{
    const size_t n = grid_voxels(&l->grid);
    for (size_t i = 0; i < n; i++)
        if (label_in(l->vox[i], set))
            return true;
    return false;
}

/* As the column `labelled` has them. */
static unsigned labelled_of(const struct import_about *about,
                            const struct import_case *c)
{
    if (c->labelled)
        return c->labelled;
    /* without a table the reader may have drawn all: nothing says that he did not */
    return about->codes ? label_codes_set(about->codes) : LABELS_LV;
}

static bool tells_scar(const struct import_about *about, const struct import_case *c)
{
    return (labelled_of(about, c) & LABELS_SCAR) != 0;
}

/* In the order of the image's voxels. */
static bool read_labels(const struct import_case *c, const struct label_codes *codes,
                        const struct grid *grid, struct labels *out, struct err *err)
{
    if (!nifti_read_coded(c->label, codes, out, err))
        return false;
    if (geom_order_labels_onto(out, grid, c->image, err))
        return true;
    err_prefix(err, "%s", c->label);
    labels_clear(out);
    return false;
}

static bool load_case(const struct run *run, struct import_case *c, struct image *image,
                      struct labels *labels, struct err *err)
{
    const struct import_about *about = run->about;

    if (about->load)
        return about->load(about->user, c, image, labels, err);
    return nifti_read_image(c->image, image, NULL, err) &&
           (!c->label || read_labels(c, about->codes, &image->grid, labels, err));
}

static bool check_labels(const struct run *run, struct import_case *c,
                         const struct labels *labels, struct err *err)
{
    if (!has_label(labels, LABELS_MYOCARDIUM))
        return ERR_FAIL(err, ERR_FORMAT, "%s: no myocardium in it", c->label);
    if (!run->cases->grouped && tells_scar(run->about, c))
        c->group = has_label(labels, LABELS_SCAR) ? 'P' : 'N';
    return true;
}

static bool check_case(const struct run *run, struct import_case *c, struct err *err)
{
    struct image image = {0};
    struct labels labels = {0};
    bool ok = load_case(run, c, &image, &labels, err);

    if (ok && image_looks_like_labels(&image))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: this is a label map, not an image",
                      c->image);
    if (ok && c->label)
        ok = check_labels(run, c, &labels, err);
    labels_clear(&labels);
    image_clear(&image);
    return ok;
}

static bool check_cases(struct run *run, struct err *err)
{
    size_t faulty = 0;
    for (size_t i = 0; i < run->cases->count; i++) {
        struct import_case *c = &run->cases->item[i];
        struct err cause = {0};
        if (!check_case(run, c, &cause)) {
            say_err_over(&run->progress, &cause);
            faulty++;
        }
        progress_update(&run->progress, (int64_t)i + 1, c->id);
    }
    if (faulty)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%zu of %zu cases are faulty; nothing was written", faulty,
                        run->cases->count);
    return true;
}

/* ---- writing ---- */

static const char *const KINDS[] = {"images", "labels"};

static char *folder_of(const struct run *run, const char *kind, struct err *err)
{
    return make_path(err, "%s/%s", run->out, kind);
}

/* What the cohort is made of must not lie where it is written: a reader's label map
 * would be written over with our codes, or with another patient's, and all of them
 * would be removed if the import failed. */
static bool check_sources(const struct run *run, struct err *err)
{
    bool ok = true;
    for (size_t k = 0; ok && !run->about->load && k < ARRAY_LEN(KINDS); k++) {
        char *folder = folder_of(run, KINDS[k], err);
        ok = folder != NULL;
        for (size_t i = 0; ok && i < run->cases->count; i++) {
            const struct import_case *c = &run->cases->item[i];
            const char *in = file_lies_in(c->image, folder)               ? c->image
                             : c->label && file_lies_in(c->label, folder) ? c->label
                                                                          : NULL;
            if (in)
                ok = ERR_FAIL(err, ERR_ARG,
                              "%s: the cohort's own files would take its place; give "
                              "another folder (-o)",
                              in);
        }
        mem_free(folder);
    }
    return ok;
}

static bool copy_file(const char *from, const char *to, struct err *err)
{
    struct bytes content = {0};
    const bool ok = file_read(from, MAX_FILE_BYTES, &content, err) &&
                    file_write(to, content.data, content.size, err);
    bytes_clear(&content);
    return ok;
}

/* With our codes, and with the words of the image's header for where they lie. */
static bool recode(const struct import_case *c, const struct label_codes *codes,
                   const char *to, struct err *err)
{
    struct image image = {0};
    struct labels labels = {0};
    bool ok = nifti_read_image(c->image, &image, NULL, err) &&
              read_labels(c, codes, &image.grid, &labels, err);
    if (ok) {
        labels.grid = image.grid; /* the same, but for rounding */
        ok = nifti_write_labels_of(to, &labels, &image.forms, err);
    }
    labels_clear(&labels);
    image_clear(&image);
    return ok;
}

static const char *ending(const struct import_about *about, const char *path)
{
    const size_t n = strlen(path);
    return about->load || (n > 3 && strcasecmp(path + n - 3, ".gz") == 0) ? ".nii.gz"
                                                                          : ".nii";
}

/* Where a case's file goes: kind is "images" or "labels". */
static char *path_of(const struct run *run, const char *kind,
                     const struct import_case *c, struct err *err)
{
    const bool image = kind[0] == 'i';

    return make_path(err, "%s/%s/%s%s", run->out, kind, c->id,
                     ending(run->about, image ? c->image : c->label));
}

static bool copy_files(const struct run *run, const struct import_case *c,
                       const char *image, const char *label, struct err *err)
{
    const struct label_codes *codes = run->about->codes;

    if (!copy_file(c->image, image, err))
        return false;
    return !label ||
           (codes ? recode(c, codes, label, err) : copy_file(c->label, label, err));
}

static bool write_loaded(const struct run *run, struct import_case *c,
                         const char *to_image, const char *to_label, struct err *err)
{
    struct image image = {0};
    struct labels labels = {0};
    const bool ok = load_case(run, c, &image, &labels, err) &&
                    nifti_write_image(to_image, &image, err) &&
                    (!to_label || nifti_write_labels(to_label, &labels, err));

    labels_clear(&labels);
    image_clear(&image);
    return ok;
}

static bool write_case(const struct run *run, struct import_case *c, struct err *err)
{
    char *image = path_of(run, "images", c, err);
    char *label = c->label ? path_of(run, "labels", c, err) : NULL;
    bool ok = image && (label || !c->label);

    if (ok)
        ok = run->about->load ? write_loaded(run, c, image, label, err)
                              : copy_files(run, c, image, label, err);
    mem_free(label);
    mem_free(image);
    return ok;
}

static bool write_cases(struct run *run, struct err *err)
{
    for (size_t k = 0; k < ARRAY_LEN(KINDS); k++) {
        char *dir = folder_of(run, KINDS[k], err);
        const bool ok = dir && file_make_dirs(dir, err);
        mem_free(dir);
        if (!ok)
            return false;
    }
    for (size_t i = 0; i < run->cases->count; i++) {
        struct import_case *c = &run->cases->item[i];
        run->begun = i + 1;
        if (!write_case(run, c, err))
            return false;
        progress_update(&run->progress, (int64_t)(run->cases->count + i) + 1, c->id);
    }
    return true;
}

/* ---- the table ---- */

/* "1235". */
static void tell_labels(unsigned set, char text[LABEL_COUNT])
{
    size_t n = 0;

    for (int l = LABEL_BACKGROUND + 1; l < LABEL_COUNT; l++)
        if (label_in((uint8_t)l, set))
            text[n++] = (char)('0' + l);
    text[n] = '\0';
}

static bool write_about(const struct import_about *about, const struct import_case *c,
                        FILE *to)
{
    if (fputc(',', to) == EOF || !csv_write_text(to, c->site ? c->site : about->site) ||
        fputc(',', to) == EOF ||
        !csv_write_text(to, c->vendor ? c->vendor : about->vendor))
        return false;
    if (!about->load)
        return true;
    return c->field_t > 0.0 ? fprintf(to, ",%.4g", c->field_t) > 0
                            : fputc(',', to) != EOF;
}

static bool write_row(const struct run *run, const struct import_case *c,
                      const struct split_patient *s, FILE *to)
{
    const struct import_about *about = run->about;
    char labelled[LABEL_COUNT] = "";

    if (fprintf(to, "%s,images/%s%s,", c->id, c->id, ending(about, c->image)) < 0 ||
        (c->label && fprintf(to, "labels/%s%s", c->id, ending(about, c->label)) < 0) ||
        !write_about(about, c, to))
        return false;
    if (c->label)
        tell_labels(labelled_of(about, c), labelled);
    if (s && fprintf(to, ",%s,%d", s->test ? "test" : "train", s->fold) < 0)
        return false;
    if (!s && fputs(",,", to) < 0)
        return false;
    return fprintf(to, ",%s,%s%s%s\n",
                   c->group == 'N'   ? "N"
                   : c->group == 'P' ? "P"
                                     : "",
                   labelled, about->load ? "," : "", c->patient) > 0;
}

static bool write_rows(const struct run *run, const struct split_patient *split,
                       FILE *to)
{
    const bool loaded = run->about->load != NULL;
    bool ok = fprintf(to, "id,image,label,site,vendor%s,split,fold,group,labelled%s\n",
                      loaded ? ",field_t" : "", loaded ? ",source_id" : "") > 0;
    for (size_t i = 0; ok && i < run->cases->count; i++) {
        const struct import_case *c = &run->cases->item[i];
        ok = write_row(run, c, c->label ? split++ : NULL, to);
    }
    return ok;
}

/* Labelled cases, in their order, with the split of their patients. */
static struct split_patient *deal(const struct run *run, struct import_counts *counts,
                                  struct err *err)
{
    struct import_counts n = {.patients = run->cases->count};
    struct split_patient *split = mem_alloc(n.patients, sizeof *split, err);

    if (!split)
        return NULL;
    for (size_t i = 0; i < n.patients; i++) {
        const struct import_case *c = &run->cases->item[i];
        if (c->label)
            split[n.labelled++] = (struct split_patient){
                .id = c->patient[0] ? c->patient : c->id, .group = c->group};
    }
    if (!split_assign_together(split, n.labelled, err)) {
        mem_free(split);
        return NULL;
    }
    for (size_t i = 0; i < n.labelled; i++)
        n.test += split[i].test;
    *counts = n;
    return split;
}

static bool write_table(const struct run *run, const char *path,
                        struct import_counts *counts, struct err *err)
{
    struct file_writer w = {0};
    struct split_patient *split = deal(run, counts, err);
    bool ok = split && file_writer_open(path, &w, err);

    if (ok) {
        /* a stream that refuses is reported by the commit, with the cause */
        (void)write_rows(run, split, w.stream);
        ok = file_writer_commit(&w, err);
    }
    file_writer_abort(&w);
    mem_free(split);
    return ok;
}

static void remove_file(char *take_path)
{
    if (take_path)
        (void)unlink(take_path);
    mem_free(take_path);
}

static void remove_written(const struct run *run)
{
    for (size_t i = 0; i < run->begun; i++) {
        const struct import_case *c = &run->cases->item[i];
        remove_file(path_of(run, "images", c, NULL));
        if (c->label)
            remove_file(path_of(run, "labels", c, NULL));
    }
}

/* With --force the old table goes before the first new image is there: a run that is
 * cut off must not leave the two together. */
static bool drop_table(const char *table, struct err *err)
{
    if (unlink(table) != 0 && errno != ENOENT)
        return ERR_FAIL(err, ERR_IO, "%s: %s", table, file_cause(errno));
    return true;
}

bool import_cohort(struct import_cases *cases, const struct import_about *about,
                   const struct import_request *request, struct import_counts *out,
                   struct err *err)
{
    struct run run = {.cases = cases, .about = about, .out = request->out};
    char *table = make_path(err, "%s/COHORT.csv", request->out);
    bool ok = false;

    if (!table)
        return false;
    if (!request->force && file_exists(table))
        ok = ERR_FAIL(err, ERR_ARG,
                      "%s: there is a cohort already (--force writes over it)", table);
    else
        ok = check_sources(&run, err);
    if (!ok) {
        mem_free(table);
        return false;
    }
    progress_start(&run.progress, request->progress, "importing", 0,
                   (int64_t)(2 * cases->count));
    ok = check_cases(&run, err) && drop_table(table, err) && write_cases(&run, err) &&
         write_table(&run, table, out, err);
    if (!ok)
        remove_written(&run);
    progress_finish(&run.progress, "");
    mem_free(table);
    return ok;
}
