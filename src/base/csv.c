#include "base/csv.h"

#include <string.h>

#include "base/mem.h"

/* One walk over the file serves both passes: the first counts (no `out`), the second
 * stores.  If they share the walk they cannot disagree. */
struct walk {
    const char *text;
    size_t size, at;
    uint32_t line;
    const char *name;
    struct csv *out;
    size_t rows, cells,
        bytes; /* found so far; `bytes` with the zeros after the cells */
};

static bool fail_at(const struct walk *w, struct err *err, const char *what)
{
    return ERR_FAIL(err, ERR_FORMAT, "%s, line %u: %s", w->name, w->line, what);
}

static void put(struct walk *w, char c)
{
    if (w->out)
        w->out->text[w->bytes] = c;
    w->bytes++;
}

/* Does a row end here?  0: no; else the length of its ending. */
static size_t row_end(const struct walk *w)
{
    if (w->text[w->at] == '\n')
        return 1;
    if (w->text[w->at] == '\r' && w->at + 1 < w->size && w->text[w->at + 1] == '\n')
        return 2;
    return 0;
}

static bool plain_byte(struct walk *w, struct err *err)
{
    const char c = w->text[w->at];
    if (c == '\0')
        return fail_at(w, err, "a NUL byte; is this a text file?");
    if (c == '"')
        return fail_at(w, err, "a quote inside a cell that does not begin with one");
    if (c == '\r')
        return fail_at(w, err, "a carriage return without a line feed");
    put(w, c);
    w->at++;
    return true;
}

static bool quoted_cell(struct walk *w, struct err *err)
{
    struct walk opening = *w; /* the message names the line of the opening quote */
    w->at++;
    for (;;) {
        if (w->at >= w->size)
            return fail_at(&opening, err, "a quote is opened and never closed");
        const char c = w->text[w->at++];
        if (c == '\0')
            return fail_at(w, err, "a NUL byte; is this a text file?");
        if (c == '"') {
            if (w->at >= w->size || w->text[w->at] != '"')
                break;
            w->at++; /* two quotes stand for one */
        }
        if (c == '\n')
            w->line++;
        put(w, c);
    }
    if (w->at < w->size && w->text[w->at] != ',' && !row_end(w))
        return fail_at(w, err, "text after a closing quote");
    return true;
}

static bool cell(struct walk *w, struct err *err)
{
    if (w->out)
        w->out->start[w->cells] = (uint32_t)w->bytes;
    if (++w->cells > CSV_MAX_CELLS)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d cells", w->name,
                        (int)CSV_MAX_CELLS);
    if (w->at < w->size && w->text[w->at] == '"') {
        if (!quoted_cell(w, err))
            return false;
    } else {
        while (w->at < w->size && w->text[w->at] != ',' && !row_end(w))
            if (!plain_byte(w, err))
                return false;
    }
    put(w, '\0');
    return true;
}

static bool row(struct walk *w, struct err *err)
{
    if (w->out) {
        w->out->first[w->rows] = w->cells;
        w->out->line[w->rows] = w->line;
    }
    w->rows++;
    if (!cell(w, err))
        return false;
    while (w->at < w->size && w->text[w->at] == ',') {
        w->at++;
        if (!cell(w, err))
            return false;
    }
    if (w->at < w->size) {
        w->at += row_end(w);
        w->line++;
    }
    return true;
}

static bool walk_all(struct walk *w, struct err *err)
{
    if (w->size >= 3 && memcmp(w->text, "\xef\xbb\xbf", 3) == 0)
        w->at = 3;
    while (w->at < w->size) {
        const size_t empty = row_end(w);
        if (empty) {
            w->at += empty;
            w->line++;
        } else if (!row(w, err)) {
            return false;
        }
    }
    return true;
}

bool csv_parse(const char *text, size_t size, const char *name, struct csv *out,
               struct err *err)
{
    struct walk count = {.text = text, .size = size, .line = 1, .name = name};
    struct csv csv = {0};
    bool ok = false;

    if (size >= (size_t)INT32_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: 2 GiB or more", name);
    if (!walk_all(&count, err))
        return false;

    csv.first = mem_alloc(count.rows + 1, sizeof *csv.first, err);
    csv.line = mem_alloc(count.rows, sizeof *csv.line, err);
    csv.start = mem_alloc(count.cells, sizeof *csv.start, err);
    csv.text = mem_alloc(count.bytes, 1, err);
    if (!csv.first || !csv.line || !csv.start || !csv.text)
        goto done;

    struct walk store = {
        .text = text, .size = size, .line = 1, .name = name, .out = &csv};
    if (!walk_all(&store, err))
        goto done;
    csv.rows = store.rows;
    csv.first[store.rows] = store.cells;
    *out = csv;
    csv = (struct csv){0}; /* moved */
    ok = true;
done:
    csv_clear(&csv);
    return ok;
}

void csv_clear(struct csv *csv)
{
    mem_free(csv->first);
    mem_free(csv->line);
    mem_free(csv->start);
    mem_free(csv->text);
    *csv = (struct csv){0};
}

size_t csv_columns(const struct csv *csv, size_t row)
{
    return csv->first[row + 1] - csv->first[row];
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv->text + csv->start[csv->first[row] + column];
}

bool csv_write_text(FILE *stream, const char *text)
{
    const bool formula = text[0] && strchr("=+-@\t", text[0]);
    const bool quote = text[0] == ' ' || strpbrk(text, ",\"\r\n") != NULL;

    if (quote && fputc('"', stream) == EOF)
        return false;
    if (formula && fputc('\'', stream) == EOF)
        return false;
    for (const char *c = text; *c; c++) {
        if (*c == '"' && fputc('"', stream) == EOF)
            return false;
        if (fputc((unsigned char)*c, stream) == EOF)
            return false;
    }
    return !quote || fputc('"', stream) != EOF;
}
