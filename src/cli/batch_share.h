/*
 * batch_share.h - one batch, divided among all processes that are started for it.
 *
 * Why:    the patients of a large cohort can be done by many machines that see the same
 *         folder; a process that dies loses and doubles nothing.
 * Layer:  cli.
 * Thread: one in each process; see base/share.h.
 *
 * OUT/.NAME/ holds `locks` (base/share.h), `state` (what the work is, and if it is
 * finished) and, of each case that is done, its row of the table as <number>.row, which
 * is empty if the case failed.  Work that was stopped goes on where it was; work that
 * was finished begins anew, unless by the same start of a launcher.
 */
#ifndef CLI_BATCH_SHARE_H
#define CLI_BATCH_SHARE_H

#include "cli/batch.h"

struct batch_share {
    struct batch *batch;
    const char *options; /* all that changes a result, the cases aside; borrowed */
    /* As for batch_run(); keeps the result with batch_keep(). */
    bool (*patient)(void *user, const struct input_case *in, struct err *err);
    void *user;
};

/**
 * Do the cases that nobody else does, wait for the others, and see to results.csv,
 * which is the one that a single process writes.
 *
 * `batch->failed` then counts those that failed anywhere.
 *
 * @param[out] made  [batch->inputs.count] the case has results
 * Errors: ERR_SUPPORT (others are at work in the folder, on other cases or with other
 *     options), ERR_IO, ERR_NOMEM
 * Tests:  tests/cli/mpi.t
 */
bool batch_share_run(const struct batch_share *work, bool *made,
                     struct err *err) ATTR_MUST_USE;

#endif
