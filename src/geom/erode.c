#include "geom/erode.h"

#include <string.h>

#include "base/mem.h"

static void erode_once(const uint8_t *from, int32_t columns, int32_t rows, uint8_t *to)
{
    for (int32_t j = 0; j < rows; j++)
        for (int32_t i = 0; i < columns; i++) {
            const size_t p = (size_t)j * (size_t)columns + (size_t)i;
            const bool inside = i > 0 && j > 0 && i < columns - 1 && j < rows - 1;
            to[p] = inside && from[p] && from[p - 1] && from[p + 1] &&
                    from[p - (size_t)columns] && from[p + (size_t)columns];
        }
}

bool geom_erode(uint8_t *mask, int32_t columns, int32_t rows, int rounds,
                struct err *err)
{
    if (columns < 1 || rows < 1)
        return ERR_FAIL(err, ERR_ARG, "erode: a slice of %d x %d pixels", columns,
                        rows);
    const size_t pixels = (size_t)columns * (size_t)rows;
    uint8_t *before = mem_alloc(pixels, 1, err);
    if (!before)
        return false;
    for (int r = 0; r < rounds; r++) {
        memcpy(before, mask, pixels);
        erode_once(before, columns, rows, mask);
    }
    mem_free(before);
    return true;
}
