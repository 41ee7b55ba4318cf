#include "nn/net_plan.h"

#include <stdbool.h>

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* Larger first; equal ones in the order given, so that the plan is reproducible. */
static void sort_by_size(const struct nn_interval *block, int n, int *order)
{
    for (int i = 0; i < n; i++) {
        int at = i;
        while (at > 0 && block[order[at - 1]].bytes < block[i].bytes) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

static bool clash(const struct nn_interval *a, const struct nn_interval *b,
                  size_t offset)
{
    return a->first <= b->last && b->first <= a->last &&
           offset < b->offset + round_up(b->bytes) &&
           b->offset < offset + round_up(a->bytes);
}

size_t nn_plan(struct nn_interval *block, int n, int *order)
{
    size_t total = 0;
    sort_by_size(block, n, order);
    for (int i = 0; i < n; i++) {
        struct nn_interval *b = &block[order[i]];
        size_t offset = 0;
        bool moved = true;
        while (moved) { /* climb over whatever is in the way */
            moved = false;
            for (int j = 0; j < i; j++) {
                const struct nn_interval *other = &block[order[j]];
                if (clash(b, other, offset)) {
                    offset = other->offset + round_up(other->bytes);
                    moved = true;
                }
            }
        }
        b->offset = offset;
        if (offset + round_up(b->bytes) > total)
            total = offset + round_up(b->bytes);
    }
    return total;
}
