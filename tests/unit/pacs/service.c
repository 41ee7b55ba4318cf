#include "testing.h"

#include "base/clock.h"
#include "pacs/fake_orthanc.h"
#include "pacs/series.h"
#include "pacs/service.h"

static char scratch[64];
static struct fake_orthanc orthanc;
static struct pacs_server server;
static struct pacs_config config;
static struct pacs_service *service;

static int fresh(void **state)
{
    (void)state;
    testing_scratch(scratch);
    fake_clear(&orthanc);
    server = fake_server(&orthanc);
    fake_program(scratch, 1, &config);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    pacs_service_stop(service);
    service = NULL;
    testing_remove(scratch);
    fake_clear(&orthanc);
    return 0;
}

static void start(void)
{
    struct err err = {0};
    assert_ok(pacs_service_start(&config, &server, &service, &err), err);
}

/* What the service says of everything, or of a series. */
static bool says(const char *id, const char *text)
{
    struct bytes b = {0};
    struct err err = {0};

    if (id)
        assert_int_equal(pacs_service_series(service, id, false, &b, &err),
                         PACS_REPLY_OK);
    else
        assert_ok(pacs_service_queue(service, &b, &err), err);
    const bool yes = strstr((const char *)b.data, text) != NULL;
    bytes_clear(&b);
    return yes;
}

static void wait_until(const char *id, const char *text)
{
    const double end = clock_seconds() + (testing_slow_machine() ? 120 : 20);

    while (!says(id, text)) {
        if (clock_seconds() > end)
            fail_msg("nothing says %s", text);
        (void)usleep(10000);
    }
}

/* The first time nothing of what is there is touched, unless it is asked for; what
 * comes is. */
static void what_comes(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct err err = {0};
    const int old = fake_add_series(&orthanc, "2.25.4", "lge");

    start();
    wait_until(NULL, "\"kept\": 4");
    pthread_mutex_lock(&orthanc.lock);
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");
    const int cine = fake_add_series(&orthanc, "2.25.6", "cine");
    const int seg = fake_add_series(&orthanc, "2.25.7", "lge");
    (void)snprintf(orthanc.series[seg].modality, 8, "SEG");
    pthread_mutex_unlock(&orthanc.lock);
    pacs_service_poke(service);
    wait_until(orthanc.series[n].id, "\"state\": \"done\"");
    wait_until(orthanc.series[cine].id, "\"state\": \"refused\"");
    wait_until(NULL, "\"under_way\": []");
    assert_true(says(NULL, "\"done\": 1") && says(NULL, "\"refused\": 1"));
    assert_true(says(orthanc.series[old].id, "\"state\": \"unknown\""));
    assert_null(orthanc.series[seg].mark);
    assert_int_equal(fake_results(&orthanc, NULL), 3);

    /* asked for */
    assert_int_equal(
        pacs_service_series(service, orthanc.series[old].id, true, &b, &err),
        PACS_REPLY_OK);
    bytes_clear(&b);
    wait_until(orthanc.series[old].id, "\"state\": \"done\"");
    assert_int_equal(
        pacs_service_series(service, orthanc.series[seg].id, true, &b, &err),
        PACS_REPLY_FAILED);
    assert_int_equal(err.code, ERR_ARG);
    assert_int_equal(pacs_service_series(service, FAKE_STUDY, true, &b, &err),
                     PACS_REPLY_MISSING);
    assert_int_equal(pacs_service_series(service, "../..", false, &b, &err),
                     PACS_REPLY_MISSING);
    assert_int_equal(fake_results(&orthanc, NULL), 6);
}

static void what_is_there(void **state)
{
    (void)state;
    const int n = fake_add_series(&orthanc, "2.25.4", "lge");

    config.existing = true;
    start();
    wait_until(orthanc.series[n].id, "\"state\": \"done\"");
}

/* A series that still arrives, and one that grows after it was measured. */
static void it_arrives(void **state)
{
    (void)state;
    orthanc.kept = 0;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");
    const char *id = orthanc.series[n].id;

    orthanc.series[n].stable = false;
    start();
    wait_until(id, "\"state\": \"waiting\"");
    assert_true(says(NULL, "\"kept\": 0"));
    pthread_mutex_lock(&orthanc.lock);
    orthanc.series[n].stable = true;
    fake_log(&orthanc, "StableSeries", "Series", id);
    pthread_mutex_unlock(&orthanc.lock);
    pacs_service_poke(service);
    wait_until(id, "\"state\": \"done\"");
    wait_until(NULL, "\"done\": 1");
    pthread_mutex_lock(&orthanc.lock);
    fake_add_instance(&orthanc, n, "2.25.5.3", "lge"); /* and Orthanc says no more */
    pthread_mutex_unlock(&orthanc.lock);
    pacs_service_poke(service);
    wait_until(NULL, "\"done\": 2");
    assert_int_equal(fake_results(&orthanc, NULL), 3);
}

/* Stopped while one runs; the next start takes up what was not finished, and one that
 * was begun too often is left. */
static void after_a_stop(void **state)
{
    (void)state;
    orthanc.kept = 0;
    const int n = fake_add_series(&orthanc, "2.25.5", "hang");
    const int bad = fake_add_series(&orthanc, "2.25.6", "lge");

    start();
    wait_until(orthanc.series[n].id, "\"state\": \"running\"");
    const double began = clock_seconds();
    pacs_service_stop(service);
    assert_true(clock_seconds() - began < 10);
    assert_int_equal(orthanc.kept, 0);
    assert_int_equal(orthanc.series[n].mark != NULL, 1);
    assert_null(orthanc.series[bad].mark);

    for (int k = 0; k < 2; k++)
        (void)snprintf(orthanc.instance[k].what, 32, "lge");
    config.tries = 1;
    start();
    wait_until(NULL, "\"done\": 2");
    wait_until(NULL, "\"under_way\": []");
    assert_int_equal(fake_results(&orthanc, NULL), 6);
    wait_until(NULL, "\"trouble\": \"\"");
}

/* There is a second worker, but both series are of one study. */
static void one_of_a_study(void **state)
{
    (void)state;
    orthanc.kept = 0;
    const int n = fake_add_series(&orthanc, "2.25.5", "hang");
    const int other = fake_add_series(&orthanc, "2.25.6", "lge");

    config.workers = 2;
    start();
    wait_until(orthanc.series[n].id, "\"state\": \"running\"");
    wait_until(orthanc.series[other].id, "\"state\": \"queued\"");
    (void)usleep(200000);
    assert_true(says(orthanc.series[other].id, "\"state\": \"queued\""));
}

/* Begun as often as it may be, and never ended: it is not begun again. */
static void begun_too_often(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m = {0};
    orthanc.kept = 0;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");
    struct pacs_series s = {0};

    assert_int_equal(pacs_series_get(&server, orthanc.series[n].id, &s, &err),
                     PACS_REPLY_OK);
    for (int i = 0; i < config.tries; i++)
        pacs_mark_begin(&m, s.instances_hash);
    assert_ok(pacs_series_set_mark(&server, config.metadata, s.id, &m, &err), err);
    start();
    wait_until(s.id, "begun 5 times and never ended");
    wait_until(NULL, "\"failed\": 1");
    assert_int_equal(fake_results(&orthanc, NULL), 0);
    assert_non_null(strstr(orthanc.logged, "begun 5 times"));
    pacs_series_clear(&s);
}

/* A server that answers nothing is waited for. */
static void no_answer(void **state)
{
    (void)state;
    orthanc.kept = 0;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");

    orthanc.dies_after = 1;
    orthanc.calls = 1;
    start();
    wait_until(NULL, "the server is dead");
    pthread_mutex_lock(&orthanc.lock);
    orthanc.dies_after = 0;
    pthread_mutex_unlock(&orthanc.lock);
    pacs_service_poke(service);
    wait_until(orthanc.series[n].id, "\"state\": \"done\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes, fresh, clear),
        cmocka_unit_test_setup_teardown(what_is_there, fresh, clear),
        cmocka_unit_test_setup_teardown(it_arrives, fresh, clear),
        cmocka_unit_test_setup_teardown(after_a_stop, fresh, clear),
        cmocka_unit_test_setup_teardown(one_of_a_study, fresh, clear),
        cmocka_unit_test_setup_teardown(begun_too_often, fresh, clear),
        cmocka_unit_test_setup_teardown(no_answer, fresh, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
