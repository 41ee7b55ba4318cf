/*
 * walk.h - a second, independent reader of what the writers write: explicit VR little
 * endian with lengths, flattened to a list of elements.
 */
#ifndef WALK_H
#define WALK_H

#include "testing.h"

#include "base/file.h"

enum { WALK_MAX = 20000 };

struct walk_element {
    uint32_t tag; /* group << 16 | element */
    char vr[3];
    int depth;
    const uint8_t *value;
    size_t size;
};

struct walk {
    struct bytes file;
    struct walk_element at[WALK_MAX];
    size_t n;
};

static inline uint32_t walk_number(const uint8_t *p, int bytes)
{
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

static inline uint32_t walk_tag(const uint8_t *p)
{
    return walk_number(p, 2) << 16 | walk_number(p + 2, 2);
}

/* The elements in [p, end), which must be ascending and fill it exactly. */
static inline void walk_elements(struct walk *w, const uint8_t *p, const uint8_t *end,
                                 int depth)
{
    uint32_t before = 0;
    while (p < end) {
        assert_true(end - p >= 8);
        assert_true(w->n < WALK_MAX);
        struct walk_element *e = &w->at[w->n++];
        e->tag = walk_tag(p);
        e->vr[0] = (char)p[4];
        e->vr[1] = (char)p[5];
        e->vr[2] = '\0';
        e->depth = depth;
        assert_true(e->tag > before);
        before = e->tag;
        const bool is_long = strstr("OB OW SQ UT", e->vr) != NULL;
        e->size = is_long ? walk_number(p + 8, 4) : walk_number(p + 6, 2);
        e->value = p + (is_long ? 12 : 8);
        assert_int_equal(e->size % 2, 0);
        assert_true(e->size <= (size_t)(end - e->value));
        p = e->value + e->size;
        if (strcmp(e->vr, "SQ") != 0)
            continue;
        for (const uint8_t *item = e->value; item < p;) {
            assert_int_equal(walk_tag(item), 0xfffee000U);
            const size_t size = walk_number(item + 4, 4);
            assert_true(size <= (size_t)(p - item) - 8);
            walk_elements(w, item + 8, item + 8 + size, depth + 1);
            item += 8 + size;
        }
    }
}

/* walk_clear() by the caller. */
static inline struct walk *walk_open(const char *path)
{
    struct err err = {0};
    struct walk *w = test_calloc(1, sizeof *w);

    if (!w)
        abort();
    assert_ok(file_read(path, (size_t)1 << 28, &w->file, &err), err);
    assert_true(w->file.size > 144);
    assert_memory_equal(w->file.data + 128, "DICM", 4);
    const uint8_t *meta = w->file.data + 132;
    const uint8_t *body = meta + 12 + walk_number(meta + 8, 4);
    walk_elements(w, meta, body, 0);
    walk_elements(w, body, w->file.data + w->file.size, 0);
    return w;
}

static inline void walk_close(struct walk *w)
{
    bytes_clear(&w->file);
    test_free(w);
}

static inline int walk_count(const struct walk *w, uint32_t tag)
{
    int n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += w->at[i].tag == tag;
    return n;
}

/* The n-th (from 0) element with this tag, at any depth; there must be one. */
static inline const struct walk_element *walk_find(const struct walk *w, uint32_t tag,
                                                   int n)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].tag == tag && n-- == 0)
            return &w->at[i];
    fail_msg("no element %08x", (unsigned)tag);
    return &w->at[0];
}

/* Its text without the padding.  Valid until the next call with the same buffer. */
static inline const char *walk_text(const struct walk *w, uint32_t tag, int n,
                                    char text[AT_LEAST(256)])
{
    const struct walk_element *e = walk_find(w, tag, n);
    size_t size = e->size < 255 ? e->size : 255;
    while (size > 0 && (e->value[size - 1] == ' ' || e->value[size - 1] == '\0'))
        size--;
    memcpy(text, e->value, size);
    text[size] = '\0';
    return text;
}

#endif
