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

void import_cases_clear(struct import_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        mem_free(cases->item[i].image);
        mem_free(cases->item[i].label);
    }
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
        mem_free(take->image);
        mem_free(take->label);
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

/* Without a table the reader may have drawn scar: nothing says that he did not. */
static bool tells_scar(const struct import_about *about)
{
    return !about->codes || (label_codes_set(about->codes) & LABELS_SCAR) != 0;
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

static bool check_labels(struct run *run, struct import_case *c,
                         const struct grid *grid, struct err *err)
{
    struct labels labels = {0};
    bool ok = read_labels(c, run->about->codes, grid, &labels, err);

    if (ok && !has_label(&labels, LABELS_MYOCARDIUM))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: no myocardium in it", c->label);
    if (ok && !run->cases->grouped && tells_scar(run->about))
        c->group = has_label(&labels, LABELS_SCAR) ? 'P' : 'N';
    labels_clear(&labels);
    return ok;
}

static bool check_case(struct run *run, struct import_case *c, struct err *err)
{
    struct image image = {0};
    bool ok = nifti_read_image(c->image, &image, NULL, err);

    if (ok && image_looks_like_labels(&image))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: this is a label map, not an image",
                      c->image);
    if (ok && c->label)
        ok = check_labels(run, c, &image.grid, err);
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

static const char *ending(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcasecmp(path + n - 3, ".gz") == 0 ? ".nii.gz" : ".nii";
}

/* Where a case's file goes: kind is "images" or "labels". */
static char *path_of(const struct run *run, const char *kind,
                     const struct import_case *c, struct err *err)
{
    const bool image = kind[0] == 'i';

    return make_path(err, "%s/%s/%s%s", run->out, kind, c->id,
                     ending(image ? c->image : c->label));
}

static bool copy_case(const struct run *run, const struct import_case *c,
                      struct err *err)
{
    const struct label_codes *codes = run->about->codes;
    char *image = path_of(run, "images", c, err);
    char *label = c->label ? path_of(run, "labels", c, err) : NULL;
    bool ok = image && (label || !c->label) && copy_file(c->image, image, err);

    if (ok && label)
        ok = codes ? recode(c, codes, label, err) : copy_file(c->label, label, err);
    mem_free(label);
    mem_free(image);
    return ok;
}

static bool copy_cases(struct run *run, struct err *err)
{
    static const char *const kinds[] = {"images", "labels"};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        char *dir = make_path(err, "%s/%s", run->out, kinds[k]);
        const bool ok = dir && file_make_dirs(dir, err);
        mem_free(dir);
        if (!ok)
            return false;
    }
    for (size_t i = 0; i < run->cases->count; i++) {
        const struct import_case *c = &run->cases->item[i];
        run->begun = i + 1;
        if (!copy_case(run, c, err))
            return false;
        progress_update(&run->progress, (int64_t)(run->cases->count + i) + 1, c->id);
    }
    return true;
}

/* ---- the table ---- */

/* As the column `labelled` has them: "1235". */
static void tell_labels(const struct import_about *about, char text[LABEL_COUNT])
{
    const uint32_t set = about->codes ? label_codes_set(about->codes) : LABELS_LV;
    size_t n = 0;

    for (int l = LABEL_BACKGROUND + 1; l < LABEL_COUNT; l++)
        if (label_in((uint8_t)l, set))
            text[n++] = (char)('0' + l);
    text[n] = '\0';
}

static bool write_row(const struct run *run, const struct import_case *c,
                      const struct split_patient *s, FILE *to)
{
    const struct import_about *about = run->about;
    char labelled[LABEL_COUNT] = "";

    if (fprintf(to, "%s,images/%s%s,", c->id, c->id, ending(c->image)) < 0 ||
        (c->label && fprintf(to, "labels/%s%s", c->id, ending(c->label)) < 0) ||
        fputc(',', to) == EOF || !csv_write_text(to, about->site) ||
        fputc(',', to) == EOF || !csv_write_text(to, about->vendor))
        return false;
    if (c->label)
        tell_labels(about, labelled);
    if (s && fprintf(to, ",%s,%d", s->test ? "test" : "train", s->fold) < 0)
        return false;
    if (!s && fputs(",,", to) < 0)
        return false;
    return fprintf(to, ",%s,%s\n",
                   c->group == 'N'   ? "N"
                   : c->group == 'P' ? "P"
                                     : "",
                   labelled) > 0;
}

static bool write_rows(const struct run *run, const struct split_patient *split,
                       FILE *to)
{
    bool ok = fputs("id,image,label,site,vendor,split,fold,group,labelled\n", to) >= 0;
    for (size_t i = 0; ok && i < run->cases->count; i++) {
        const struct import_case *c = &run->cases->item[i];
        ok = write_row(run, c, c->label ? split++ : NULL, to);
    }
    return ok;
}

/* Labelled patients, in the order of the cases, with their split. */
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
            split[n.labelled++] =
                (struct split_patient){.id = c->id, .group = c->group};
    }
    if (!split_assign(split, n.labelled, err)) {
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
    if (!request->force && file_exists(table)) {
        err_record(err, ERR_ARG,
                   "%s: there is a cohort already (--force writes over it)", table);
        mem_free(table);
        return false;
    }
    progress_start(&run.progress, request->progress, "importing", 0,
                   (int64_t)(2 * cases->count));
    if (!check_cases(&run, err) || !drop_table(table, err))
        goto done;
    ok = copy_cases(&run, err) && write_table(&run, table, out, err);
    if (!ok)
        remove_written(&run);
done:
    progress_finish(&run.progress, "");
    mem_free(table);
    return ok;
}
