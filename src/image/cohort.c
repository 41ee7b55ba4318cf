#include "image/cohort.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"

enum { MAX_ID = 64 };

static const size_t MAX_FILE = (size_t)256 * 1024 * 1024;

/* Columns whose cells name files. */
static const char *const path_columns[] = {"image", "label", "truth"};

static size_t column_of(const struct csv *t, const char *name)
{
    const size_t n = csv_columns(t, 0);
    for (size_t c = 0; c < n; c++)
        if (strcmp(csv_cell(t, 0, c), name) == 0)
            return c;
    return n;
}

/* ---- checks; row 0 holds the names ---- */

static bool check_size(const struct csv *t, const char *file, struct err *err)
{
    if (t->rows == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: the table is empty", file);
    if (csv_columns(t, 0) > COHORT_MAX_COLUMNS)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: %zu columns, at most %d are read", file,
                        csv_columns(t, 0), (int)COHORT_MAX_COLUMNS);
    if (t->rows - 1 > COHORT_MAX_ROWS)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: %zu rows, at most %d are read", file,
                        t->rows - 1, (int)COHORT_MAX_ROWS);
    return true;
}

static bool check_columns(const struct csv *t, const char *file, struct err *err)
{
    static const char *const required[] = {"id", "image"};
    const size_t n = csv_columns(t, 0);

    for (size_t c = 0; c < n; c++) {
        const char *name = csv_cell(t, 0, c);
        if (name[0] == '\0')
            return ERR_FAIL(err, ERR_FORMAT, "%s, line %u: column %zu has no name",
                            file, t->line[0], c + 1);
        if (column_of(t, name) < c)
            return ERR_FAIL(err, ERR_FORMAT, "%s, line %u: two columns named \"%.64s\"",
                            file, t->line[0], name);
    }
    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (column_of(t, required[i]) == n)
            return ERR_FAIL(err, ERR_FORMAT, "%s, line %u: no column \"%s\"", file,
                            t->line[0], required[i]);
    if (t->rows == 1)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no row below the column names", file);
    return true;
}

/* An id becomes a folder's name and part of commands. */
static bool id_ok(const char *id)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    const size_t n = strlen(id);
    return n >= 1 && n <= MAX_ID && id[0] != '.' && id[0] != '-' &&
           strspn(id, allowed) == n;
}

/* Relative, and no part of it is "..". */
static bool path_stays_inside(const char *path)
{
    if (path[0] == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

static bool check_row(const struct csv *t, size_t row, const char *file,
                      struct err *err)
{
    const size_t n = csv_columns(t, 0);
    const unsigned line = t->line[row];

    if (csv_columns(t, row) != n)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s, line %u: %zu cells, there are %zu columns", file, line,
                        csv_columns(t, row), n);
    const char *id = csv_cell(t, row, column_of(t, "id"));
    if (!id_ok(id))
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s, line %u: id \"%.80s\" (1 to %d of A-Z a-z 0-9 . _ - , not "
                        "beginning with . or -)",
                        file, line, id, (int)MAX_ID);
    for (size_t i = 0; i < ARRAY_LEN(path_columns); i++) {
        const size_t c = column_of(t, path_columns[i]);
        if (c == n)
            continue;
        const char *path = csv_cell(t, row, c);
        if (!path_stays_inside(path))
            return ERR_FAIL(
                err, ERR_FORMAT,
                "%s, line %u: %s \"%.200s\" leads out of the table's folder (a link in "
                "it may)",
                file, line, path_columns[i], path);
    }
    if (csv_cell(t, row, column_of(t, "image"))[0] == '\0')
        return ERR_FAIL(err, ERR_FORMAT, "%s, line %u: no image", file, line);
    return true;
}

struct named_row {
    const char *id;
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct named_row *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    if (order != 0)
        return order;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool check_unique(const struct csv *t, const char *file, struct err *err)
{
    const size_t id = column_of(t, "id"), n = t->rows - 1;
    bool ok = true;
    struct named_row *r = mem_alloc(n, sizeof *r, err);
    if (!r)
        return false;
    for (size_t i = 0; i < n; i++)
        r[i] = (struct named_row){csv_cell(t, i + 1, id), i + 1};
    qsort(r, n, sizeof *r, by_id);
    for (size_t i = 1; ok && i < n; i++)
        if (strcmp(r[i - 1].id, r[i].id) == 0)
            ok = ERR_FAIL(err, ERR_FORMAT,
                          "%s, line %u: id \"%s\" stands on line %u already", file,
                          t->line[r[i].row], r[i].id, t->line[r[i - 1].row]);
    mem_free(r);
    return ok;
}

static bool check_table(const struct csv *t, const char *file, struct err *err)
{
    if (!check_size(t, file, err) || !check_columns(t, file, err))
        return false;
    for (size_t row = 1; row < t->rows; row++)
        if (!check_row(t, row, file, err))
            return false;
    return check_unique(t, file, err);
}

static bool is_empty_row(const struct csv *t, size_t row)
{
    for (size_t c = 0; c < csv_columns(t, row); c++)
        if (csv_cell(t, row, c)[0])
            return false;
    return true;
}

/* What spreadsheets write below a table whose cells were cleared: ",,". */
static void drop_empty_rows(struct csv *t)
{
    size_t rows = 0, cells = 0;
    for (size_t row = 0; row < t->rows; row++) {
        const size_t n = csv_columns(t, row), from = t->first[row];
        if (is_empty_row(t, row))
            continue;
        memmove(t->start + cells, t->start + from, n * sizeof *t->start);
        t->line[rows] = t->line[row];
        t->first[rows++] = cells;
        cells += n;
    }
    t->first[rows] = cells;
    t->rows = rows;
}

/* What a spreadsheet writes where a comma stands in its numbers, or as text; NULL: not
 * that.  Asked of the text, since such a table may fail in the parser, at a quote
 * behind a semicolon. */
static const char *other_separator(const char *text, size_t size)
{
    for (size_t i = 0; i < size && !strchr(",\r\n", text[i]); i++)
        if (text[i] == ';' || text[i] == '\t')
            return text[i] == ';' ? ";" : "tabs";
    return NULL;
}

/* ---- the cohort ---- */

/* Takes the table's text over on success only. */
static bool from_table(struct csv *t, const char *file, const char *dir,
                       struct cohort *out, struct err *err)
{
    struct cohort c = {.rows = t->rows - 1, .columns = csv_columns(t, 0)};

    c.name = mem_alloc(c.columns, sizeof *c.name, err);
    c.cell = mem_alloc(c.rows * c.columns, sizeof *c.cell, err);
    c.dir = mem_strdup(dir, err);
    c.file = mem_strdup(file, err);
    if (!c.name || !c.cell || !c.dir || !c.file) {
        cohort_clear(&c);
        return false;
    }
    for (size_t i = 0; i < c.columns; i++)
        c.name[i] = t->text + t->start[i];
    for (size_t i = 0; i < c.rows * c.columns; i++)
        c.cell[i] = t->text + t->start[c.columns + i];
    c.text = t->text;
    t->text = NULL; /* moved */
    *out = c;
    return true;
}

bool cohort_parse(const char *text, size_t size, const char *name, const char *dir,
                  struct cohort *out, struct err *err)
{
    const char *separator = other_separator(text, size);
    struct csv t = {0};

    if (separator)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: columns must be separated by commas, not by %s", name,
                        separator);
    if (!csv_parse(text, size, name, &t, err))
        return false;
    drop_empty_rows(&t);
    const bool ok = check_table(&t, name, err) && from_table(&t, name, dir, out, err);
    csv_clear(&t);
    return ok;
}

bool cohort_read(const char *path, struct cohort *out, struct err *err)
{
    struct bytes b = {0};
    char *dir = NULL;
    bool ok = false;

    if (!file_read(path, MAX_FILE, &b, err))
        return false;
    dir = file_dir_of(path, err);
    ok = dir && cohort_parse((const char *)b.data, b.size, path, dir, out, err);
    mem_free(dir);
    bytes_clear(&b);
    return ok;
}

void cohort_clear(struct cohort *cohort)
{
    mem_free(cohort->name);
    mem_free(cohort->cell);
    mem_free(cohort->text);
    mem_free(cohort->dir);
    mem_free(cohort->file);
    *cohort = (struct cohort){0};
}

const char *cohort_get(const struct cohort *cohort, size_t row, const char *column)
{
    for (size_t c = 0; c < cohort->columns; c++)
        if (strcmp(cohort->name[c], column) == 0)
            return cohort->cell[row * cohort->columns + c];
    return NULL;
}

char *cohort_path(const struct cohort *cohort, size_t row, const char *column,
                  struct err *err)
{
    const char *id = cohort_get(cohort, row, "id");
    const char *name = cohort_get(cohort, row, column);

    if (!name || name[0] == '\0') {
        err_record(err, ERR_FORMAT, "%s: %s: no %s is given", cohort->file,
                   id ? id : "?", column);
        return NULL;
    }
    if (!path_stays_inside(name)) { /* a column that the reader took for a covariate */
        err_record(err, ERR_FORMAT,
                   "%s: %s: %s \"%.200s\" leads out of the table's folder",
                   cohort->file, id ? id : "?", column, name);
        return NULL;
    }
    return file_join(cohort->dir, name, err);
}

bool cohort_image(const struct cohort *cohort, size_t row, struct image *out,
                  struct err *err)
{
    char *path = cohort_path(cohort, row, "image", err);
    const bool ok =
        path && (cohort->read_image ? cohort->read_image(path, out, err)
                                    : nifti_read_image(path, out, NULL, err));

    mem_free(path);
    return ok;
}
