#include "testing.h"

#include <ctype.h>

#include "base/version.h"

static void number_has_three_parts(void **state)
{
    (void)state;
    int major = -1, minor = -1, patch = -1, used = 0;
    assert_int_equal(
        sscanf(version_number(), "%d.%d.%d%n", &major, &minor, &patch, &used), 3);
    assert_int_equal((size_t)used, strlen(version_number()));
    assert_true(major >= 0 && minor >= 0 && patch >= 0);
}

/* A hash of at least seven digits, perhaps after a tag and before "-dirty"; or the one
 * word for "built outside a repository". */
static void commit_is_a_hash_or_unknown(void **state)
{
    (void)state;
    const char *c = version_commit();
    if (strcmp(c, "unknown") == 0)
        return;
    int longest = 0, run = 0;
    for (; *c; c++) {
        assert_true(isgraph((unsigned char)*c));
        run = isxdigit((unsigned char)*c) ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    assert_in_range(longest, 7, 40);
}

static void build_is_named_without_paths(void **state)
{
    (void)state;
    assert_true(strstr(version_compiler(), "gcc") ||
                strstr(version_compiler(), "clang"));
    assert_non_null(strstr(version_flags(), "-ffp-contract=off"));
    assert_null(strchr(version_flags(), '/'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_has_three_parts),
        cmocka_unit_test(commit_is_a_hash_or_unknown),
        cmocka_unit_test(build_is_named_without_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
