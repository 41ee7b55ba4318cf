/*
 * split.h - who is held out, decided by the patient's name alone.
 *
 * Why:    a split that depends on the order of a folder, on a clock or on a generator's
 *         state cannot be repeated by somebody else; a number made from the id can.
 * Layer:  cli.
 * Thread: pure functions.
 *
 * Rule.  key(id, purpose): a chain of SplitMix64 (base/rng.h) over the bytes of the id.
 * Within each group the patients stand in the order of key(id, "test"); the first 20 %
 * of them (rounded, but at least one of two or more) are test patients, the others
 * train.  In the order of key(id, "fold") they are dealt to the folds 0..4 in turn, one
 * group after the other.  Neither depends on the order in which patients are given.
 */
#ifndef CLI_SPLIT_H
#define CLI_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/cohort.h"

enum { SPLIT_FOLDS = 5, SPLIT_TEST_PERCENT = 20 };

struct split_patient {
    const char *id; /* borrowed */
    int group;      /* strata: 'N', 'P', ... */
    bool test;      /* out */
    int fold;       /* out: 0..folds-1 */
};

enum split_purpose { SPLIT_FOR_TEST = 1, SPLIT_FOR_FOLD = 2, SPLIT_FOR_VALIDATION = 3 };

uint64_t split_key(const char *id, enum split_purpose purpose);

/** Put rows of a cohort in the order of their patients' keys.  Errors: ERR_NOMEM. */
bool split_shuffle(const struct cohort *cohort, enum split_purpose purpose, size_t *row,
                   size_t n, struct err *err) ATTR_MUST_USE;

/** Put rows back in the order of the cohort. */
void split_unshuffle(size_t *row, size_t n);

/**
 * Set `test` and `fold`, of SPLIT_FOLDS, of each patient; the array keeps its order.
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/cli/split.c
 */
bool split_assign(struct split_patient *patient, size_t n,
                  struct err *err) ATTR_MUST_USE;

/** The same where several may have one id: they are one patient, of the highest of
 * their groups, and stay together. */
bool split_assign_together(struct split_patient *patient, size_t n,
                           struct err *err) ATTR_MUST_USE;

/** Set `fold` alone, of another number of folds (1 or more). */
bool split_deal(struct split_patient *patient, size_t n, int folds,
                struct err *err) ATTR_MUST_USE;

#endif
