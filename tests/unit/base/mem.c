#include "testing.h"

#include "base/mem.h"

static void blocks_are_aligned_and_zero(void **state)
{
    (void)state;
    for (size_t n = 0; n < 200; n += 7) {
        uint8_t *b = mem_alloc(n, 1, NULL);
        assert_non_null(b);
        assert_int_equal((uintptr_t)b % MEM_ALIGN, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(b[i], 0);
        memset(b, 0xff, n);
        mem_free(b);
    }
    mem_free(NULL);
}

static void overflow_is_refused(void **state)
{
    (void)state;
    struct err err = {0};

    assert_null(mem_alloc(SIZE_MAX / 2, 3, &err));
    assert_int_equal(err.code, ERR_NOMEM);
    assert_non_null(strstr(err.msg, "overflowed"));
    for (size_t less = 0; less < MEM_ALIGN; less++) { /* it does once it is aligned */
        err = (struct err){0};
        assert_null(mem_alloc(SIZE_MAX - less, 1, &err));
        assert_non_null(strstr(err.msg, "overflowed"));
    }
}

static void growing_keeps_the_content(void **state)
{
    (void)state;
    int32_t *a = mem_alloc(3, sizeof *a, NULL);
    for (int32_t i = 0; i < 3; i++)
        a[i] = i + 1;
    a = mem_grow(a, 3, 100, sizeof *a, NULL);
    for (int32_t i = 0; i < 100; i++)
        assert_int_equal(a[i], i < 3 ? i + 1 : 0);
    a = mem_grow(a, 100, 2, sizeof *a, NULL);
    assert_int_equal(a[1], 2);
    struct err err = {0};
    assert_null(mem_grow(a, 2, SIZE_MAX, sizeof *a, &err));
    assert_int_equal(a[1], 2); /* still there */
    mem_free(a);
    a = mem_grow(NULL, 0, 1, sizeof *a, NULL);
    assert_int_equal(a[0], 0);
    mem_free(a);
}

static void blocks_are_counted(void **state)
{
    (void)state;
    const uint64_t before = mem_count();
    char *s = mem_strdup("text", NULL);
    assert_string_equal(s, "text");
    mem_free(s);
    assert_int_equal(mem_count(), before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_zero),
        cmocka_unit_test(overflow_is_refused),
        cmocka_unit_test(growing_keeps_the_content),
        cmocka_unit_test(blocks_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
