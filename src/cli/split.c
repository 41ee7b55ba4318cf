#include "cli/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

struct ranked {
    uint64_t key;
    struct split_patient *patient;
};

uint64_t split_key(const char *id, enum split_purpose purpose)
{
    uint64_t key = 0;
    for (const char *c = id; *c; c++) {
        struct rng r = rng_make(key, (uint64_t)(unsigned char)*c, (uint64_t)purpose);
        key = rng_u64(&r);
    }
    return key;
}

/* Group first, then key; equal keys (never seen) by id, so that the order is total. */
static int in_order(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->patient->group != y->patient->group)
        return x->patient->group < y->patient->group ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return strcmp(x->patient->id, y->patient->id);
}

static void rank_for(struct ranked *r, size_t n, enum split_purpose purpose)
{
    for (size_t i = 0; i < n; i++)
        r[i].key = split_key(r[i].patient->id, purpose);
    if (n > 1)
        qsort(r, n, sizeof *r, in_order);
}

static size_t test_count(size_t group)
{
    const size_t share = (group * SPLIT_TEST_PERCENT + 50) / 100;
    return share == 0 && group >= 2 ? 1 : share;
}

static struct ranked *rank_all(struct split_patient *patient, size_t n, struct err *err)
{
    struct ranked *r = mem_alloc(n, sizeof *r, err);
    for (size_t i = 0; r && i < n; i++)
        r[i].patient = &patient[i];
    return r;
}

bool split_deal(struct split_patient *patient, size_t n, int folds, struct err *err)
{
    struct ranked *r = rank_all(patient, n, err);
    if (!r)
        return false;
    rank_for(r, n, SPLIT_FOR_FOLD);
    for (size_t i = 0; i < n; i++)
        r[i].patient->fold = (int)(i % (size_t)folds);
    mem_free(r);
    return true;
}

bool split_assign(struct split_patient *patient, size_t n, struct err *err)
{
    struct ranked *r = rank_all(patient, n, err);
    if (!r)
        return false;
    rank_for(r, n, SPLIT_FOR_TEST);
    for (size_t first = 0, end = 0; first < n; first = end) {
        while (end < n && r[end].patient->group == r[first].patient->group)
            end++;
        const size_t tests = test_count(end - first);
        for (size_t i = first; i < end; i++)
            r[i].patient->test = i - first < tests;
    }
    mem_free(r);
    return split_deal(patient, n, SPLIT_FOLDS, err);
}

struct keyed_row {
    uint64_t key;
    size_t row;
};

static int by_row_key(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

bool split_shuffle(const struct cohort *cohort, enum split_purpose purpose, size_t *row,
                   size_t n, struct err *err)
{
    struct keyed_row *order = mem_alloc(n, sizeof *order, err);
    if (!order)
        return false;
    for (size_t i = 0; i < n; i++)
        order[i] = (struct keyed_row){
            split_key(cohort_get(cohort, row[i], "id"), purpose), row[i]};
    qsort(order, n, sizeof *order, by_row_key);
    for (size_t i = 0; i < n; i++)
        row[i] = order[i].row;
    mem_free(order);
    return true;
}

static int by_row(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

void split_unshuffle(size_t *row, size_t n)
{
    if (n > 0)
        qsort(row, n, sizeof *row, by_row);
}

static int by_id(const void *a, const void *b)
{
    const struct split_patient *x = a, *y = b;
    return strcmp(x->id, y->id);
}

/* Of patients sorted by id, one of each id; how many these are. */
static size_t unite(struct split_patient *patient, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct split_patient *last = kept > 0 ? &patient[kept - 1] : NULL;
        if (!last || by_id(last, &patient[i]) != 0)
            patient[kept++] = patient[i];
        else if (patient[i].group > last->group)
            last->group = patient[i].group;
    }
    return kept;
}

bool split_assign_together(struct split_patient *patient, size_t n, struct err *err)
{
    struct split_patient *one = mem_alloc(n, sizeof *one, err);

    if (!one)
        return false;
    if (n > 0)
        memcpy(one, patient, n * sizeof *one);
    if (n > 1)
        qsort(one, n, sizeof *one, by_id);
    const size_t kept = unite(one, n);
    const bool ok = split_assign(one, kept, err);
    for (size_t i = 0; ok && i < n; i++) {
        const struct split_patient *found =
            bsearch(&patient[i], one, kept, sizeof *one, by_id);
        patient[i].test = found && found->test;
        patient[i].fold = found ? found->fold : 0;
    }
    mem_free(one);
    return ok;
}
