#include "testing.h"

#include <time.h>

#include "base/clock.h"

static void seconds_go_on(void **state)
{
    (void)state;
    const double before = clock_seconds();
    assert_true(clock_seconds() >= before);
}

/* Whatever TZ says. */
static void the_day_is_that_of_greenwich(void **state)
{
    (void)state;
    char text[CLOCK_UTC];
    struct tm utc = {0};
    assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
    tzset();
    const time_t before = time(NULL);
    clock_utc(text);
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    assert_non_null(end);
    assert_int_equal(*end, '\0');
    const time_t told = timegm(&utc);
    assert_true(told >= before && told <= time(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_go_on),
        cmocka_unit_test(the_day_is_that_of_greenwich),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
