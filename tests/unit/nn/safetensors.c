#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "nn/safetensors.h"

/* A file's bytes made of a header and `data` bytes that count up as floats. */
static size_t compose(uint8_t *to, const char *header, const void *data, size_t size)
{
    const size_t n = strlen(header);
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)((uint64_t)n >> (8 * i));
    memcpy(to + 8, header, n);
    memcpy(to + 8 + n, data, size);
    return 8 + n + size;
}

static const float VALUES[6] = {1.0f, -2.5f, 3e-9f, 4e30f, 0.0f, -0.0f};

/* A set with two tensors and some text. */
static struct nn_weights sample(void)
{
    struct err err = {0};
    struct nn_weights w = {0};
    struct nn_tensor *t = NULL;
    assert_ok(
        nn_weights_add(&w, "z.weight", 5, (const int32_t[5]){1, 3, 1, 2, 1}, &t, &err),
        err);
    assert_int_equal(t->count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_true(t->data[i] == 0.0f);
        t->data[i] = VALUES[i];
    }
    assert_ok(nn_weights_add(&w, "a.bias", 1, (const int32_t[1]){2}, &t, &err), err);
    t->data[0] = 7.0f;
    t->data[1] = 8.0f;
    assert_ok(nn_weights_set_text(&w, "licence", "to be replaced", &err), err);
    assert_ok(nn_weights_set_text(&w, "data", "\"quoted\"\n\xc3\xa9", &err), err);
    assert_ok(nn_weights_set_text(&w, "licence", "CC BY", &err), err);
    return w;
}

static void assert_sample(const struct nn_weights *w)
{
    assert_int_equal(w->tensors, 2);
    assert_int_equal(w->entries, 2);
    const struct nn_tensor *z = nn_weights_find(w, "z.weight");
    const struct nn_tensor *a = nn_weights_find(w, "a.bias");
    assert_non_null(z);
    assert_non_null(a);
    assert_int_equal(z->rank, 5);
    assert_int_equal(z->dim[1], 3);
    assert_int_equal(z->dim[3], 2);
    assert_int_equal(z->count, 6);
    assert_memory_equal(z->data, VALUES, sizeof VALUES); /* bits, -0 too */
    assert_int_equal(a->rank, 1);
    assert_true(a->data[0] == 7.0f && a->data[1] == 8.0f);
    assert_string_equal(nn_weights_text(w, "licence"), "CC BY");
    assert_string_equal(nn_weights_text(w, "data"), "\"quoted\"\n\xc3\xa9");
    assert_null(nn_weights_text(w, "absent"));
    assert_null(nn_weights_find(w, "absent"));
}

static void written_and_read_again(void **state)
{
    (void)state;
    struct err err = {0};
    char dir[64], path[2][128], hex[SHA256_HEX], again[SHA256_HEX];
    struct nn_weights w = sample(), back = {0};
    (void)testing_scratch(dir);
    for (int i = 0; i < 2; i++)
        (void)snprintf(path[i], sizeof path[i], "%s/w%d.safetensors", dir, i);
    assert_sample(&w);
    assert_ok(nn_weights_write(path[0], &w, &err), err);
    assert_ok(nn_weights_read(path[0], &back, hex, &err), err);
    assert_sample(&back);
    /* text and tensors in another order: the same bytes */
    const struct nn_tensor first = w.tensor[0];
    w.tensor[0] = w.tensor[1];
    w.tensor[1] = first;
    char *key = w.key[0], *value = w.value[0];
    w.key[0] = w.key[1];
    w.value[0] = w.value[1];
    w.key[1] = key;
    w.value[1] = value;
    assert_ok(nn_weights_write(path[1], &w, &err), err);
    nn_weights_clear(&back);
    assert_ok(nn_weights_read(path[1], &back, again, &err), err);
    assert_string_equal(hex, again);

    struct bytes file = {0};
    assert_ok(file_read(path[0], 1 << 20, &file, &err), err);
    char real[SHA256_HEX];
    assert_ok(sha256_hex(file.data, file.size, real, &err), err);
    assert_string_equal(hex, real);
    /* values begin at a multiple of 8 bytes */
    assert_int_equal((file.size - 8 * sizeof(float)) % 8, 0);

    /* cut anywhere, it is refused */
    for (size_t n = 0; n < file.size; n++) {
        struct nn_weights cut = {0};
        assert_false(nn_weights_parse(file.data, n, &cut, &err));
        assert_int_equal(err.code, ERR_FORMAT);
        assert_null(cut.tensor);
        err = (struct err){0};
    }
    bytes_clear(&file);
    nn_weights_clear(&back);
    nn_weights_clear(&w);
    nn_weights_clear(&w);
    testing_remove(dir);
}

static void bf16_is_widened(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0};
    uint8_t file[256];
    const uint8_t halves[8] = {0x80, 0x3f, 0x20, 0xc1, 0x00, 0x00, 0x49, 0x40};
    const size_t n = compose(
        file, "{\"x\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}",
        halves, sizeof halves);
    assert_ok(nn_weights_parse(file, n, &w, &err), err);
    const struct nn_tensor *t = nn_weights_find(&w, "x");
    assert_non_null(t);
    assert_near((double)t->data[0], 1.0, 0.0);
    assert_near((double)t->data[1], -10.0, 0.0);
    assert_near((double)t->data[2], 0.0, 0.0);
    assert_near((double)t->data[3], 3.140625, 0.0);
    nn_weights_clear(&w);
}

/* Kernels are rounded, vectors are not; what is bfloat16 takes half the room, unless
 * one value of its tensor is not. */
static void bf16_is_written_where_it_loses_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0}, back = {0};
    struct nn_tensor *t = NULL;
    char dir[64], path[96];
    size_t size[3] = {0};
    (void)snprintf(path, sizeof path, "%s/w.safetensors", testing_scratch(dir));
    assert_ok(nn_weights_add(&w, "kernel", 2, (const int32_t[2]){100, 30}, &t, &err),
              err);
    for (size_t i = 0; i < t->count; i++)
        t->data[i] = 1.0f + 0x1p-9f * (float)(i + 1);
    assert_ok(nn_weights_add(&w, "bias", 1, (const int32_t[1]){100}, &t, &err), err);
    for (size_t i = 0; i < t->count; i++)
        t->data[i] = i == 0 ? 1.0f + 0x1p-20f : 1.0f;
    for (int k = 0; k < 3; k++) {
        if (k == 1)
            nn_weights_round(&w);
        if (k == 2)
            w.tensor[0].data[2999] += 0x1p-18f;
        assert_ok(nn_weights_write(path, &w, &err), err);
        assert_ok(nn_weights_read(path, &back, NULL, &err), err);
        size[k] = back.file.size;
        for (size_t i = 0; i < 2; i++) {
            const struct nn_tensor *u = nn_weights_find(&back, w.tensor[i].name);
            assert_non_null(u);
            assert_memory_equal(u->data, w.tensor[i].data, u->count * sizeof *u->data);
        }
        nn_weights_clear(&back);
    }
    /* 1 + 1/512 is half way between two: to the even one */
    assert_true(w.tensor[0].data[0] == 1.0f && w.tensor[0].data[1] == 1.0f);
    assert_true(w.tensor[0].data[2] == 1.0f + 0x1p-7f);
    assert_true(w.tensor[1].data[0] == 1.0f + 0x1p-20f);
    assert_true(size[0] == size[2] && size[1] + 3000 * 2 <= size[0] + 8);
    nn_weights_clear(&w);
    testing_remove(dir);
}

/* Tensors may stand in any order in the header. */
static void header_order_is_free(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0};
    uint8_t file[512];
    const float data[3] = {1.0f, 2.0f, 3.0f};
    const size_t n =
        compose(file,
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},"
                "\"__metadata__\":{\"k\":\"v\"},"
                "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ",
                data, sizeof data);
    assert_ok(nn_weights_parse(file, n, &w, &err), err);
    assert_near((double)nn_weights_find(&w, "a")->data[0], 1.0, 0.0);
    assert_near((double)nn_weights_find(&w, "b")->data[1], 3.0, 0.0);
    nn_weights_clear(&w);
}

#define ONE(name, type, shape, offsets)                                                \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape                            \
    ",\"data_offsets\":" offsets "}"

static void each_fault_has_its_message(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t data; /* bytes of zeros behind it */
        enum err_code code;
        const char *says;
    } bad[] = {
        {"[]", 0, ERR_FORMAT, "not an object"},
        {"{", 0, ERR_FORMAT, "header"},
        {"{}", 4, ERR_FORMAT, "no tensor"},
        {"{\"x\":3}", 0, ERR_FORMAT, "'x'"},
        {"{" ONE("x", "F64", "[1]", "[0,8]") "}", 8, ERR_SUPPORT, "F64"},
        {"{" ONE("x", "F32", "[]", "[0,4]") "}", 4, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[1,1,1,1,1,1]", "[0,4]") "}", 4, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[0]", "[0,0]") "}", 0, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[-1]", "[0,4]") "}", 4, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[1.0]", "[0,4]") "}", 4, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[65536,65536,65536,65536]", "[0,0]") "}", 0, ERR_FORMAT,
         "shape"},
        {"{" ONE("x", "F32", "[4294967297]", "[0,4]") "}", 4, ERR_FORMAT, "shape"},
        {"{" ONE("x", "F32", "[2]", "[0,4]") "}", 4, ERR_FORMAT, "needs 8"},
        {"{" ONE("x", "F32", "[1]", "[4,8]") "}", 4, ERR_FORMAT, "needs 4"},
        {"{" ONE("x", "F32", "[1]", "[4,0]") "}", 4, ERR_FORMAT, "needs 4"},
        {"{" ONE("x", "F32", "[1]", "[-4,0]") "}", 4, ERR_FORMAT, "needs 4"},
        {"{" ONE("x", "F32", "[1]", "[0]") "}", 4, ERR_FORMAT, "data_offsets"},
        {"{" ONE("x", "F32", "[1]", "[0,4,4]") "}", 4, ERR_FORMAT, "data_offsets"},
        {"{" ONE("x", "F32", "[1]", "[4,8]") "}", 8, ERR_FORMAT, "gap"},
        {"{" ONE("x", "F32", "[1]", "[0,4]") "," ONE("y", "F32", "[1]", "[0,4]") "}", 4,
         ERR_FORMAT, "overlap"},
        {"{" ONE("x", "F32", "[2]", "[0,8]") "," ONE("y", "F32", "[2]", "[4,12]") "}",
         16, ERR_FORMAT, "overlap"},
        {"{" ONE("x", "F32", "[1]", "[0,4]") "," ONE("x", "F32", "[1]", "[4,8]") "}", 8,
         ERR_FORMAT, "duplicate"},
        {"{" ONE("", "F32", "[1]", "[0,4]") "}", 4, ERR_ARG, "name"},
        {"{\"__metadata__\":{\"k\":3}}", 0, ERR_FORMAT, "'k'"},
        {"{\"__metadata__\":[\"k\"]}", 0, ERR_FORMAT, "table"},
        {"{\"__metadata__\":3}", 0, ERR_FORMAT, "table"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        struct nn_weights w = {0};
        static const uint8_t zeros[32];
        uint8_t file[512];
        const size_t n = compose(file, bad[i].header, zeros, bad[i].data);
        assert_refused(nn_weights_parse(file, n, &w, &err), err, bad[i].code,
                       bad[i].says);
        assert_null(w.tensor);
        assert_null(w.key);
    }
}

static void values_must_be_finite(void **state)
{
    (void)state;
    static const float wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err err = {0};
        struct nn_weights w = {0};
        uint8_t file[256];
        const float data[3] = {1.0f, wrong[i], 2.0f};
        const size_t n =
            compose(file, "{" ONE("x", "F32", "[3]", "[0,12]") "}", data, sizeof data);
        assert_refused(nn_weights_parse(file, n, &w, &err), err, ERR_FORMAT,
                       "non-finite");
    }
}

/* What could not be read back takes no good file's place. */
static void what_is_not_finite_is_not_written(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0}, back = {0};
    struct nn_tensor *t = NULL;
    char dir[64], path[96];
    (void)testing_scratch(dir);
    (void)snprintf(path, sizeof path, "%s/w.safetensors", dir);
    assert_ok(nn_weights_add(&w, "kernel", 2, (const int32_t[2]){2, 3}, &t, &err), err);
    assert_ok(nn_weights_write(path, &w, &err), err);
    static const float wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        t->data[5] = wrong[i];
        assert_refused(nn_weights_write(path, &w, &err), err, ERR_NUMERIC, "'kernel'");
    }
    t->data[5] = 3.4e38f; /* finite, but not as bfloat16 */
    nn_weights_round(&w);
    assert_refused(nn_weights_write(path, &w, &err), err, ERR_NUMERIC, path);
    assert_ok(nn_weights_read(path, &back, NULL, &err), err);
    assert_near((double)back.tensor[0].data[5], 0.0, 0.0);
    nn_weights_clear(&back);
    nn_weights_clear(&w);
    testing_remove(dir);
}

/* Nor does what has a longer header than is read: of a training's log, say. */
static void what_is_too_long_is_not_written(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0}, back = {0};
    struct nn_tensor *t = NULL;
    char dir[64], path[96];
    static char text[SAFETENSORS_MAX_HEADER + 1];
    memset(text, 'x', sizeof text - 1);
    (void)testing_scratch(dir);
    (void)snprintf(path, sizeof path, "%s/w.safetensors", dir);
    assert_ok(nn_weights_add(&w, "kernel", 2, (const int32_t[2]){2, 3}, &t, &err), err);
    text[SAFETENSORS_MAX_HEADER - 200] = '\0'; /* beside the rest of the header */
    assert_ok(nn_weights_set_text(&w, "log", text, &err), err);
    assert_ok(nn_weights_write(path, &w, &err), err);
    text[SAFETENSORS_MAX_HEADER - 200] = 'x';
    t->data[0] = 7.0f;
    assert_ok(nn_weights_set_text(&w, "log", text, &err), err);
    assert_refused(nn_weights_write(path, &w, &err), err, ERR_SUPPORT, "a header of");
    assert_ok(nn_weights_read(path, &back, NULL, &err), err);
    assert_near((double)back.tensor[0].data[0], 0.0, 0.0);
    nn_weights_clear(&back);
    nn_weights_clear(&w);
    testing_remove(dir);
}

static void limits(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0};
    struct nn_tensor *t = NULL;
    char name[SAFETENSORS_NAME + 1];
    const int32_t one[5] = {1, 1, 1, 1, 1}, zero[1] = {0};
    const int32_t huge[5] = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
    memset(name, 'n', SAFETENSORS_NAME);
    name[SAFETENSORS_NAME] = '\0';
    assert_refused(nn_weights_add(&w, name, 1, one, &t, &err), err, ERR_ARG, "96");
    assert_refused(nn_weights_add(&w, "", 1, one, &t, &err), err, ERR_ARG, "name");
    assert_refused(nn_weights_add(&w, "x", 0, one, &t, &err), err, ERR_ARG, "'x'");
    assert_refused(nn_weights_add(&w, "x", 6, one, &t, &err), err, ERR_ARG, "'x'");
    assert_refused(nn_weights_add(&w, "x", 1, zero, &t, &err), err, ERR_ARG, "'x'");
    assert_refused(nn_weights_add(&w, "x", 5, huge, &t, &err), err, ERR_ARG, "'x'");
    name[SAFETENSORS_NAME - 1] = '\0';
    assert_ok(nn_weights_add(&w, name, 1, one, &t, &err), err);
    assert_refused(nn_weights_add(&w, name, 1, one, &t, &err), err, ERR_ARG, "two");
    for (int i = 0; i < SAFETENSORS_MAX_ENTRIES; i++) {
        (void)snprintf(name, sizeof name, "%d", i);
        assert_ok(nn_weights_set_text(&w, name, "v", &err), err);
    }
    assert_refused(nn_weights_set_text(&w, "more", "v", &err), err, ERR_SUPPORT,
                   "entries");
    assert_ok(nn_weights_set_text(&w, "17", "replaced", &err), err);
    nn_weights_drop_text(&w, "16");
    nn_weights_drop_text(&w, "nobody");
    assert_null(nn_weights_text(&w, "16"));
    assert_string_equal(nn_weights_text(&w, "17"), "replaced");
    assert_ok(nn_weights_set_text(&w, "more", "v", &err), err); /* there is room */
    assert_string_equal(nn_weights_text(&w, "17"), "replaced");
    nn_weights_clear(&w);
    /* a header longer than any */
    uint8_t file[16] = {0, 0, 0, 2};
    assert_refused(nn_weights_parse(file, sizeof file, &w, &err), err, ERR_FORMAT,
                   "33554432");
    assert_refused(nn_weights_parse(file, 7, &w, &err), err, ERR_FORMAT, "short");
}

/* Text that is no UTF-8 cannot stand in a header: refused when it is set, not when
 * hours later the file is written. */
static void text_must_be_utf8(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0};
    assert_refused(nn_weights_set_text(&w, "data", "caf\xe9", &err), err, ERR_ARG,
                   "UTF-8");
    assert_refused(nn_weights_set_text(&w, "\xff", "text", &err), err, ERR_ARG,
                   "UTF-8");
    assert_int_equal(w.entries, 0);
    assert_ok(nn_weights_set_text(&w, "data", "caf\xc3\xa9", &err), err);
    nn_weights_clear(&w);
}

static void files_are_named(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_weights w = {0};
    char dir[64], path[128];
    (void)testing_scratch(dir);
    (void)snprintf(path, sizeof path, "%s/none.safetensors", dir);
    assert_refused(nn_weights_read(path, &w, NULL, &err), err, ERR_IO, path);
    assert_ok(file_write(path, "no weights", 10, &err), err);
    assert_refused(nn_weights_read(path, &w, NULL, &err), err, ERR_FORMAT, path);
    (void)snprintf(path, sizeof path, "%s/no/folder.safetensors", dir);
    struct nn_weights s = sample();
    assert_refused(nn_weights_write(path, &s, &err), err, ERR_IO, path);
    nn_weights_clear(&s);
    testing_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read_again),
        cmocka_unit_test(bf16_is_widened),
        cmocka_unit_test(bf16_is_written_where_it_loses_nothing),
        cmocka_unit_test(header_order_is_free),
        cmocka_unit_test(each_fault_has_its_message),
        cmocka_unit_test(values_must_be_finite),
        cmocka_unit_test(what_is_not_finite_is_not_written),
        cmocka_unit_test(what_is_too_long_is_not_written),
        cmocka_unit_test(limits),
        cmocka_unit_test(text_must_be_utf8),
        cmocka_unit_test(files_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
