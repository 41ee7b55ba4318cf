#include "testing.h"

#include "pacs/fake_orthanc.h"
#include "pacs/changes.h"

static struct fake_orthanc orthanc;
static struct pacs_server server;
static struct pacs_queue queue;

static int fresh(void **state)
{
    (void)state;
    fake_clear(&orthanc);
    server = fake_server(&orthanc);
    queue = (struct pacs_queue){.count = 0};
    return 0;
}

/* Each kind of change leads to its series, and to nothing else. */
static void what_concerns_a_series(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_changes c;
    const int n = fake_add_series(&orthanc, "2.25.5", "lge"); /* 1 to 4 */
    const char *id = orthanc.series[n].id;

    fake_log(&orthanc, "UpdatedMetadata", "Series", id);          /* 5 */
    fake_log(&orthanc, "UpdatedMetadata", "Study", FAKE_STUDY);   /* 6 */
    fake_log(&orthanc, "StableStudy", "Study", FAKE_STUDY);       /* 7 */
    fake_log(&orthanc, "NewInstance", "Instance", FAKE_STUDY);    /* 8: gone */
    fake_log(&orthanc, "StableSeries", "Series", "../../../etc"); /* 9 */
    assert_ok(pacs_changes_read(&server, 0, &c, &err), err);
    assert_int_equal(c.count, 9);
    assert_false(c.more);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(c.change[i].number, (int64_t)i + 1);
        assert_string_equal(c.change[i].series, i < 5 ? id : "");
    }
    pacs_changes_note(&c, &queue);
    assert_int_equal(queue.count, 1);
    assert_int_equal(queue.seen, 9);
    assert_int_equal(pacs_queue_done_to(&queue), 0);
}

static void page_by_page(void **state)
{
    (void)state;
    struct err err = {0};
    struct pacs_changes c;
    int64_t last = 0;

    for (int i = 0; i < 250; i++)
        fake_log(&orthanc, "StableStudy", "Study", FAKE_STUDY);
    assert_ok(pacs_changes_read(&server, 100, &c, &err), err);
    assert_int_equal(c.count, 100);
    assert_int_equal(c.change[0].number, 101);
    assert_true(c.more);
    assert_ok(pacs_changes_read(&server, 200, &c, &err), err);
    assert_int_equal(c.count, 50);
    assert_false(c.more);
    assert_ok(pacs_changes_read(&server, 250, &c, &err), err);
    assert_int_equal(c.count, 0);
    assert_ok(pacs_changes_last(&server, &last, &err), err);
    assert_int_equal(last, 250);
    orthanc.dies_after = orthanc.calls;
    assert_refused(pacs_changes_read(&server, 0, &c, &err), err, ERR_IO, "dead");
    assert_refused(pacs_changes_last(&server, &last, &err), err, ERR_IO, "dead");
}

/* What finds no room is not seen, so it is read again. */
static void no_room(void **state)
{
    (void)state;
    struct pacs_changes c = {.count = 4};
    char id[PACS_ID_SIZE];

    for (int i = 0; i < PACS_QUEUE_MAX - 1; i++) {
        (void)snprintf(id, sizeof id, "%08x-00000000-11111111-22222222-33333333", i);
        pacs_queue_note(&queue, id, i + 1);
    }
    queue.seen = 5000;
    for (int i = 0; i < 4; i++)
        c.change[i].number = 5001 + i;
    fake_id("one", c.change[0].series);
    fake_id("one", c.change[2].series);
    fake_id("two", c.change[3].series);
    pacs_changes_note(&c, &queue);
    assert_int_equal(queue.count, PACS_QUEUE_MAX);
    assert_int_equal(queue.seen, 5003);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_concerns_a_series, fresh),
        cmocka_unit_test_setup(page_by_page, fresh),
        cmocka_unit_test_setup(no_room, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
