#include "report/cells.h"

#include <string.h>

#include "base/mem.h"
#include "report/utf8.h"

bool report_cells_new(size_t columns, size_t rows, struct report_cells *out,
                      struct err *err)
{
    char(*text)[REPORT_CELL] = mem_alloc(columns * rows, sizeof *text, err);

    if (text == NULL)
        return false;
    *out = (struct report_cells){.columns = columns, .room = rows, .text = text};
    return true;
}

void report_cells_clear(struct report_cells *cells)
{
    mem_free(cells->text);
    *cells = (struct report_cells){0};
}

/* Bytes of the letter that begins here, 0 for what is no letter of a text. */
static size_t letter(const char *s)
{
    const unsigned char a = (unsigned char)s[0];
    const size_t n = report_utf8_length(s);
    const bool control = n == 1   ? a < 0x20 || a == 0x7f
                         : n == 2 ? a == 0xc2 && (unsigned char)s[1] < 0xa0
                                  : false;

    return control ? 0 : n;
}

void report_cells_copy(char *to, size_t size, const char *from)
{
    size_t at = 0;

    while (*from != '\0') {
        const size_t n = letter(from), bytes = n > 0 ? n : 1;
        if (at + bytes >= size)
            break;
        if (n > 0)
            memcpy(to + at, from, n);
        else
            to[at] = '?';
        at += bytes;
        from += bytes;
    }
    if (size > 0)
        to[at] = '\0';
}

void report_cells_add(struct report_cells *cells, const char *const *text)
{
    if (cells->rows == cells->room)
        return;
    for (size_t c = 0; c < cells->columns; c++)
        report_cells_copy(cells->text[cells->rows * cells->columns + c], REPORT_CELL,
                          text[c]);
    cells->rows++;
}

const char *report_cells_at(const struct report_cells *cells, size_t row, size_t column)
{
    return cells->text[row * cells->columns + column];
}
