/* drawn.h - look at the three files of a canvas. */
#ifndef DRAWN_H
#define DRAWN_H

#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "plot/canvas.h"

enum { DRAWN_PATH = 128, DRAWN_LIMIT = 64 << 20 };

static const char *const drawn_ending[] = {".pdf", ".svg", ".png"};

static inline const char *drawn_stem(const char *folder, const char *name,
                                     char stem[AT_LEAST(DRAWN_PATH)])
{
    (void)snprintf(stem, DRAWN_PATH, "%s/%s", folder, name);
    return stem;
}

static inline struct bytes drawn_read(const char *stem, const char *ending)
{
    struct err err = {0};
    struct bytes b = {0};
    char path[DRAWN_PATH + 8];

    (void)snprintf(path, sizeof path, "%s%s", stem, ending);
    assert_ok(file_read(path, DRAWN_LIMIT, &b, &err), err);
    return b;
}

static inline bool drawn_has(const struct bytes *b, const char *text)
{
    return memmem(b->data, b->size, text, strlen(text)) != NULL;
}

/* All three files of two figures are the same bytes. */
static inline void drawn_assert_same(const char *stem, const char *other)
{
    for (size_t f = 0; f < ARRAY_LEN(drawn_ending); f++) {
        struct bytes a = drawn_read(stem, drawn_ending[f]);
        struct bytes b = drawn_read(other, drawn_ending[f]);
        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.data, b.data, a.size);
        bytes_clear(&a);
        bytes_clear(&b);
    }
}

#endif
