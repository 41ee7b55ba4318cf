/* Data sets whose files are named by a pattern: of each patient an image, and perhaps a
 * label map. */
#include <regex.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "cli/import_cohort.h"

#define ID_MARK "{id}"

enum {
    MOST_PATTERN = 256,
    MOST_EXPRESSION =
        64 + 40 * MOST_PATTERN, /* the longest that a pattern can become */
    PLACES = 3,                 /* all, the folders before, the id */
    ID_PLACE = 2,
};

/* ---- a pattern as a regular expression ---- */

struct text {
    char *at;
    size_t room;
};

static void put(struct text *t, const char *s)
{
    const size_t n = strlen(s);

    if (n >= t->room)
        return; /* MOST_EXPRESSION is enough */
    memcpy(t->at, s, n + 1);
    t->at += n;
    t->room -= n;
}

/* What an id may be, and all that could be meant as one. */
#define ID_GOOD "\\([A-Za-z0-9][A-Za-z0-9._-]*\\)"
#define ID_ANY "\\([^/][^/]*\\)"

/* In the folder or in any below it: POSIX basic, which knows the id met before. */
static void write_expression(const char *pattern, const char *id, struct text *t)
{
    bool known = false;

    put(t, "^\\(.*/\\)\\{0,1\\}");
    for (const char *c = pattern; *c; c++) {
        const char plain[2] = {*c, '\0'};
        if (strncmp(c, ID_MARK, strlen(ID_MARK)) == 0) {
            put(t, known ? "\\2" : id);
            known = true;
            c += strlen(ID_MARK) - 1;
        } else if (*c == '*') {
            put(t, "[^/]*");
        } else {
            put(t, strchr(".[^$\\", *c) ? "\\" : "");
            put(t, plain);
        }
    }
    put(t, "$");
}

static bool compile(const char *pattern, const char *id, regex_t *out, struct err *err)
{
    char expression[MOST_EXPRESSION];
    struct text t = {expression, sizeof expression};

    if (strlen(pattern) > MOST_PATTERN || !strstr(pattern, ID_MARK))
        return ERR_FAIL(err, ERR_ARG,
                        "'%.60s' is no pattern of up to %d characters with %s in it",
                        pattern, MOST_PATTERN, ID_MARK);
    write_expression(pattern, id, &t);
    return regcomp(out, expression, 0) == 0 ||
           ERR_FAIL(err, ERR_ARG, "'%.60s' is no pattern", pattern);
}

static bool is_pattern(const char *pattern, struct err *err)
{
    regex_t expression;

    if (!compile(pattern, ID_GOOD, &expression, err))
        return false;
    regfree(&expression);
    return true;
}

bool import_pairs_check(const struct import_pairs *pairs, struct err *err)
{
    return is_pattern(pairs->image, err) &&
           (!pairs->label || is_pattern(pairs->label, err));
}

/* ---- files that fit ---- */

/* One kind of file; each one found is a case with this file as its image. */
struct kind {
    size_t base; /* characters of a path that are not to be looked at */
    regex_t expression;
    regex_t nearly; /* the same, whatever the id */
    struct import_cases found;
};

/* What fits but for its id is a patient who would be missing without a word. */
static bool pass_over(const struct kind *k, const char *path, struct err *err)
{
    regmatch_t at[PLACES];

    if (regexec(&k->nearly, path + k->base, PLACES, at, 0) != 0)
        return true;
    return ERR_FAIL(err, ERR_FORMAT,
                    "%s: '%.*s' is no id (letters, digits, . _ -, first a letter or "
                    "digit): give it another name",
                    path, (int)(at[ID_PLACE].rm_eo - at[ID_PLACE].rm_so),
                    path + k->base + at[ID_PLACE].rm_so);
}

static bool take_file(void *user, const char *path, struct err *err)
{
    struct kind *k = user;
    struct import_case c = {0};
    regmatch_t at[PLACES];

    if (regexec(&k->expression, path + k->base, PLACES, at, 0) != 0)
        return pass_over(k, path, err);
    const size_t n = (size_t)(at[ID_PLACE].rm_eo - at[ID_PLACE].rm_so);
    if (n > IMPORT_MAX_ID)
        return ERR_FAIL(err, ERR_FORMAT, "%s: the id is longer than %d characters",
                        path, IMPORT_MAX_ID);
    memcpy(c.id, path + k->base + at[ID_PLACE].rm_so, n);
    c.image = mem_strdup(path, err);
    return c.image && import_cases_add(&k->found, &c, err);
}

static bool sort_found(struct import_cases *found, struct err *err)
{
    const struct import_case *twice = import_cases_sort(found);

    return !twice || ERR_FAIL(err, ERR_FORMAT, "%s and %s are both of patient %s",
                              twice[-1].image, twice->image, twice->id);
}

/* All files of one kind, sorted by id. */
static bool find_kind(const struct import_request *request, const char *pattern,
                      struct import_cases *out, struct err *err)
{
    const char *source = request->source;
    struct kind k = {.base = strlen(source)};

    if (!compile(pattern, ID_GOOD, &k.expression, err))
        return false;
    k.base += k.base > 0 && source[k.base - 1] != '/';
    bool ok = compile(pattern, ID_ANY, &k.nearly, err);
    if (ok) {
        ok = folder_walk(source, request->out, take_file, &k, err) &&
             sort_found(&k.found, err);
        regfree(&k.nearly);
    }
    regfree(&k.expression);
    *out = k.found;
    if (ok && k.found.count == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no file %s in it", source, pattern);
    return ok;
}

/* ---- which belong together ---- */

/* The labels' paths move to their images' cases. */
static bool join(struct import_cases *images, struct import_cases *labels,
                 struct err *err)
{
    for (size_t i = 0; i < labels->count; i++) {
        struct import_case *l = &labels->item[i];
        struct import_case *c = import_cases_find(images, l);
        if (!c)
            return ERR_FAIL(err, ERR_FORMAT, "%s: patient %s has no image", l->image,
                            l->id);
        if (strcmp(c->image, l->image) == 0)
            return ERR_FAIL(err, ERR_FORMAT,
                            "%s: fits the patterns of images and of labels", l->image);
        c->label = l->image;
        l->image = NULL;
    }
    return true;
}

bool import_pairs(const struct import_pairs *pairs,
                  const struct import_request *request, struct import_counts *out,
                  struct err *err)
{
    const struct import_about about = {pairs->site, pairs->vendor,
                                       pairs->codes.count > 0 ? &pairs->codes : NULL};
    struct import_cases images = {0}, labels = {0};
    const bool ok = find_kind(request, pairs->image, &images, err) &&
                    (!pairs->label || find_kind(request, pairs->label, &labels, err)) &&
                    join(&images, &labels, err) &&
                    import_cohort(&images, &about, request, out, err);

    import_cases_clear(&labels);
    import_cases_clear(&images);
    return ok;
}
