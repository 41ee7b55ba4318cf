#include "cli/train_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/split.h"

void train_rows_clear(struct train_rows *rows)
{
    mem_free(rows->train);
    mem_free(rows->val);
    *rows = (struct train_rows){0};
}

struct keyed_row {
    uint64_t key;
    size_t row;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static int by_row(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

bool train_rows_hold_out(const struct cohort *cohort, double share,
                         struct train_rows *rows, struct err *err)
{
    const size_t n = (size_t)floor(share * (double)rows->n_train + 0.5);
    struct keyed_row *order = mem_alloc(rows->n_train, sizeof *order, err);
    if (!order)
        return false;
    for (size_t i = 0; i < rows->n_train; i++)
        order[i] = (struct keyed_row){
            split_key(cohort_get(cohort, rows->train[i], "id"), SPLIT_FOR_VALIDATION),
            rows->train[i]};
    qsort(order, rows->n_train, sizeof *order, by_key);
    for (size_t i = 0; i < rows->n_train; i++) {
        if (i < n)
            rows->val[rows->n_val++] = order[i].row;
        else
            rows->train[i - n] = order[i].row;
    }
    rows->n_train -= n;
    qsort(rows->train, rows->n_train, sizeof *rows->train, by_row);
    qsort(rows->val, rows->n_val, sizeof *rows->val, by_row);
    mem_free(order);
    return true;
}

bool train_rows_room(const struct cohort *cohort, struct train_rows *out,
                     struct err *err)
{
    *out = (struct train_rows){.train = mem_alloc(cohort->rows, sizeof(size_t), err),
                               .val = mem_alloc(cohort->rows, sizeof(size_t), err)};
    return out->train && out->val;
}

bool train_rows_choose(const struct cohort *cohort, double share,
                       struct train_rows *rows, struct err *err)
{
    if (!train_rows_room(cohort, rows, err))
        return false;
    for (size_t i = 0; i < cohort->rows; i++) {
        const char *split = cohort_get(cohort, i, "split");
        if (!split || strcmp(split, "train") == 0)
            rows->train[rows->n_train++] = i;
        else if (strcmp(split, "val") == 0)
            rows->val[rows->n_val++] = i;
    }
    if (rows->n_val == 0 && share > 0.0 &&
        !train_rows_hold_out(cohort, share, rows, err))
        return false;
    return rows->n_train > 0 ||
           ERR_FAIL(err, ERR_FORMAT, "no patient to train on (column split = train)");
}
