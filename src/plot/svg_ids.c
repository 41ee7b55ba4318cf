#include "plot/svg_ids.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { KINDS = 2, MOST_DIGITS = 9, NUMBER_ROOM = 24 };
static const char *const KIND[KINDS] = {"surface", "image"};

/* The numbers that one kind had, in the order of their first appearance. */
struct names {
    uint32_t *was;
    size_t count, room;
};

/* Does a name of this kind with a number begin here?  Its length, or 0. */
static size_t name_at(const struct bytes *svg, size_t at, const char *kind,
                      uint32_t *number)
{
    const size_t letters = strlen(kind);
    size_t end = at + letters;

    if (end >= svg->size || memcmp(svg->data + at, kind, letters) != 0)
        return 0;
    *number = 0;
    while (end < svg->size && end - at - letters < MOST_DIGITS &&
           svg->data[end] >= '0' && svg->data[end] <= '9')
        *number = *number * 10u + (uint32_t)(svg->data[end++] - '0');
    return end == at + letters ? 0 : end - at;
}

/* The new number, from 1; 0 without memory. */
static size_t rename_number(struct names *n, uint32_t was, struct err *err)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->was[i] == was)
            return i + 1;
    }
    if (n->count == n->room) {
        const size_t room = 2 * n->room + 16;
        uint32_t *grown = mem_grow(n->was, n->room, room, sizeof *grown, err);
        if (grown == NULL)
            return 0;
        n->was = grown;
        n->room = room;
    }
    n->was[n->count++] = was;
    return n->count;
}

bool plot_svg_ids_renumber(struct bytes *svg, struct err *err)
{
    struct names names[KINDS] = {{0}};
    bool ok = false;
    /* a name of 6 bytes behind its mark may become one of 14: less than three times */
    const size_t room = 3 * svg->size + NUMBER_ROOM;
    struct bytes out = {mem_alloc(room, 1, err), 0};

    if (out.data == NULL)
        return false;
    for (size_t at = 0; at < svg->size;) {
        const uint8_t before = at > 0 ? svg->data[at - 1] : 0;
        size_t length = 0;
        for (int k = 0; k < KINDS && (before == '"' || before == '#'); k++) {
            uint32_t number = 0;
            length = name_at(svg, at, KIND[k], &number);
            if (length == 0)
                continue;
            const size_t now = rename_number(&names[k], number, err);
            if (now == 0)
                goto done;
            out.size += (size_t)snprintf((char *)out.data + out.size, NUMBER_ROOM,
                                         "%s%zu", KIND[k], now);
            break;
        }
        if (length == 0) {
            out.data[out.size++] = svg->data[at];
            length = 1;
        }
        at += length;
    }
    bytes_clear(svg);
    *svg = out; /* moved */
    out = (struct bytes){0};
    ok = true;
done:
    for (int k = 0; k < KINDS; k++)
        mem_free(names[k].was);
    bytes_clear(&out);
    return ok;
}
