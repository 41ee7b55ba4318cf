/* Choice of precision and threads, and the restart with passive waiting. */
#include "testing.h"

#include <sys/wait.h>

#include "nn/engine.h"

static void words_choose_the_precision(void **state)
{
    (void)state;
    struct nn_engine *e = NULL;
    struct err err = {0};
    const bool has_bf16 = strstr(nn_engine_isa(), "bf16") != NULL ||
                          strstr(nn_engine_isa(), "amx") != NULL;

    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    assert_int_equal(nn_engine_precision(e), NN_F32);
    nn_engine_free(e);

    assert_ok(nn_engine_new(3, "auto", &e, &err), err);
    assert_int_equal(nn_engine_precision(e), has_bf16 ? NN_BF16 : NN_F32);
    assert_int_equal(nn_engine_threads(e), 3);
    nn_engine_free(e);

    if (has_bf16) {
        assert_ok(nn_engine_new(1, "bf16", &e, &err), err);
        assert_int_equal(nn_engine_precision(e), NN_BF16);
        nn_engine_free(e);
    } else { /* emulation is slower than float32: refused */
        assert_refused(nn_engine_new(1, "bf16", &e, &err), err, ERR_SUPPORT,
                       nn_engine_isa());
    }
    assert_string_equal(nn_precision_name(NN_F32), "f32");
    assert_string_equal(nn_precision_name(NN_BF16), "bf16");
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct nn_engine *e = NULL;
    struct err err = {0};
    assert_refused(nn_engine_new(1, "half", &e, &err), err, ERR_ARG, "half");
    assert_refused(nn_engine_new(1, "", &e, &err), err, ERR_ARG, "precision");
    assert_refused(nn_engine_new(-1, "f32", &e, &err), err, ERR_ARG, "-1");
    assert_refused(nn_engine_new(257, "f32", &e, &err), err, ERR_ARG, "257");
    assert_null(e);
    nn_engine_free(NULL);
}

static void zero_threads_means_all_cores(void **state)
{
    (void)state;
    struct nn_engine *e = NULL;
    struct err err = {0};
    assert_ok(nn_engine_new(0, "f32", &e, &err), err);
    assert_in_range(nn_engine_threads(e), 1, sysconf(_SC_NPROCESSORS_ONLN));
    nn_engine_free(e);
}

static void description_names_the_library(void **state)
{
    (void)state;
    char text[100], tiny[5];
    nn_engine_describe(text, sizeof text);
    assert_non_null(strstr(text, "oneDNN "));
    assert_non_null(strstr(text, nn_engine_isa()));
    nn_engine_describe(tiny, sizeof tiny);
    assert_string_equal(tiny, "oneD");
}

/* Run this program again as "child" with these variables, the other ones unset; its
 * exit status. */
static int run_child(const char *policy, const char *spincount)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char name[] = "test", child[] = "child";
        char *const argv[] = {name, child, NULL};
        (void)unsetenv("CICATRIX_REEXEC");
        (void)unsetenv("OMP_WAIT_POLICY");
        (void)unsetenv("GOMP_SPINCOUNT");
        if (policy)
            (void)setenv("OMP_WAIT_POLICY", policy, 1);
        if (spincount)
            (void)setenv("GOMP_SPINCOUNT", spincount, 1);
        (void)execv("/proc/self/exe", argv);
        _exit(99);
    }
    int status = 0;
    assert_true(waitpid(pid, &status, 0) == pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

enum { CHILD_ACTIVE = 10, CHILD_PASSIVE, CHILD_UNSET };

/* What main() does in the child; it is a fresh process when the policy was set. */
static int child(char **argv)
{
    nn_engine_passive_waiting(argv);
    const char *policy = getenv("OMP_WAIT_POLICY");
    if (!policy)
        return CHILD_UNSET;
    return strcmp(policy, "passive") == 0 ? CHILD_PASSIVE : CHILD_ACTIVE;
}

static void waiting_becomes_passive(void **state)
{
    (void)state;
    if (testing_slow_machine())
        return; /* valgrind does not follow /proc/self/exe to this program */
    assert_int_equal(run_child(NULL, NULL), CHILD_PASSIVE);
    /* what the user has set is respected */
    assert_int_equal(run_child("active", NULL), CHILD_ACTIVE);
    assert_int_equal(run_child(NULL, "1000"), CHILD_UNSET);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "child") == 0)
        return child(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_choose_the_precision),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(zero_threads_means_all_cores),
        cmocka_unit_test(description_names_the_library),
        cmocka_unit_test(waiting_becomes_passive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
