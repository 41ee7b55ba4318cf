/* peer: addresses and what may be sent to them. */
#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "dicom/peer.h"

static void addresses_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *url, *called_url, *host, *called;
        enum dicom_peer_kind kind;
        bool tls;
        int port;
    } good[] = {
        {"https://pacs.example/dicom-web/", "https://pacs.example/dicom-web",
         "pacs.example", "", DICOM_PEER_WEB, true, 0},
        {"http://127.0.0.1:8042/a/b//", "http://127.0.0.1:8042/a/b", "127.0.0.1", "",
         DICOM_PEER_WEB, false, 8042},
        {"dicom://ORTHANC@pacs.example", "dicom://ORTHANC@pacs.example:104",
         "pacs.example", "ORTHANC", DICOM_PEER_DIMSE, false, 104},
        {"dicoms://A%20B@10.0.0.7:11112/", "dicoms://A B@10.0.0.7:11112", "10.0.0.7",
         "A B", DICOM_PEER_DIMSE, true, 11112},
        {"dicoms://X@h", "dicoms://X@h:2762", "h", "X", DICOM_PEER_DIMSE, true, 2762},
    };

    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct dicom_peer p = {0};
        struct err err = {0};
        assert_ok(dicom_peer_parse(good[i].url, &p, &err), err);
        assert_string_equal(p.url, good[i].called_url);
        assert_string_equal(p.host, good[i].host);
        assert_string_equal(p.called, good[i].called);
        assert_int_equal(p.kind, good[i].kind);
        assert_int_equal(p.tls, good[i].tls);
        assert_int_equal(p.port, good[i].port);
        assert_string_equal(p.calling, "CICATRIX");
        dicom_peer_clear(&p);
    }
}

static void other_addresses_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *url, *why;
    } bad[] = {
        {"pacs.example/dicom-web", "not an address"},
        {"https://", "not an address"},
        {"http://h:99999/x", "not an address"},
        {"file:///etc/passwd", "not an address"},
        {"ftp://h/x", "ftp://"},
        {"https://lab:hunter2@h/x", "password"},
        {"https://lab@h/x", "password"},
        {"https://h/x?token=hunter2", "?"},
        {"https://h/x#y", "#"},
        {"dicom://h:104", "title"},
        {"dicom://ABCDEFGHIJKLMNOPQ@h", "title"},
        {"dicom://A%5CB@h", "title"},
        {"dicom://%20@h", "title"},
        {"dicom://A:hunter2@h", "TITLE@HOST"},
        {"dicom://A@h/studies", "TITLE@HOST"},
    };
    struct dicom_peer p = {.port = 7};
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (dicom_peer_parse(bad[i].url, &p, &err))
            fail_msg("%s is an address", bad[i].url);
        assert_null(strstr(err.msg, "hunter2"));
        assert_refused(dicom_peer_parse(bad[i].url, &p, &err), err, ERR_ARG,
                       bad[i].why);
    }
    assert_int_equal(p.port, 7); /* untouched */
}

/* One peer with some of its fields set. */
static bool check(const char *url, const char *login, const char *token, bool insecure,
                  struct err *err)
{
    struct dicom_peer p = {0};

    assert_ok(dicom_peer_parse(url, &p, err), *err);
    p.login = login ? mem_strdup(login, err) : NULL;
    p.token = token ? mem_strdup(token, err) : NULL;
    p.insecure = insecure;
    const bool ok = dicom_peer_check(&p, err);
    dicom_peer_clear(&p);
    return ok;
}

static void passwords_stay_off_open_channels(void **state)
{
    (void)state;
    struct err err = {0};

    assert_ok(check("https://h/x", "lab:pw", NULL, false, &err), err);
    assert_ok(check("https://h/x", NULL, "t", false, &err), err);
    assert_ok(check("http://127.0.0.1:8042/x", "lab:pw", NULL, false, &err), err);
    assert_ok(check("http://localhost/x", NULL, "t", false, &err), err);
    assert_ok(check("http://[::1]:1/x", NULL, "t", false, &err), err);
    assert_ok(check("http://h/x", NULL, NULL, false, &err), err);
    assert_ok(check("http://h/x", "lab:pw", NULL, true, &err), err);
    assert_refused(check("http://h/x", "lab:pw", NULL, false, &err), err, ERR_ARG,
                   "over http");
    assert_refused(check("http://127.evil.example/x", NULL, "t", false, &err), err,
                   ERR_ARG, "over http");
    assert_refused(check("https://h/x", "lab:pw", "t", false, &err), err, ERR_ARG,
                   "not both");
    assert_refused(check("https://h/x", "lab", NULL, false, &err), err, ERR_ARG,
                   "user:password");
    assert_refused(check("dicoms://A@h", "lab:pw", NULL, false, &err), err, ERR_ARG,
                   "knows no password");
}

static void certificates_want_a_key_and_tls(void **state)
{
    (void)state;
    struct dicom_peer p = {0};
    struct err err = {0};

    assert_ok(dicom_peer_parse("https://h/x", &p, &err), err);
    p.ca = "ca.pem";
    assert_ok(dicom_peer_check(&p, &err), err);
    p.cert = "cert.pem";
    assert_refused(dicom_peer_check(&p, &err), err, ERR_ARG, "together");
    p.key = "key.pem";
    assert_ok(dicom_peer_check(&p, &err), err);
    p.tls = false;
    assert_refused(dicom_peer_check(&p, &err), err, ERR_ARG, "https://");
    assert_refused(dicom_peer_call(&p, "SEVENTEEN LETTERS", &err), err, ERR_ARG, "16");
    assert_ok(dicom_peer_call(&p, "SIXTEEN LETTERS_", &err), err);
    assert_string_equal(p.calling, "SIXTEEN LETTERS_");
}

static void secrets_are_first_lines(void **state)
{
    (void)state;
    char folder[64], path[80], *secret = NULL;
    struct err err = {0};

    (void)snprintf(path, sizeof path, "%s/login", testing_scratch(folder));
    assert_ok(file_write(path, "lab:p w\r\nmore\n", 14, &err), err);
    assert_ok(dicom_peer_secret(path, &secret, &err), err);
    assert_string_equal(secret, "lab:p w");
    dicom_peer_forget(secret);
    secret = NULL;
    assert_ok(file_write(path, "\nlab:pw\n", 8, &err), err);
    assert_refused(dicom_peer_secret(path, &secret, &err), err, ERR_FORMAT, "empty");
    assert_ok(file_write(path,
                         "a\x01"
                         "b\n",
                         4, &err),
              err);
    assert_refused(dicom_peer_secret(path, &secret, &err), err, ERR_FORMAT, "text");
    assert_refused(dicom_peer_secret(folder, &secret, &err), err, ERR_IO, folder);
    assert_null(secret);
    testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(other_addresses_are_refused),
        cmocka_unit_test(passwords_stay_off_open_channels),
        cmocka_unit_test(certificates_want_a_key_and_tls),
        cmocka_unit_test(secrets_are_first_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
