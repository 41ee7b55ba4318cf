/* find_model: names, files, and the order of the folders. */
#include "testing.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/find_model.h"

static char scratch[64];

static int make_scratch(void **state)
{
    (void)state;
    (void)testing_scratch(scratch);
    return setenv("CICATRIX_MODELS", scratch, 1);
}

static int remove_scratch(void **state)
{
    (void)state;
    testing_remove(scratch);
    return unsetenv("CICATRIX_MODELS");
}

static const char *put(const char *name)
{
    static char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    assert_true(file_write(path, "x", 1, NULL));
    return path;
}

static void name_is_found_in_the_folder(void **state)
{
    (void)state;
    struct err err = {0};
    const char *want = put("zz-test.safetensors");
    char *got = find_model("zz-test", &err);

    assert_non_null(got);
    assert_string_equal(got, want);
    mem_free(got);
    got = find_model("zz-none", &err);
    assert_null(got);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, "zz-none: no model"));
    assert_non_null(strstr(err.msg, scratch));      /* where was searched */
    assert_non_null(strstr(err.msg, "/../models")); /* beside this program too */
}

static void file_is_taken_as_it_is(void **state)
{
    (void)state;
    struct err err = {0};
    const char *path = put("other.bin");
    char *got = find_model(path, &err);

    assert_string_equal(got, path);
    mem_free(got);
    assert_null(find_model("nowhere.safetensors", &err));
    assert_non_null(strstr(err.msg, "nowhere.safetensors: no such"));
    err = (struct err){0};
    assert_null(find_model("./zz-test", &err)); /* a slash: a file, not a name */
    assert_int_equal(err.code, ERR_IO);
}

static void list_is_sorted_and_of_models_alone(void **state)
{
    (void)state;
    struct model_paths list = {0};
    struct err err = {0};
    size_t mine = 0, last = 0;

    static const char *const names[] = {"m", "q", "b", "y", "c", "aa", "p", "k"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char file[64];
        (void)snprintf(file, sizeof file, "%s-test.safetensors", names[i]);
        (void)put(file);
    }
    (void)put(".hidden.safetensors");
    (void)put("notes.txt");
    assert_ok(find_model_all(&list, &err), err);
    for (size_t i = 0; i < list.count; i++) {
        assert_null(strstr(list.path[i], "hidden"));
        if (i > 0)
            assert_true(
                strcmp(file_name_of(list.path[i - 1]), file_name_of(list.path[i])) < 0);
        if (strncmp(list.path[i], scratch, strlen(scratch)) == 0) {
            mine++;
            last = i;
        }
    }
    assert_int_equal(mine, ARRAY_LEN(names) + 1);
    assert_string_equal(file_name_of(list.path[last]), "zz-test.safetensors");
    find_model_clear(&list);
    assert_null(list.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_is_found_in_the_folder),
        cmocka_unit_test(file_is_taken_as_it_is),
        cmocka_unit_test(list_is_sorted_and_of_models_alone),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
