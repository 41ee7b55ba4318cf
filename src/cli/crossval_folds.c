#include "cli/crossval_folds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/split.h"

void crossval_folds_clear(struct crossval_folds *f)
{
    mem_free(f->of);
    *f = (struct crossval_folds){0};
}

/* A cell, "" where there is no such column. */
static const char *cell(const struct cohort *cohort, size_t row, const char *column)
{
    const char *text = cohort_get(cohort, row, column);
    return text ? text : "";
}

static bool is_labelled(const struct cohort *cohort, size_t row)
{
    return cell(cohort, row, "label")[0] != '\0';
}

/* Whom a row belongs to. */
static const char *patient_of(const struct cohort *cohort, size_t row)
{
    const char *source = cell(cohort, row, "source_id");
    return source[0] ? source : cohort_get(cohort, row, "id");
}

/* ---- folds from the column ---- */

static bool parse_fold(const char *text, int *out)
{
    int v = 0;
    if (!*text)
        return false;
    for (; *text >= '0' && *text <= '9' && v < CROSSVAL_MAX_FOLDS; text++)
        v = 10 * v + (*text - '0');
    *out = v;
    return !*text && v < CROSSVAL_MAX_FOLDS;
}

static bool has_column(const struct cohort *cohort)
{
    for (size_t i = 0; i < cohort->rows; i++)
        if (cell(cohort, i, "fold")[0])
            return true;
    return false;
}

static bool take_column(const struct cohort *cohort, struct crossval_folds *f,
                        struct err *err)
{
    for (size_t i = 0; i < cohort->rows; i++) {
        const char *text = cell(cohort, i, "fold");
        f->of[i] = CROSSVAL_NEVER;
        if (!text[0] || !is_labelled(cohort, i))
            continue;
        if (!parse_fold(text, &f->of[i]))
            return ERR_FAIL(err, ERR_FORMAT,
                            "%s: fold '%.20s' is not a number, 0 to %d",
                            cohort_get(cohort, i, "id"), text, CROSSVAL_MAX_FOLDS - 1);
        if (f->of[i] >= f->folds)
            f->folds = f->of[i] + 1;
    }
    return true;
}

/* ---- folds from the patients' names ---- */

struct member {
    const char *patient; /* borrowed */
    size_t row;
};

static int by_patient(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    const int order = strcmp(x->patient, y->patient);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* Labelled rows, those of a patient side by side; owned by the caller. */
static struct member *group_rows(const struct cohort *cohort, size_t *n,
                                 struct err *err)
{
    struct member *m = mem_alloc(cohort->rows, sizeof *m, err);
    *n = 0;
    for (size_t i = 0; m && i < cohort->rows; i++)
        if (is_labelled(cohort, i))
            m[(*n)++] = (struct member){patient_of(cohort, i), i};
    if (*n > 1)
        qsort(m, *n, sizeof *m, by_patient);
    return m;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Number of a group: its place in the order of their names. */
static int group_number(const char *const *group, size_t n, const char *text)
{
    int number = 0;
    for (size_t i = 0; i < n && strcmp(group[i], text) != 0; i++)
        number += i + 1 == n || strcmp(group[i], group[i + 1]) != 0 ? 1 : 0;
    return number;
}

/* The members' patients, each once; then every member gets its patient's fold. */
static bool deal(const struct cohort *cohort, const struct member *m, size_t n,
                 struct crossval_folds *f, struct err *err)
{
    const char **group = mem_alloc(n, sizeof *group, err);
    struct split_patient *p = mem_alloc(n, sizeof *p, err);
    size_t patients = 0;
    bool ok = group && p;
    for (size_t i = 0; ok && i < n; i++)
        group[i] = cell(cohort, m[i].row, "group");
    if (ok && n > 1)
        qsort((void *)group, n, sizeof *group, by_text);
    for (size_t i = 0; ok && i < n; i++)
        if (i == 0 || strcmp(m[i].patient, m[i - 1].patient) != 0)
            p[patients++] = (struct split_patient){
                .id = m[i].patient,
                .group = group_number(group, n, cell(cohort, m[i].row, "group"))};
    ok = ok && split_deal(p, patients, f->folds, err);
    for (size_t i = 0, k = 0; ok && i < n; i++) {
        k += i > 0 && strcmp(m[i].patient, m[i - 1].patient) != 0 ? 1 : 0;
        f->of[m[i].row] = p[k].fold;
    }
    mem_free((void *)group);
    mem_free(p);
    return ok;
}

/* ---- both ---- */

/* The rows of one patient; one that is never held out is in no fold. */
static bool check_patient(const struct cohort *cohort, const struct member *m, size_t n,
                          const struct crossval_folds *f, struct err *err)
{
    const struct member *held = NULL;
    for (size_t i = 0; i < n; i++) {
        if (f->of[m[i].row] == CROSSVAL_NEVER)
            continue;
        if (held && f->of[held->row] != f->of[m[i].row])
            return ERR_FAIL(err, ERR_FORMAT, "patient %.64s is in two folds (%s, %s)",
                            m[i].patient, cohort_get(cohort, held->row, "id"),
                            cohort_get(cohort, m[i].row, "id"));
        held = &m[i];
    }
    return true;
}

/* Somebody in every fold, nobody in two. */
static bool check(const struct cohort *cohort, const struct member *m, size_t n,
                  const struct crossval_folds *f, struct err *err)
{
    for (size_t first = 0, end = 0; first < n; first = end) {
        while (end < n && strcmp(m[end].patient, m[first].patient) == 0)
            end++;
        if (!check_patient(cohort, m + first, end - first, f, err))
            return false;
    }
    if (f->folds < 2)
        return ERR_FAIL(err, ERR_FORMAT, "one fold is none to compare with");
    for (int k = 0; k < f->folds; k++) {
        size_t i = 0;
        while (i < n && f->of[m[i].row] != k)
            i++;
        if (i == n)
            return ERR_FAIL(err, ERR_FORMAT, "nobody with a label is in fold %d of %d",
                            k, f->folds);
    }
    return true;
}

bool crossval_folds_assign(const struct cohort *cohort, int folds,
                           struct crossval_folds *out, struct err *err)
{
    size_t n = 0;
    struct member *m = group_rows(cohort, &n, err);
    struct crossval_folds f = {.given = has_column(cohort),
                               .of = mem_alloc(cohort->rows, sizeof *f.of, err)};
    bool ok = m && f.of;
    if (ok && f.given) {
        ok = take_column(cohort, &f, err);
        if (ok && folds != 0 && folds != f.folds)
            ok = ERR_FAIL(err, ERR_ARG, "its column `fold` has %d folds, not %d",
                          f.folds, folds);
    } else if (ok) {
        for (size_t i = 0; i < cohort->rows; i++)
            f.of[i] = CROSSVAL_NEVER;
        f.folds = folds != 0 ? folds : SPLIT_FOLDS;
        ok = deal(cohort, m, n, &f, err);
    }
    ok = ok && check(cohort, m, n, &f, err);
    mem_free(m);
    if (ok)
        *out = f;
    else
        crossval_folds_clear(&f);
    return ok;
}

size_t crossval_folds_list(const struct cohort *cohort, const struct crossval_folds *f,
                           int fold, bool held, size_t *row)
{
    size_t n = 0;
    for (size_t i = 0; i < cohort->rows; i++)
        if (is_labelled(cohort, i) && (f->of[i] == fold) == held)
            row[n++] = i;
    return n;
}

/* ---- the guard ---- */

/* Names, with blanks between or a whole id; ended by their lengths. */
struct name {
    const char *text; /* borrowed */
    size_t length;
};

struct names {
    struct name *name; /* owned */
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    const size_t n = x->length < y->length ? x->length : y->length;
    const int order = memcmp(x->text, y->text, n);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* The next word of a cell, without letting go of it; false: there is none. */
static bool next_name(const char **cell_text, struct name *out)
{
    *cell_text += strspn(*cell_text, " ");
    out->text = *cell_text;
    out->length = strcspn(*cell_text, " ");
    *cell_text += out->length;
    return out->length > 0;
}

static bool add_names(const char *text, struct names *to, struct err *err)
{
    struct name name;
    while (next_name(&text, &name)) {
        struct name *more = mem_grow(to->name, to->n, to->n + 1, sizeof *more, err);
        if (!more)
            return false;
        to->name = more;
        to->name[to->n++] = name;
    }
    return true;
}

static bool has_name(const struct names *held, const char *text)
{
    struct name name;
    bool found = false;
    while (!found && held->n > 0 && next_name(&text, &name))
        found = bsearch(&name, held->name, held->n, sizeof name, by_name) != NULL;
    return found;
}

bool crossval_folds_guard(const struct cohort *cohort, const struct crossval_folds *f,
                          int fold, const struct cohort *from,
                          struct crossval_list *list, struct err *err)
{
    struct names held = {0};
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < cohort->rows; i++)
        if (f->of[i] == fold)
            ok = add_names(cohort_get(cohort, i, "id"), &held, err) &&
                 add_names(cell(cohort, i, "source_id"), &held, err);
    if (ok && held.n > 1)
        qsort(held.name, held.n, sizeof *held.name, by_name);
    for (size_t i = 0; ok && i < list->n; i++)
        if (!has_name(&held, cohort_get(from, list->row[i], "id")) &&
            !has_name(&held, cell(from, list->row[i], "source_id")))
            list->row[kept++] = list->row[i];
    mem_free(held.name);
    if (!ok)
        return false;
    list->struck += list->n - kept;
    list->n = kept;
    return true;
}
