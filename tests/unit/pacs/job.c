#include "testing.h"

#include <dirent.h>

#include "pacs/fake_orthanc.h"
#include "pacs/job.h"
#include "pacs/series.h"

static char scratch[64];
static struct fake_orthanc orthanc;
static struct pacs_server server;
static struct pacs_config config;

static int fresh(void **state)
{
    (void)state;
    testing_scratch(scratch);
    fake_clear(&orthanc);
    server = fake_server(&orthanc);
    fake_program(scratch, 1, &config);
    return 0;
}

/* Whatever happened, no image is left behind. */
static int clear(void **state)
{
    (void)state;
    int left = 0;
    DIR *d = opendir(scratch);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        left += e->d_name[0] != '.' && strcmp(e->d_name, "program") != 0;
    (void)closedir(d);
    testing_remove(scratch);
    fake_clear(&orthanc);
    return left;
}

static bool stop_now(void *user)
{
    return *(bool *)user;
}

static bool stopping;

static enum pacs_job_end run(int series, struct pacs_mark *mark, struct err *err)
{
    const struct pacs_job job = {&config, &server, stop_now, &stopping};
    return pacs_job_run(&job, orthanc.series[series].id, mark, err);
}

static void assert_mark(int series, enum pacs_mark_state state, const char *message)
{
    struct pacs_mark m;

    assert_true(pacs_series_mark(&server, config.metadata, orthanc.series[series].id,
                                 &m, NULL));
    assert_string_equal(pacs_mark_word(m.state), pacs_mark_word(state));
    if (!strstr(m.message, message))
        fail_msg("\"%s\" does not say \"%s\"", m.message, message);
}

/* A mark names as many results, each is there once, and there is nothing else. */
static void assert_results(int series, size_t results)
{
    struct pacs_mark m;

    assert_true(pacs_series_mark(&server, config.metadata, orthanc.series[series].id,
                                 &m, NULL));
    assert_int_equal(m.results, results);
    for (size_t i = 0; i < m.results; i++)
        assert_int_equal(fake_results(&orthanc, m.result[i]), 1);
    assert_int_equal(fake_results(&orthanc, NULL), results);
}

static void measured(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    assert_int_equal(m.state, PACS_MARK_DONE);
    assert_mark(n, PACS_MARK_DONE, "scar 1.2 mL, 12.5 %LGE, quality review");
    assert_results(n, 3);
    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED); /* again: the same */
    assert_results(n, 3);
    config.store = PACS_STORE_OVERLAY;
    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED); /* no longer wanted: gone */
    assert_results(n, 1);
    assert_int_equal(fake_results(&orthanc, "2.25.5.1.4"), 1);
}

static void not_for_us(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "cine");
    const int many = fake_add_series(&orthanc, "2.25.6", "lge");

    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    assert_mark(n, PACS_MARK_REFUSED, "cine: its name");
    config.instances = 1;
    assert_int_equal(run(many, &m, &err), PACS_JOB_ENDED);
    assert_mark(many, PACS_MARK_REFUSED, "more than 1 images");
    assert_int_equal(fake_results(&orthanc, NULL), 0);
}

/* However the program fails, the series has failed, in words, and results of a run
 * before stay. */
static void failures(void **state)
{
    (void)state;
    static const struct {
        const char *what, *says;
    } bad[] = {
        {"damaged", "00001.dcm: damaged"}, {"crash", "crashed (signal 11)"},
        {"hang", "stopped after 1 s"},     {"odd", "does not say why"},
        {"silent", "gave no result"},
    };
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    config.timeout_s = 1;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        for (int k = 0; k < 2; k++)
            (void)snprintf(orthanc.instance[k].what, 32, "%s", bad[i].what);
        assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
        assert_mark(n, PACS_MARK_FAILED, bad[i].says);
        assert_results(n, 3);
    }
}

/* What the series cannot help is tried again, but not for ever. */
static void later(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    config.tries = 2;
    orthanc.refuses = true;
    assert_int_equal(run(n, &m, &err), PACS_JOB_LATER);
    assert_non_null(strstr(err.msg, "not stored: FilteredOut"));
    assert_mark(n, PACS_MARK_RUNNING, "");
    err = (struct err){0};
    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    assert_mark(n, PACS_MARK_FAILED, "not stored: FilteredOut");
    assert_int_equal(err.code, ERR_NONE);

    orthanc.refuses = false;
    (void)snprintf(config.program, sizeof config.program, "/nowhere/cicatrix");
    assert_int_equal(run(n, &m, &err), PACS_JOB_LATER);
    assert_non_null(strstr(err.msg, "cannot be started"));
    err = (struct err){0};
    (void)snprintf(config.work, sizeof config.work, "/nowhere");
    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    assert_mark(n, PACS_MARK_FAILED, "/nowhere");
}

/* Results that find no space are no fault of the series. */
static void full_disk(void **state)
{
    (void)state;
    static const char *const what[][2] = {{"full", "no space left for results"},
                                          {"wordless", "disk full?"}};
    struct pacs_mark m;

    config.tries = 2;
    for (size_t i = 0; i < ARRAY_LEN(what); i++) {
        struct err err = {0};
        fake_clear(&orthanc);
        const int n = fake_add_series(&orthanc, "2.25.5", what[i][0]);
        assert_int_equal(run(n, &m, &err), PACS_JOB_LATER);
        assert_non_null(strstr(err.msg, what[i][1]));
        assert_mark(n, PACS_MARK_RUNNING, "");
        err = (struct err){0};
        assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
        assert_mark(n, PACS_MARK_FAILED, what[i][1]);
    }
}

static void gone_or_stopped(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    stopping = true;
    assert_int_equal(run(n, &m, &err), PACS_JOB_STOPPED);
    assert_mark(n, PACS_MARK_RUNNING, "");
    assert_int_equal(m.tries, 0); /* not its fault */
    stopping = false;
    orthanc.series[n].there = false;
    assert_int_equal(run(n, &m, &err), PACS_JOB_GONE);
}

/* The twin that is not wanted was measured before the other had come. */
static void twins(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int magnitude = fake_add_series(&orthanc, "2.25.5", "twin");

    assert_int_equal(run(magnitude, &m, &err), PACS_JOB_ENDED);
    assert_mark(magnitude, PACS_MARK_DONE, "");
    const int psir = fake_add_series(&orthanc, "2.25.6", "lge");
    fake_copy(orthanc.series[psir].orientation, 32,
              orthanc.series[magnitude].orientation);
    assert_int_equal(run(psir, &m, &err), PACS_JOB_ENDED);
    assert_mark(psir, PACS_MARK_DONE, "");
    assert_mark(magnitude, PACS_MARK_ASKED, "");
    assert_int_equal(run(magnitude, &m, &err), PACS_JOB_ENDED);
    assert_mark(magnitude, PACS_MARK_REFUSED, "twin: a twin");
    assert_results(psir, 3); /* and those alone */
}

/* A series that may be the twin of the first, as far as Orthanc tells. */
static int add_beside(const char *what, int number)
{
    char uid[24];

    (void)snprintf(uid, sizeof uid, "2.25.%d", 100 + number);
    const int n = fake_add_series(&orthanc, uid, what);
    fake_copy(orthanc.series[n].orientation, 32, "as the others");
    return n;
}

/* Among many series of as many images and one orientation, too, one twin is measured;
 * among more than are looked at, none. */
static void twins_among_many(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int magnitude = add_beside("twin", 0);

    for (int i = 1; i <= 12; i++)
        (void)add_beside("cine", i);
    const int psir = add_beside("lge", 13);
    assert_int_equal(run(magnitude, &m, &err), PACS_JOB_ENDED);
    assert_mark(magnitude, PACS_MARK_REFUSED, "twin: a twin");
    assert_int_equal(run(psir, &m, &err), PACS_JOB_ENDED);
    assert_mark(psir, PACS_MARK_DONE, "");
    assert_results(psir, 3);

    config.instances = 2; /* and 8 series as long as it */
    assert_int_equal(run(psir, &m, &err), PACS_JOB_ENDED);
    assert_mark(psir, PACS_MARK_FAILED, "more than 8 series of the study may be its");
    assert_results(psir, 3);
    assert_int_equal(run(magnitude + 1, &m, &err), PACS_JOB_ENDED);
    assert_mark(magnitude + 1, PACS_MARK_REFUSED, "cine: its name");
    config.instances = 2000;
    for (int i = 14; i <= 65; i++)
        (void)add_beside("cine", i);
    assert_int_equal(run(psir, &m, &err), PACS_JOB_ENDED);
    assert_mark(psir, PACS_MARK_FAILED, "more than 64 series of the study may be its");
}

/* Orthanc dies after each number of calls; then comes back with another version of the
 * program, whose results are other instances.  One set of results is there in the end.
 */
static void killed_anywhere(void **state)
{
    (void)state;
    const int step = testing_slow_machine() ? 5 : 1;
    struct pacs_mark m;
    bool ended = false;
    int points = 0;

    for (int calls = 1; !ended; calls += step) {
        struct err err = {0};
        fake_clear(&orthanc);
        const int n = fake_add_series(&orthanc, "2.25.5", "lge");
        fake_program(scratch, 1, &config);
        orthanc.dies_after = calls;
        ended = run(n, &m, &err) == PACS_JOB_ENDED;
        orthanc.dies_after = 0;
        fake_program(scratch, 2, &config);
        err = (struct err){0};
        assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
        assert_mark(n, PACS_MARK_DONE, "scar");
        assert_results(n, 3);
        assert_int_equal(fake_results(&orthanc, "2.25.5.2.1"), 1);
        points++;
    }
    assert_true(points * step > 10); /* the run makes that many calls */
}

/* The study is deleted before each call: no result brings it back. */
static void deleted_anywhere(void **state)
{
    (void)state;
    const int step = testing_slow_machine() ? 2 : 1;
    struct pacs_mark m;
    int gone = 0;

    for (int call = 1;; call += step) {
        struct err err = {0};
        fake_clear(&orthanc);
        const int n = fake_add_series(&orthanc, "2.25.5", "lge");
        orthanc.loses_at = call;
        const enum pacs_job_end end = run(n, &m, &err);
        if (orthanc.calls < call) {
            assert_int_equal(end, PACS_JOB_ENDED);
            break;
        }
        assert_true(end == PACS_JOB_GONE || end == PACS_JOB_LATER);
        assert_int_equal(fake_results(&orthanc, NULL), 0);
        gone += end == PACS_JOB_GONE;
    }
    assert_true(gone * step > 5); /* whenever something may have been stored */
}

/* Orthanc fails while that is put right: it is said what remains. */
static void a_result_that_remains_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    assert_int_equal(run(n, &m, &err), PACS_JOB_ENDED);
    const int calls = orthanc.calls; /* the last of them sets the mark */
    orthanc.calls = 0;
    orthanc.loses_at = calls - 1;
    orthanc.dies_after = calls;
    assert_int_equal(run(n, &m, &err), PACS_JOB_LATER);
    if (!strstr(err.msg, "remains: the server is dead"))
        fail_msg("%s", err.msg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(measured, fresh, clear),
        cmocka_unit_test_setup_teardown(not_for_us, fresh, clear),
        cmocka_unit_test_setup_teardown(failures, fresh, clear),
        cmocka_unit_test_setup_teardown(later, fresh, clear),
        cmocka_unit_test_setup_teardown(full_disk, fresh, clear),
        cmocka_unit_test_setup_teardown(gone_or_stopped, fresh, clear),
        cmocka_unit_test_setup_teardown(twins, fresh, clear),
        cmocka_unit_test_setup_teardown(twins_among_many, fresh, clear),
        cmocka_unit_test_setup_teardown(killed_anywhere, fresh, clear),
        cmocka_unit_test_setup_teardown(deleted_anywhere, fresh, clear),
        cmocka_unit_test_setup_teardown(a_result_that_remains_is_named, fresh, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
