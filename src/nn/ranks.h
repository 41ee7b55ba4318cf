/*
 * ranks.h - processes that train one network together, over MPI.
 *
 * Why:    each computes the gradients of other samples; their sum is the step's.  A sum
 *         begins as soon as a layer's gradients are final and goes on while backward
 *         works on the layers before it.
 * Layer:  nn; the only place that knows MPI.  A program that was built without MPI
 *         refuses to be one of several.
 * Thread: the one that opened.
 *
 * NULL stands for one process alone, and every call takes it: nothing is done then, and
 * nothing fails.
 */
#ifndef NN_RANKS_H
#define NN_RANKS_H

#include <stddef.h>

#include "base/err.h"

struct nn_ranks;

/**
 * Join the processes that the launcher started with this one.  MPI is only begun when
 * there are several.
 *
 * @param[out] out  to be closed (nn_ranks_close); NULL: alone
 * Errors: ERR_SUPPORT (several, but the program has no MPI, or MPI knows of another
 *     number than the launcher), ERR_NOMEM
 * Tests:  tests/unit/nn/ranks.c, tests/cli/mpi.t
 */
bool nn_ranks_open(struct nn_ranks **out, struct err *err) ATTR_MUST_USE;

/** Wait for all and end.  Once in a process: MPI does not begin again. */
void nn_ranks_close(struct nn_ranks *r);

/** End the processes, this and all others, since they wait for us: does not return
 *  unless alone. */
void nn_ranks_abort(struct nn_ranks *r);

int nn_ranks_index(const struct nn_ranks *r); /* 0 of 1 when alone */
int nn_ranks_count(const struct nn_ranks *r);

/** Begin to sum over all ranks; `x` may not be touched until nn_ranks_sum_end().  All
 *  ranks begin the same sums in the same order.  n 0: push on those that are under way.
 *  Errors: ERR_IO (MPI), ERR_NOMEM. */
bool nn_ranks_sum_begin(struct nn_ranks *r, float *x, size_t n,
                        struct err *err) ATTR_MUST_USE;

/** Wait for all sums; every rank holds the same bits then.  Errors: ERR_IO. */
bool nn_ranks_sum_end(struct nn_ranks *r, struct err *err) ATTR_MUST_USE;

/** A few numbers, summed at once.  Errors: ERR_IO. */
bool nn_ranks_sum(struct nn_ranks *r, double *x, int n, struct err *err) ATTR_MUST_USE;

/** Do all ranks hold the same bytes?  All are told.
 *  @param what  for the message: "the weights"
 *  Errors: ERR_SUPPORT (they do not), ERR_IO, ERR_NOMEM */
bool nn_ranks_agree(struct nn_ranks *r, const void *bytes, size_t size,
                    const char *what, struct err *err) ATTR_MUST_USE;

/** Seconds that nn_ranks_sum_end() has waited in all. */
double nn_ranks_waited(const struct nn_ranks *r);

#endif
