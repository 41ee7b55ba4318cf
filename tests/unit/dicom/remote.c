/* remote: lists have a limit, and who is not there is named.  The rest needs another
 * side: tests/cli/pacs.t. */
#include "testing.h"

#include "dicom/remote.h"

static void a_list_has_a_limit(void **state)
{
    (void)state;
    struct dicom_remote_list list = {0};
    struct dicom_remote_series s = {.uid = "1.2", .modality = "MR"};
    struct err err = {0};

    for (int i = 0; i < DICOM_REMOTE_MAX_SERIES; i++) {
        s.instances = i;
        assert_ok(dicom_remote_list_add(&list, &s, &err), err);
    }
    assert_refused(dicom_remote_list_add(&list, &s, &err), err, ERR_SUPPORT, "4096");
    assert_int_equal(list.count, DICOM_REMOTE_MAX_SERIES);
    assert_int_equal(list.series[0].instances, 0);
    assert_int_equal(list.series[1000].instances, 1000);
    dicom_remote_list_clear(&list);
    assert_int_equal(list.count, 0);
}

/* Port 1 of the loopback: nothing listens there. */
static void nobody_is_named(const char *url)
{
    struct dicom_peer peer = {0};
    struct dicom_remote *remote = NULL;
    struct dicom_remote_list list = {.count = 7};
    struct err err = {0};
    char folder[64], *path[] = {folder};

    assert_ok(dicom_peer_parse(url, &peer, &err), err);
    assert_ok(dicom_remote_open(&peer, &remote, &err), err);
    assert_refused(dicom_remote_find(remote, "1.2.3", &list, &err), err, ERR_IO,
                   peer.url);
    assert_int_equal(list.count, 7); /* untouched */
    (void)snprintf(folder, sizeof folder, "/no/such/file");
    assert_refused(dicom_remote_store(remote, path, 1, &err), err, ERR_IO, "");
    dicom_remote_close(remote);
    dicom_remote_close(NULL);
    dicom_peer_clear(&peer);
}

static void nobody_is_named_on_the_web(void **state)
{
    (void)state;
    nobody_is_named("http://127.0.0.1:1/dicom-web");
}

static void nobody_is_named_by_dimse(void **state)
{
    (void)state;
    nobody_is_named("dicom://NOBODY@127.0.0.1:1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_has_a_limit),
        cmocka_unit_test(nobody_is_named_on_the_web),
        cmocka_unit_test(nobody_is_named_by_dimse),
    };
    (void)setenv("no_proxy", "*", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
