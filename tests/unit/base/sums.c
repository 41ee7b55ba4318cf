#include "scratch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/sums.h"

/* Of "abc" (FIPS 180-2, appendix B) and of nothing. */
static const char abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char nothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static char *in_scratch(const char *name)
{
    char *path = file_join(scratch, name, NULL);
    assert_non_null(path);
    return path;
}

static void put(const char *name, const char *text)
{
    struct err err = {0};
    char *path = in_scratch(name);
    assert_ok(file_write(path, text, strlen(text), &err), err);
    mem_free(path);
}

/* A list with a digest between two texts. */
struct around {
    const char *before, *after;
};

static void list(struct around a, const char *digest)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%s%s%s", a.before, digest, a.after);
    put(SUMS_FILE, text);
}

static void without_a_list_all_is_well(void **state)
{
    (void)state;
    struct err err = {0};
    char *path = in_scratch("lonely"), *sums = in_scratch(SUMS_FILE);
    put("lonely", "abc");
    assert_ok(sums_check(path, nothing, &err), err);
    assert_ok(sums_renew(path, 10, &err), err);
    assert_false(file_exists(sums));
    mem_free(path), mem_free(sums);
}

static void another_digest_is_refused(void **state)
{
    (void)state;
    static const struct around lists[] = {
        {"", "  a\n"},
        {"", " *a"},
        {"# a remark\n\nnonsense\n", "  a\n"},
        {"", "  a\n0  b\n"},
    };
    char *path = in_scratch("a");
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct err err = {0};
        list(lists[i], abc);
        assert_ok(sums_check(path, abc, &err), err);
        assert_refused(sums_check(path, nothing, &err), err, ERR_FORMAT, path);
        char last[sizeof abc]; /* all but its last digit */
        memcpy(last, abc, sizeof abc);
        last[SHA256_HEX - 2] = '0';
        assert_refused(sums_check(path, last, &err), err, ERR_FORMAT, path);
    }
    mem_free(path);
}

/* Other names, parts of names and lines that are none of its own say nothing of it. */
static void other_lines_are_passed_over(void **state)
{
    (void)state;
    static const struct around lists[] = {
        {"", "  ab\n"}, {"", "  b/a\n"}, {"", " a\n"},   {"", ""},
        {"", "  "},     {"\n", "\n"},    {"x", "  a\n"}, {"", "x a\n"},
    };
    char *path = in_scratch("a");
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct err err = {0};
        list(lists[i], abc);
        assert_ok(sums_check(path, nothing, &err), err);
    }
    mem_free(path);
}

static void a_list_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    char *dir = in_scratch("folder"), *sums = in_scratch("folder/" SUMS_FILE),
         *path = in_scratch("folder/a");
    assert_ok(file_make_dirs(sums, &err), err);
    assert_refused(sums_check(path, abc, &err), err, ERR_IO, SUMS_FILE);
    mem_free(dir), mem_free(sums), mem_free(path);
}

static void a_listed_file_is_listed_anew(void **state)
{
    (void)state;
    struct err err = {0};
    char *path = in_scratch("a");
    char other[SHA256_HEX + 8], text[256];
    (void)snprintf(other, sizeof other, "%s  b\n", nothing);
    (void)snprintf(text, sizeof text, "%s%s  a\n", other, nothing);
    put(SUMS_FILE, text);
    put("a", "abc");
    assert_refused(sums_check(path, abc, &err), err, ERR_FORMAT, "damaged");
    assert_refused(sums_renew(path, 2, &err), err, ERR_SUPPORT, path);
    err = (struct err){0};
    assert_ok(sums_renew(path, 3, &err), err);
    assert_ok(sums_check(path, abc, &err), err);
    char *b = in_scratch("b");
    assert_ok(sums_check(b, nothing, &err), err); /* as it was */
    mem_free(path), mem_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_list_all_is_well),
        cmocka_unit_test(another_digest_is_refused),
        cmocka_unit_test(other_lines_are_passed_over),
        cmocka_unit_test(a_list_that_cannot_be_read_is_told),
        cmocka_unit_test(a_listed_file_is_listed_anew),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
