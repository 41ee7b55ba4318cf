/* multipart: every way to cut the stream gives the same parts; whatever is not exactly
 * as it must be is refused. */
#include "testing.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dicom/multipart.h"

enum { ROOM = 65536, MAX_PARTS = 8 };

/* What came out, part after part. */
struct got {
    char data[ROOM];
    size_t size, begun, ended;
    size_t end[MAX_PARTS]; /* of each part in `data` */
    size_t fail_after;     /* bytes; 0: never */
};

static bool begin(void *user, struct err *err)
{
    struct got *g = user;

    (void)err;
    assert_int_equal(g->begun, g->ended);
    g->begun++;
    return true;
}

static bool data(void *user, const void *bytes, size_t size, struct err *err)
{
    struct got *g = user;

    assert_int_equal(g->begun, g->ended + 1);
    assert_true(g->size + size <= ROOM);
    memcpy(g->data + g->size, bytes, size);
    g->size += size;
    return g->fail_after == 0 || g->size < g->fail_after ||
           ERR_FAIL(err, ERR_IO, "disk full");
}

static bool end(void *user, struct err *err)
{
    struct got *g = user;

    (void)err;
    assert_true(g->ended < MAX_PARTS);
    g->end[g->ended++] = g->size;
    return true;
}

/* All of `text` in pieces of `step` bytes. */
static bool parse(const char *text, size_t size, size_t step, struct got *g,
                  struct err *err)
{
    const struct dicom_multipart_sink sink = {g, begin, data, end};
    struct dicom_multipart *m = mem_alloc(1, sizeof *m, err);
    bool ok = true;

    assert_non_null(m);
    dicom_multipart_init(m, "b-7", &sink);
    for (size_t at = 0; ok && at < size; at += step) {
        const size_t n = size - at < step ? size - at : step;
        char *piece = malloc(n); /* exact, so that a sanitizer sees a byte too far */
        assert_non_null(piece);
        memcpy(piece, text + at, n);
        ok = dicom_multipart_feed(m, piece, n, err);
        free(piece);
    }
    ok = ok && dicom_multipart_finish(m, err);
    mem_free(m);
    return ok;
}

#define HEAD "\r\nContent-Type: application/dicom\r\n\r\n"

static void parts_come_out_however_it_is_cut(void **state)
{
    (void)state;
    /* bodies with what looks like a delimiter, but is none */
    static const char one[] = "\r\n--b-\r\r\n--\r\n--b-8\0\r", two[] = "",
                      three[] = "\r\n\r\n--b-7"; /* begins like one: "\r\n\r\n--b-" */
    char text[512];
    size_t n = 0;
#define PUT(s, size)                                                                   \
    do {                                                                               \
        memcpy(text + n, s, size);                                                     \
        n += (size);                                                                   \
    } while (0)
    PUT("hello\r\n--b-7", 12);
    PUT("  \r\ncontent-length: 20\r\nCONTENT-TYPE: Application/DICOM; x=y\r\nX: a\r\n  "
        "b\r\n\r\n",
        strlen("  \r\ncontent-length: 20\r\nCONTENT-TYPE: Application/DICOM; x=y\r\nX: "
               "a\r\n  b\r\n\r\n"));
    PUT(one, sizeof one - 1);
    PUT("\r\n--b-7" HEAD, strlen("\r\n--b-7" HEAD));
    PUT("\r\n--b-7" HEAD, strlen("\r\n--b-7" HEAD));
    PUT(three, 8); /* without its last character */
    PUT("\r\n--b-7--\r\nbye --b-7", strlen("\r\n--b-7--\r\nbye --b-7"));

    assert_int_equal(sizeof one - 1, 20);
    for (size_t step = 1; step <= n; step++) {
        struct got g = {0};
        struct err err = {0};
        assert_ok(parse(text, n, step, &g, &err), err);
        assert_int_equal(g.ended, 3);
        assert_int_equal(g.end[0], sizeof one - 1);
        assert_memory_equal(g.data, one, sizeof one - 1);
        assert_int_equal(g.end[1] - g.end[0], sizeof two - 1);
        assert_int_equal(g.end[2] - g.end[1], 8);
        assert_memory_equal(g.data + g.end[1], three, 8);
    }
}

/* Bodies made of the delimiter's own characters, which would be the hardest. */
static void random_bodies_come_back(void **state)
{
    (void)state;
    static const char letters[] = "\r\n-b7";
    struct rng r = rng_make(11, 0, 0);
    char text[2048], body[3][400];
    size_t size[3];

    for (int trial = 0; trial < (testing_slow_machine() ? 50 : 2000); trial++) {
        struct got g = {0};
        struct err err = {0};
        size_t n = 0, at = 0;
        for (int p = 0; p < 3; p++) {
            size[p] = rng_below(&r, 400);
            for (size_t i = 0; i < size[p]; i++)
                body[p][i] = letters[rng_below(&r, sizeof letters - 1)];
            body[p][0] = 'x';
            size[p] += size[p] == 0;
            while (memmem(body[p], size[p], "\r\n--b-7", 7)) /* that would end it */
                *(char *)memmem(body[p], size[p], "\r\n--b-7", 7) = 'x';
            n += (size_t)snprintf(text + n, sizeof text - n, "%s--b-7" HEAD,
                                  p > 0 ? "\r\n" : "");
            memcpy(text + n, body[p], size[p]);
            n += size[p];
        }
        n += (size_t)snprintf(text + n, sizeof text - n, "\r\n--b-7--");
        assert_ok(parse(text, n, 1 + rng_below(&r, 97), &g, &err), err);
        assert_int_equal(g.ended, 3);
        for (int p = 0; p < 3; p++) {
            assert_int_equal(g.end[p] - at, size[p]);
            assert_memory_equal(g.data + at, body[p], size[p]);
            at = g.end[p];
        }
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char text[] = "--b-7" HEAD "abc\r\n--b-7" HEAD "defg\r\n--b-7--";

    for (size_t n = 0; n < sizeof text - 1; n++) {
        struct got g = {0};
        struct err err = {0};
        assert_refused(parse(text, n, 5, &g, &err), err, ERR_FORMAT, "cut off");
    }
}

static void what_is_not_right_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"--b-7x" HEAD "a\r\n--b-7--", "behind a boundary"},
        {"--b-7\nContent-Type: application/dicom\n\na\n--b-7--", "behind a boundary"},
        {"--b-7\r\n\r\na\r\n--b-7--", "does not say"},
        {"--b-7\r\nX: y\r\n\r\na\r\n--b-7--", "does not say"},
        {"--b-7\r\nContent-Type: text/html\r\n\r\na\r\n--b-7--", "text/html"},
        {"--b-7\r\nContent-Type: application/dicom+json\r\n\r\na\r\n--b-7--",
         "application/dicom+json"},
        {"--b-7\r\nContent-Type application/dicom\r\n\r\na\r\n--b-7--", "no header"},
        {"--b-7\r\nContent-Transfer-Encoding: base64" HEAD "a\r\n--b-7--", "base64"},
        {"--b-7\r\nContent-Length: 2" HEAD "a\r\n--b-7--", "1 bytes, 2 were"},
        {"--b-7\r\nContent-Length: 0" HEAD "a\r\n--b-7--", "1 bytes, 0 were"},
        {"--b-7\r\nContent-Length: -1" HEAD "a\r\n--b-7--", "no number"},
        {"--b-7\r\nContent-Length: 99999999999999999999" HEAD "a\r\n--b-7--",
         "no number"},
        {"<html><body>not what was asked for</body></html>", "cut off"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct got g = {0};
        struct err err = {0};
        assert_refused(parse(bad[i].text, strlen(bad[i].text), 3, &g, &err), err,
                       ERR_FORMAT, bad[i].why);
    }
}

static void what_has_no_end_is_refused(void **state)
{
    (void)state;
    char text[2 * DICOM_MULTIPART_HEADERS];
    struct got g = {0};
    struct err err = {0};

    memset(text, 'x', sizeof text);
    assert_refused(parse(text, sizeof text, 100, &g, &err), err, ERR_FORMAT,
                   "does not begin");
    memcpy(text, "--b-7\r\n", 7);
    assert_refused(parse(text, sizeof text, 100, &g, &err), err, ERR_FORMAT,
                   "headers are longer");
    assert_int_equal(g.begun, 0);
}

static void a_sink_can_stop_it(void **state)
{
    (void)state;
    static const char text[] = "--b-7" HEAD "abcdef\r\n--b-7--";
    struct got g = {.fail_after = 3};
    struct err err = {0};

    assert_refused(parse(text, sizeof text - 1, 1, &g, &err), err, ERR_IO, "disk full");
    assert_int_equal(g.size, 3);
}

static void boundaries_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *header, *boundary;
    } good[] = {
        {"multipart/related; type=\"application/dicom\"; boundary=abc", "abc"},
        {"Multipart/Related;boundary=\"a b:c\";type=application/dicom", "a b:c"},
        {"multipart/related; boundary=x-1 ; start=\"<0>\"", "x-1"},
    };
    static const struct {
        const char *header, *why;
    } bad[] = {
        {"application/json", "'application/json'"},
        {"", "not multipart"},
        {"multipart/related", "no sound boundary"},
        {"multipart/related; boundary=", "no sound boundary"},
        {"multipart/related; boundary=\"abc", "no sound boundary"},
        {"multipart/related; boundary=\"abc \"", "no sound boundary"},
        {"multipart/related; boundary=a\"b", "no sound boundary"},
        {"multipart/related; boundary=abc garbage", "no sound boundary"},
        {"multipart/related; boundary=a{b}", "no sound boundary"},
        {"multipart/related; type=\"image/jpeg\"; boundary=abc", "image/jpeg"},
        {"multipart/related; "
         "boundary=12345678901234567890123456789012345678901234567890123456789012345678"
         "901",
         "no sound boundary"},
    };
    char boundary[DICOM_BOUNDARY] = "untouched";
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(dicom_multipart_boundary(bad[i].header, boundary, &err), err,
                       ERR_FORMAT, bad[i].why);
    assert_string_equal(boundary, "untouched");
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_ok(dicom_multipart_boundary(good[i].header, boundary, &err), err);
        assert_string_equal(boundary, good[i].boundary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_out_however_it_is_cut),
        cmocka_unit_test(random_bodies_come_back),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(what_is_not_right_is_refused),
        cmocka_unit_test(what_has_no_end_is_refused),
        cmocka_unit_test(a_sink_can_stop_it),
        cmocka_unit_test(boundaries_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
