/* web: what servers say, and what is sent to them. */
#include "testing.h"

#include "base/mem.h"
#include "dicom/multipart.h"
#include "dicom/web.h"

static bool read_text(const char *json, struct dicom_remote_list *list, struct err *err)
{
    return dicom_web_read_series(json, strlen(json), list, err);
}

static void series_are_listed(void **state)
{
    (void)state;
    struct dicom_remote_list list = {0};
    struct err err = {0};

    assert_ok(read_text("[]", &list, &err), err);
    assert_int_equal(list.count, 0);
    assert_ok(read_text("[{\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.3\"]},"
                        "\"00080060\":{\"vr\":\"CS\",\"Value\":[\"MR\"]},"
                        "\"00201209\":{\"vr\":\"IS\",\"Value\":[12]}},"
                        "{\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.4\"]},"
                        "\"00080060\":{\"vr\":\"CS\"}}]",
                        &list, &err),
              err);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.series[0].uid, "1.2.3");
    assert_string_equal(list.series[0].modality, "MR");
    assert_int_equal(list.series[0].instances, 12);
    assert_string_equal(list.series[1].uid, "1.2.4");
    assert_string_equal(list.series[1].modality, "");
    assert_int_equal(list.series[1].instances, 0);
    dicom_remote_list_clear(&list);
}

/* A number or an integer string; without one, none. */
static void instances_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t count; /* -1: refused */
    } said[] = {
        {"11", 11},
        {"\"11\"", 11},
        {"\" 11 \"", 11},
        {"\"0011\"", 11},
        {"0", 0},
        {"null", 0},
        {"", 0},
        {"2147483647", INT32_MAX},
        {"-1", -1},
        {"11.5", -1},
        {"\"\"", -1},
        {"\"11x\"", -1},
        {"\"-1\"", -1},
        {"\"1 1\"", -1},
        {"\"1.0\"", -1},
        {"2147483648", -1},
        {"true", -1},
        {"[11]", -1},
        {"\"99999999999999999999999\"", -1},
    };

    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        struct dicom_remote_list list = {0};
        struct err err = {0};
        char json[200];
        (void)snprintf(json, sizeof json,
                       "[{\"0020000E\":{\"Value\":[\"1.2\"]},"
                       "\"00201209\":{\"vr\":\"IS\",\"Value\":[%s]}}]",
                       said[i].value);
        if (said[i].count < 0) {
            assert_refused(read_text(json, &list, &err), err, ERR_FORMAT,
                           "number of instances");
        } else {
            assert_ok(read_text(json, &list, &err), err);
            assert_int_equal(list.series[0].instances, said[i].count);
        }
        dicom_remote_list_clear(&list);
    }
}

static void other_lists_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "<html>",
        "{}",
        "[1]",
        "[{}]",
        "[{\"0020000E\":{\"Value\":[]}}]",
        "[{\"0020000E\":{\"Value\":[7]}}]",
        "[{\"0020000E\":{\"Value\":[\"../../etc\"]}}]",
        "[{\"0020000E\":{\"Value\":[\"1.2.3/../4\"]}}]",
        "[{\"0020000E\":\"1.2.3\"}]",
        "[{\"0020000E\":{\"Value\":[\"1\"]},\"0020000E\":{\"Value\":[\"2\"]}}]",
    };
    struct dicom_remote_list list = {0};
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (read_text(bad[i], &list, &err))
            fail_msg("%s was taken", bad[i]);
        assert_int_equal(err.code, ERR_FORMAT);
        err = (struct err){0};
    }
    dicom_remote_list_clear(&list);
}

/* Of two results. */
static bool stored(int status, const char *json, struct err *err)
{
    char text[400];
    static const struct dicom_web_name sent[] = {{"1.2.3"}, {"1.2.4"}};
    const struct bytes answer = {(uint8_t *)text, strlen(json)};

    assert_true(answer.size < sizeof text);
    memcpy(text, json, answer.size);
    return dicom_web_read_stored(status, &answer, sent, 2, err);
}

#define TAKEN(list) "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[" list "]}}"
#define NAME(uid) "{\"00081155\":{\"vr\":\"UI\",\"Value\":[\"" uid "\"]}}"

static void failures_of_a_store_are_seen(void **state)
{
    (void)state;
    static const char failed[] =
        "{\"00081198\":{\"vr\":\"SQ\",\"Value\":[{\"00081197\":"
        "{\"vr\":\"US\",\"Value\":[43264]}},{}]}}";
    struct err err = {0};
    char list[200];

    assert_refused(stored(200, failed, &err), err, ERR_FORMAT, "2 of the results");
    assert_refused(stored(202, failed, &err), err, ERR_FORMAT, "A900");
    (void)snprintf(list, sizeof list, "[%s]", failed);
    assert_refused(stored(202, list, &err), err, ERR_FORMAT, "A900");
    (void)snprintf(list, sizeof list, "[{},%s]", failed);
    assert_refused(stored(202, list, &err), err, ERR_FORMAT, "A900");
}

static void only_what_is_confirmed_is_stored(void **state)
{
    (void)state;
    static const char *const silent[] = {
        "",
        "<html>Please log in</html>",
        "{}",
        "[]",
        "7",
        TAKEN(""),
        TAKEN("{}"),
        TAKEN("7"),
        TAKEN(NAME("1.2.5") "," NAME("1.2")),
        "{\"00081199\":[" NAME("1.2.3") "," NAME("1.2.4") "]}"};
    static const char *const one[] = {TAKEN(NAME("1.2.3")),
                                      TAKEN(NAME("1.2.4") "," NAME("1.2.4")),
                                      "[" TAKEN(NAME("1.2.3")) "]"};
    struct err err = {0};

    assert_ok(stored(200, TAKEN(NAME("1.2.3") "," NAME("1.2.4")), &err), err);
    assert_ok(stored(200, TAKEN(NAME("1.2.4") ",{}," NAME("1.2.3")), &err), err);
    assert_ok(stored(202, "[" TAKEN(NAME("1.2.3") "," NAME("1.2.4")) "]", &err), err);
    assert_ok(stored(200, "[" TAKEN(NAME("1.2.3")) "," TAKEN(NAME("1.2.4")) "]", &err),
              err);
    for (size_t i = 0; i < ARRAY_LEN(silent); i++)
        assert_refused(stored(200, silent[i], &err), err, ERR_FORMAT,
                       "not confirmed: the server answers HTTP 200, but 2 of the 2");
    for (size_t i = 0; i < ARRAY_LEN(one); i++)
        assert_refused(stored(202, one[i], &err), err, ERR_FORMAT, "but 1 of the 2");
}

/* What the body holds, taken apart again. */
struct parts {
    char data[3][64];
    size_t size[3], count;
};

static bool part_begin(void *user, struct err *err)
{
    (void)user;
    (void)err;
    return true;
}

static bool part_data(void *user, const void *data, size_t size, struct err *err)
{
    struct parts *p = user;
    (void)err;
    assert_true(p->count < 3 && p->size[p->count] + size <= 64);
    memcpy(p->data[p->count] + p->size[p->count], data, size);
    p->size[p->count] += size;
    return true;
}

static bool part_end(void *user, struct err *err)
{
    struct parts *p = user;
    (void)err;
    p->count++;
    return true;
}

static void what_is_sent_can_be_taken_apart(void **state)
{
    (void)state;
    static const char *const content[3] = {"a\r\n--cicatrix-0\r\nb", "", "\r\n--\r\n"};
    char folder[64], name[3][80], boundary[DICOM_BOUNDARY], *type = NULL;
    char *path[3];
    struct bytes body = {0};
    struct parts p = {0};
    struct dicom_multipart *m = NULL;
    struct err err = {0};
    const struct dicom_multipart_sink sink = {&p, part_begin, part_data, part_end};

    (void)testing_scratch(folder);
    for (int i = 0; i < 3; i++) {
        (void)snprintf(name[i], sizeof name[i], "%s/%d", folder, i);
        path[i] = name[i];
        assert_ok(file_write(path[i], content[i], strlen(content[i]), &err), err);
    }
    assert_ok(dicom_web_body(path, 3, &body, &type, NULL, &err), err);
    assert_ok(dicom_multipart_boundary(type, boundary, &err), err);
    assert_string_equal(boundary, "cicatrix-1"); /* 0 stands in the first */
    m = mem_alloc(1, sizeof *m, &err);
    assert_non_null(m);
    dicom_multipart_init(m, boundary, &sink);
    assert_ok(dicom_multipart_feed(m, body.data, body.size, &err), err);
    assert_ok(dicom_multipart_finish(m, &err), err);
    assert_int_equal(p.count, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(p.size[i], strlen(content[i]));
        assert_memory_equal(p.data[i], content[i], p.size[i]);
    }
    mem_free(m);
    mem_free(type);
    bytes_clear(&body);
    path[1] = folder;
    assert_refused(dicom_web_body(path, 3, &body, &type, NULL, &err), err, ERR_IO,
                   folder);
    assert_null(body.data);
    testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_are_listed),
        cmocka_unit_test(instances_are_counted),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(failures_of_a_store_are_seen),
        cmocka_unit_test(only_what_is_confirmed_is_stored),
        cmocka_unit_test(what_is_sent_can_be_taken_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
