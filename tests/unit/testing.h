/*
 * testing.h - what every unit test includes first.
 *
 * cmocka wants four headers before its own.  Its assert_float_equal compares as float;
 * assert_near here compares in double and fails on NaN.
 *
 * A failed assertion jumps out of the test function: never assert inside an OpenMP
 * region or on another thread, and expect leak reports after a failure.
 *
 * Running a program: int main(void) with cmocka_run_group_tests(); its exit status is
 * the verdict.  Tests run in the root of the source tree; testing_scratch() names a
 * folder of their own for files that they write.
 */
#ifndef TESTING_H
#define TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/err.h"

/* cmocka 1.1.5 reports a skipped test as "not ok" in TAP: return instead, with a
 * comment that says why. */
#undef skip

/* |got - want| <= tol; NaN never passes */
#define assert_near(got, want, tol)                                                    \
    do {                                                                               \
        const double g_ = (got), w_ = (want), t_ = (tol);                              \
        if (!(fabs(g_ - w_) <= t_))                                                    \
            fail_msg("%s is %.9g, want %.9g +- %g", #got, g_, w_, t_);                 \
    } while (0)

/* a call with `&err` that must succeed; on failure its message is shown */
#define assert_ok(call, err)                                                           \
    do {                                                                               \
        if (!(call))                                                                   \
            fail_msg("%s: %s", #call, (err).msg);                                      \
    } while (0)

/* a call with `&err` that must be refused with this code and this text in the message;
 * `err` is empty again afterwards */
#define assert_refused(call, err, want_code, want_text)                                \
    do {                                                                               \
        if (call)                                                                      \
            fail_msg("%s succeeded, must be refused", #call);                          \
        if ((err).code != (want_code))                                                 \
            fail_msg("%s: code %d (%s), want %s", #call, (int)(err).code, (err).msg,   \
                     #want_code);                                                      \
        if (!strstr((err).msg, (want_text)))                                           \
            fail_msg("%s: \"%s\" does not say \"%s\"", #call, (err).msg, (want_text)); \
        (err) = (struct err){0};                                                       \
    } while (0)

/* True where everything is some fifty times slower (valgrind): a test may then use
 * fewer repetitions or smaller shapes, but not fewer kinds of check. */
static inline bool testing_slow_machine(void)
{
    return getenv("CICATRIX_SLOW_MACHINE") != NULL;
}

/* A fresh folder for this process's files, "/tmp/cicatrix-test-XXXXXX".  The test
 * removes what it wrote (testing_remove). */
static inline const char *testing_scratch(char path[AT_LEAST(64)])
{
    const char *base = getenv("TMPDIR");
    if (!base || strlen(base) > 32)
        base = "/tmp";
    (void)snprintf(path, 64, "%s/cicatrix-test-XXXXXX", base);
    assert_non_null(mkdtemp(path));
    return path;
}

/* Remove a scratch folder and the plain files and folders in it. */
static inline void testing_remove(const char *path)
{
    char command[128];
    assert_non_null(strstr(path, "cicatrix-test-"));
    (void)snprintf(command, sizeof command, "rm -rf -- '%s'", path);
    assert_int_equal(system(command), 0);
}

#endif
