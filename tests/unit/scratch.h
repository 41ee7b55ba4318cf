/*
 * scratch.h - a scratch folder for the tests of one program.
 *
 *   return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "testing.h"

static char scratch[64];

static inline int make_scratch(void **state)
{
    (void)state;
    (void)testing_scratch(scratch);
    return 0;
}

static inline int remove_scratch(void **state)
{
    (void)state;
    testing_remove(scratch);
    return 0;
}

/* The path of `name` in the scratch folder; good until the fourth call after. */
static inline const char *scratch_path(const char *name)
{
    static char path[4][256];
    static int next;
    char *p = path[next++ % 4];

    (void)snprintf(p, sizeof path[0], "%s/%s", scratch, name);
    return p;
}

#endif
