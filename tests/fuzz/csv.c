/*
 * csv.c - any bytes as a cohort table: refused with a reason, or a table whose cells
 * can all be reached and whose paths stay inside.
 */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "image/cohort.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* The cells and their final zeros are made of the file's bytes, at most one zero more
 * than there are separators. */
static void table(const char *text, size_t size)
{
    struct csv t = {0};
    struct err err = {0};
    size_t bytes = 0;

    if (!csv_parse(text, size, "input", &t, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !t.text);
        return;
    }
    for (size_t r = 0; r < t.rows; r++) {
        check(csv_columns(&t, r) >= 1);
        check(t.line[r] >= 1 && (r == 0 || t.line[r] > t.line[r - 1]));
        for (size_t c = 0; c < csv_columns(&t, r); c++)
            bytes += strlen(csv_cell(&t, r, c)) + 1;
    }
    check(bytes <= size + 1);
    csv_clear(&t);
}

static void cohort(const char *text, size_t size)
{
    struct cohort c = {0};
    struct err err = {0};

    if (!cohort_parse(text, size, "input", "folder", &c, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !c.cell);
        return;
    }
    check(c.rows >= 1 && c.columns >= 2);
    for (size_t r = 0; r < c.rows; r++) {
        const char *id = cohort_get(&c, r, "id");
        check(id && id[0] && id[0] != '.' && !strchr(id, '/'));
        char *path = cohort_path(&c, r, "image", &err);
        check(path && strncmp(path, "folder/", 7) == 0 && !strstr(path, "/../"));
        mem_free(path);
    }
    cohort_clear(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    table((const char *)data, size);
    cohort((const char *)data, size);
    return 0;
}
