/* complete: what is there is counted by its names, not by its files. */
#include "testing.h"

#include "dicom/complete.h"

/* Series 1.1 and 1.10, and 1.1 once more in another frame of reference. */
static struct dicom_header headers[3];

static struct dicom_member member(size_t header, const char *sop)
{
    struct dicom_member m = {.header = header};

    (void)snprintf(m.instance.sop_instance, sizeof m.instance.sop_instance, "%s", sop);
    return m;
}

static bool check(struct dicom_member *m, size_t members, const char *series,
                  int64_t instances, struct err *err)
{
    const struct dicom_scan scan = {
        .header = headers, .headers = 3, .member = m, .members = members};
    struct dicom_remote_series s = {.instances = instances};
    const struct dicom_remote_list list = {&s, 1, 1};

    (void)snprintf(s.uid, sizeof s.uid, "%s", series);
    return dicom_complete_check(&scan, &list, err);
}

static int name_headers(void **state)
{
    static const char *const uid[] = {"1.1", "1.10", "1.1"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uid); i++)
        (void)snprintf(headers[i].series.uid, sizeof headers[i].series.uid, "%s",
                       uid[i]);
    return 0;
}

static void instances_are_counted_once(void **state)
{
    (void)state;
    struct dicom_member m[] = {member(0, "5.3"), member(0, "5.1"), member(1, "5.1"),
                               member(2, "5.2"), member(0, "5.3"), member(1, "5.9")};
    struct err err = {0};

    assert_ok(check(m, 6, "1.1", 3, &err), err); /* in whatever frame of reference */
    assert_ok(check(m, 6, "1.1", 2, &err), err); /* one was added meanwhile */
    assert_ok(check(m, 6, "1.10", 2, &err), err);
    assert_refused(check(m, 6, "1.1", 4, &err), err, ERR_FORMAT,
                   "3 of 4 different instances came of series 1.1");
    assert_refused(check(m, 6, "1.10", 3, &err), err, ERR_FORMAT,
                   "2 of 3 different instances came of series 1.10");
}

static void without_a_number_there_is_one(void **state)
{
    (void)state;
    struct dicom_member m[] = {member(0, "5.3")};
    struct err err = {0};

    assert_ok(check(m, 1, "1.1", 0, &err), err);
    assert_refused(check(m, 1, "1.10", 0, &err), err, ERR_FORMAT, "0 of 1");
    assert_refused(check(m, 0, "1.1", 0, &err), err, ERR_FORMAT, "0 of 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_are_counted_once),
        cmocka_unit_test(without_a_number_there_is_one),
    };
    return cmocka_run_group_tests(tests, name_headers, NULL);
}
