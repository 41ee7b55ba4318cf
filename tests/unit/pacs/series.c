#include "testing.h"

#include "pacs/fake_orthanc.h"
#include "pacs/series.h"

static struct fake_orthanc orthanc;
static struct pacs_server server;

static int fresh(void **state)
{
    (void)state;
    fake_clear(&orthanc);
    server = fake_server(&orthanc);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fake_clear(&orthanc);
    return 0;
}

static void a_series(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_series s = {0}, t = {0};
    const int n = fake_add_series(&orthanc, "2.25.5", "lge");
    const char *id = orthanc.series[n].id;

    assert_int_equal(pacs_series_get(&server, id, &s, &err), PACS_REPLY_OK);
    assert_string_equal(s.id, id);
    assert_string_equal(s.uid, "2.25.5");
    assert_string_equal(s.modality, "MR");
    assert_string_equal(s.study, FAKE_STUDY);
    assert_true(s.stable);
    assert_int_equal(s.count, 2);
    assert_true(strcmp(s.instance[0], s.instance[1]) < 0);
    /* the same instances in another order; then one more */
    const struct fake_instance first = orthanc.instance[0];
    orthanc.instance[0] = orthanc.instance[1];
    orthanc.instance[1] = first;
    assert_int_equal(pacs_series_get(&server, id, &t, &err), PACS_REPLY_OK);
    assert_string_equal(t.instances_hash, s.instances_hash);
    pacs_series_clear(&t);
    fake_add_instance(&orthanc, n, "2.25.5.3", "lge");
    assert_int_equal(pacs_series_get(&server, id, &t, &err), PACS_REPLY_OK);
    assert_string_not_equal(t.instances_hash, s.instances_hash);
    pacs_series_clear(&t);
    pacs_series_clear(&s);
    assert_int_equal(pacs_series_get(&server, FAKE_STUDY, &s, &err),
                     PACS_REPLY_MISSING);
    assert_int_equal(err.code, ERR_NONE);
    orthanc.dies_after = 1;
    assert_int_equal(pacs_series_get(&server, id, &s, &err), PACS_REPLY_FAILED);
    assert_int_equal(err.code, ERR_IO);
    assert_null(s.instance);
}

static void siblings(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_series s = {0};
    char id[4][PACS_ID_SIZE];
    size_t count = 9;
    int n[5];

    for (int i = 0; i < 5; i++) {
        char uid[24];
        (void)snprintf(uid, sizeof uid, "2.25.%d", i);
        n[i] = fake_add_series(&orthanc, uid, "lge");
        (void)snprintf(orthanc.series[n[i]].orientation, 32, "1\\0\\0\\0\\1\\0");
    }
    (void)snprintf(orthanc.series[n[1]].orientation, 32, "1\\0\\0\\0\\0\\1");
    (void)snprintf(orthanc.series[n[2]].modality, 8, "SEG");
    fake_add_instance(&orthanc, n[3], "2.25.3.3", "lge");
    assert_int_equal(pacs_series_get(&server, orthanc.series[0].id, &s, &err),
                     PACS_REPLY_OK);
    assert_ok(pacs_series_siblings(&server, &s, 4, id, &count, &err), err);
    assert_int_equal(count, 1);
    assert_string_equal(id[0], orthanc.series[4].id);
    assert_ok(pacs_series_siblings(&server, &s, 0, id, &count, &err), err);
    assert_int_equal(count, 1); /* which is more than were asked for */
    pacs_series_clear(&s);
}

/* Those that are called alike come first, so that a twin is among them. */
static void nearest_siblings(void **state)
{
    (void)state;
    static const char *const called[] = {"psir_sax_PSIR", "cine_sax", "psir_lax",
                                         "cine_sax_2", "psir_sax_MAG"};
    struct err err = {0};
    struct pacs_series s = {0};
    char id[2][PACS_ID_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(called); i++) {
        char uid[24];
        (void)snprintf(uid, sizeof uid, "2.25.%zu", i);
        const int n = fake_add_series(&orthanc, uid, "lge");
        fake_copy(orthanc.series[n].orientation, 32, "1\\0\\0\\0\\1\\0");
        fake_copy(orthanc.series[n].description, 32, called[i]);
    }
    assert_int_equal(pacs_series_get(&server, orthanc.series[0].id, &s, &err),
                     PACS_REPLY_OK);
    assert_ok(pacs_series_siblings(&server, &s, 2, id, &count, &err), err);
    assert_int_equal(count, 4);
    assert_string_equal(id[0], orthanc.series[4].id);
    assert_string_equal(id[1], orthanc.series[2].id);
    pacs_series_clear(&s);
}

static void marks(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_mark m, n;
    const char *id = orthanc.series[fake_add_series(&orthanc, "2.25.5", "lge")].id;

    assert_ok(pacs_series_mark(&server, 20190, id, &m, &err), err);
    assert_int_equal(m.state, PACS_MARK_NONE);
    pacs_mark_begin(&m, "hash");
    assert_ok(pacs_series_set_mark(&server, 20190, id, &m, &err), err);
    assert_ok(pacs_series_mark(&server, 20190, id, &n, &err), err);
    assert_int_equal(n.state, PACS_MARK_RUNNING);
    assert_string_equal(n.instances, "hash");
    assert_refused(pacs_series_set_mark(&server, 20190, FAKE_STUDY, &m, &err), err,
                   ERR_IO, "is gone");
    orthanc.dies_after = 1;
    assert_refused(pacs_series_mark(&server, 20190, id, &m, &err), err, ERR_IO, "dead");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_series, fresh, clear),
        cmocka_unit_test_setup_teardown(siblings, fresh, clear),
        cmocka_unit_test_setup_teardown(nearest_siblings, fresh, clear),
        cmocka_unit_test_setup_teardown(marks, fresh, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
