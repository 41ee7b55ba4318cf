#include "report/cells.h"

#include <string.h>

#include "base/mem.h"

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

/* Bytes of the letter that begins here, 0 for what is no letter of a text.  Source:
 * the Unicode Standard, version 15, table 3-7. */
static size_t letter(const unsigned char *s)
{
    const size_t n = s[0] < 0x80   ? 1
                     : s[0] < 0xc2 ? 0
                     : s[0] < 0xe0 ? 2
                     : s[0] < 0xf0 ? 3
                     : s[0] < 0xf5 ? 4
                                   : 0;

    if (n == 1)
        return s[0] >= 0x20 && s[0] != 0x7f ? 1 : 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0u) != 0x80u)
            return 0;
    }
    if ((s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
        (s[0] == 0xed && s[1] >= 0xa0) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] >= 0x90))
        return 0; /* a control, an overlong form, a surrogate, beyond the last */
    return n;
}

void report_cells_copy(char *to, size_t size, const char *from)
{
    const unsigned char *s = (const unsigned char *)from;
    size_t at = 0;

    while (*s != '\0') {
        const size_t n = letter(s), bytes = n > 0 ? n : 1;
        if (at + bytes >= size)
            break;
        if (n > 0)
            memcpy(to + at, s, n);
        else
            to[at] = '?';
        at += bytes;
        s += bytes;
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
