/*
 * batch.h - one command over many patients: one that fails is said, the rest go on.
 *
 * Why:    quantify, measure and threshold differ in what they do with a patient, not in
 *         how they go through them, count them and keep results.csv.
 * Way:    batch_add() for each word of the command line, batch_ready(), batch_run(),
 *         then what is to be printed of batch_rows(), batch_clear().
 * Layer:  cli.
 * Thread: one thread.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <stdio.h>

#include "base/progress.h"
#include "cli/inputs.h"
#include "report/results.h"

struct batch {
    const char *name, *out; /* of the command; folder of all results; borrowed */
    struct inputs inputs;
    struct result_table table;
    struct progress progress;
    FILE *rows; /* lines of a printed table, kept until the progress line ends */
    char *rows_text;
    size_t rows_size;
    int id_width; /* of the widest id, for the table */
    size_t done, failed;
    bool shared; /* with other processes: batch_keep() does not write (batch_share.h) */
};

/** Say on stderr what failed, and count it. */
void batch_fail(struct batch *b, const struct err *err);

/** Add what a word stands for (inputs_add); what cannot be added has failed. */
void batch_add(struct batch *b, const char *word, const struct inputs_options *options);

/** All words are added; DICOM files that cannot be read and series that cannot be
 *  measured are said and counted, what is to be known of the others is said.
 *  Errors: ERR_NOMEM. */
bool batch_ready(struct batch *b, struct err *err) ATTR_MUST_USE;

/** Keep a patient's result in OUT/results.csv, which then holds all so far.
 *  Errors: ERR_IO, ERR_NOMEM. */
bool batch_keep(struct batch *b, const struct patient_result *r,
                struct err *err) ATTR_MUST_USE;

/** Write OUT/results.csv with all that were kept.  Errors: ERR_IO, ERR_NOMEM. */
bool batch_write(struct batch *b, struct err *err) ATTR_MUST_USE;

/** Make the folder `out`, and get ready to keep lines in `rows`.  Who is in the table
 *  there and not among the inputs is told.
 *  Errors: ERR_IO, ERR_NOMEM, ERR_ARG (the table is one of corrections: view). */
bool batch_open(struct batch *b, struct err *err) ATTR_MUST_USE;

/** One case: `patient`, unless another case has its id, or OUT holds a correction of it
 *  (view).  Nothing is counted.
 *  Errors: ERR_FORMAT (the id), ERR_ARG (the correction), those of `patient`. */
bool batch_case(const struct batch *b, const struct input_case *c,
                bool (*patient)(void *user, const struct input_case *in,
                                struct err *err),
                void *user, struct err *err) ATTR_MUST_USE;

/**
 * Make the folder `out` and do every patient, with a progress line on a terminal.
 *
 * A patient whose id another one has, or whose `patient` fails, is said and counted.
 * A folder that was made here and stayed empty is taken away.
 *
 * @param patient  called for each; `user` is passed on
 * @param last     NULL; or `patient` only begins, and whoever ends one counts it
 *                 (`done`, batch_fail()): ends what the last `patient` has left
 * Errors: ERR_IO (the folder), ERR_NOMEM; then nobody was done
 * Tests:  tests/unit/cli/batch.c
 */
bool batch_run(struct batch *b,
               bool (*patient)(void *user, const struct input_case *in,
                               struct err *err),
               void (*last)(void *user), void *user, struct err *err) ATTR_MUST_USE;

/** What was printed to `rows`, borrowed; NULL if nothing was. */
const char *batch_rows(struct batch *b);

void batch_clear(struct batch *b);

#endif
