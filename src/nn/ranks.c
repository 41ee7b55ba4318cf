#include "nn/ranks.h"

#include "base/rank.h"

#ifdef CICATRIX_MPI

#include <limits.h>
#include <mpi.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { RANKS_SUMS = 1024 }; /* under way at a time */

struct nn_ranks {
    int index, count, sums;
    double waited;
    MPI_Request sum[RANKS_SUMS];
};

static bool mpi_ok(int code, const char *what, struct err *err)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (code == MPI_SUCCESS)
        return true;
    (void)MPI_Error_string(code, text, &length);
    return ERR_FAIL(err, ERR_IO, "MPI: %s: %s", what, text);
}

bool nn_ranks_open(struct nn_ranks **out, struct err *err)
{
    const struct rank here = rank_here();
    int level = 0;
    *out = NULL;
    if (here.count == 1)
        return true;
    struct nn_ranks *r = mem_alloc(1, sizeof *r, err);
    if (!r)
        return false;
    bool ok =
        mpi_ok(MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level), "begin", err);
    if (ok) {
        (void)MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        ok = mpi_ok(MPI_Comm_rank(MPI_COMM_WORLD, &r->index), "rank", err) &&
             mpi_ok(MPI_Comm_size(MPI_COMM_WORLD, &r->count), "size", err);
    }
    if (ok && r->count != here.count)
        ok = ERR_FAIL(err, ERR_SUPPORT,
                      "the launcher started %d processes, but MPI knows of %d: start "
                      "them with mpirun, or with srun --mpi=pmix",
                      here.count, r->count);
    if (!ok) {
        if (r->count > 0) /* MPI has begun */
            (void)MPI_Finalize();
        mem_free(r);
        return false;
    }
    *out = r;
    return true;
}

void nn_ranks_close(struct nn_ranks *r)
{
    if (!r)
        return;
    (void)MPI_Finalize();
    mem_free(r);
}

void nn_ranks_abort(struct nn_ranks *r)
{
    if (r)
        (void)MPI_Abort(MPI_COMM_WORLD, 1);
}

int nn_ranks_index(const struct nn_ranks *r)
{
    return r ? r->index : 0;
}

int nn_ranks_count(const struct nn_ranks *r)
{
    return r ? r->count : 1;
}

bool nn_ranks_sum_begin(struct nn_ranks *r, float *x, size_t n, struct err *err)
{
    int all = 0;
    if (!r)
        return true;
    if (n > INT_MAX || r->sums == RANKS_SUMS)
        return ERR_FAIL(err, ERR_SUPPORT, "MPI: a sum of %zu numbers, the %dth", n,
                        r->sums + 1);
    if (n > 0) {
        MPI_Request *sum = &r->sum[r->sums++];
        if (!mpi_ok(MPI_Iallreduce(MPI_IN_PLACE, x, (int)n, MPI_FLOAT, MPI_SUM,
                                   MPI_COMM_WORLD, sum),
                    "sum of gradients", err))
            return false;
    }
    /* OpenMPI moves data only in calls like this one */
    return mpi_ok(MPI_Testall(r->sums, r->sum, &all, MPI_STATUSES_IGNORE),
                  "sum of gradients", err);
}

bool nn_ranks_sum_end(struct nn_ranks *r, struct err *err)
{
    if (!r)
        return true;
    const double start = clock_seconds();
    const bool ok = mpi_ok(MPI_Waitall(r->sums, r->sum, MPI_STATUSES_IGNORE),
                           "sum of gradients", err);
    r->sums = 0;
    r->waited += clock_seconds() - start;
    return ok;
}

bool nn_ranks_sum(struct nn_ranks *r, double *x, int n, struct err *err)
{
    return !r || mpi_ok(MPI_Allreduce(MPI_IN_PLACE, x, n, MPI_DOUBLE, MPI_SUM,
                                      MPI_COMM_WORLD),
                        "sum", err);
}

bool nn_ranks_agree(struct nn_ranks *r, const void *bytes, size_t size,
                    const char *what, struct err *err)
{
    bool ok = false;
    long long most[2] = {(long long)size, -(long long)size};
    int differ = 0;
    char *first = NULL;
    if (!r)
        return true;
    if (!mpi_ok(MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_LONG_LONG, MPI_MAX,
                              MPI_COMM_WORLD),
                "compare", err))
        return false;
    differ = most[0] != -most[1] || size > INT_MAX;
    if (!differ) {
        first = mem_alloc(size > 0 ? size : 1, 1, err);
        if (!first)
            return false;
        memcpy(first, bytes, size);
        if (!mpi_ok(MPI_Bcast(first, (int)size, MPI_BYTE, 0, MPI_COMM_WORLD), "compare",
                    err))
            goto done;
        differ = memcmp(first, bytes, size) != 0;
        if (!mpi_ok(MPI_Allreduce(MPI_IN_PLACE, &differ, 1, MPI_INT, MPI_MAX,
                                  MPI_COMM_WORLD),
                    "compare", err))
            goto done;
    }
    ok = !differ || ERR_FAIL(err, ERR_SUPPORT, "%s: not the same on all %d processes",
                             what, r->count);
done:
    mem_free(first);
    return ok;
}

double nn_ranks_waited(const struct nn_ranks *r)
{
    return r ? r->waited : 0.0;
}

#else /* without MPI there is no other process, and `r` is always NULL */

bool nn_ranks_open(struct nn_ranks **out, struct err *err)
{
    const struct rank here = rank_here();
    if (here.count > 1)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "%d processes cannot train together: this program was built "
                        "without MPI (Debian: libopenmpi-dev)",
                        here.count);
    *out = NULL;
    return true;
}

void nn_ranks_close(struct nn_ranks *r)
{
    (void)r;
}

void nn_ranks_abort(struct nn_ranks *r)
{
    (void)r;
}

int nn_ranks_index(const struct nn_ranks *r)
{
    (void)r;
    return 0;
}

int nn_ranks_count(const struct nn_ranks *r)
{
    (void)r;
    return 1;
}

bool nn_ranks_sum_begin(struct nn_ranks *r, float *x, size_t n, struct err *err)
{
    (void)r, (void)x, (void)n, (void)err;
    return true;
}

bool nn_ranks_sum_end(struct nn_ranks *r, struct err *err)
{
    (void)r, (void)err;
    return true;
}

bool nn_ranks_sum(struct nn_ranks *r, double *x, int n, struct err *err)
{
    (void)r, (void)x, (void)n, (void)err;
    return true;
}

bool nn_ranks_agree(struct nn_ranks *r, const void *bytes, size_t size,
                    const char *what, struct err *err)
{
    (void)r, (void)bytes, (void)size, (void)what, (void)err;
    return true;
}

double nn_ranks_waited(const struct nn_ranks *r)
{
    (void)r;
    return 0.0;
}

#endif
