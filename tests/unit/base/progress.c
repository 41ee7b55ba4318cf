#include "testing.h"

#include "base/progress.h"

/* What was written to a temporary stream. */
static void slurp(FILE *f, char *text, size_t size)
{
    rewind(f);
    const size_t n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    (void)fclose(f);
}

static void a_log_gets_plain_lines(void **state)
{
    (void)state;
    struct progress p;
    char text[1000];
    FILE *f = tmpfile();

    progress_start(&p, f, "training", 10, 40);
    progress_update(&p, 20, "loss 0.5"); /* too early: says nothing */
    p.last -= 60.0;
    p.started -= 60.0; /* 10 of the 30 steps of this run took a minute: two are left */
    progress_update(&p, 20, "loss 0.5");
    progress_finish(&p, "loss 0.4");
    progress_finish(&p, "twice");
    slurp(f, text, sizeof text);
    assert_string_equal(text, "training: 20 of 40 (50 %), loss 0.5, 2 min 0 s left\n"
                              "training: 40 of 40 (100 %), loss 0.4, took 1 min 0 s\n");
}

static void a_terminal_line_is_drawn_over(void **state)
{
    (void)state;
    struct progress p;
    char text[1000];
    FILE *f = tmpfile();

    progress_start(&p, f, "reading", 0, 4);
    p.is_terminal = 1;
    p.last -= 1.0;
    progress_update(&p, 1, "a long note that goes away");
    p.last -= 1.0;
    progress_update(&p, 2, NULL);
    progress_finish(&p, NULL);
    slurp(f, text, sizeof text);
    assert_int_equal(text[0], '\r');
    assert_non_null(strstr(text, "reading [######..................]  25 %"));
    assert_non_null(strstr(text, "[############............]  50 %"));
    assert_non_null(strstr(text, "[########################] 100 %, took 0 s"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    const char *second = strchr(text + 1, '\r'), *third = strchr(second + 1, '\r');
    assert_true(second - text <= 80 && third - second <= 80); /* never wraps */
    /* the shorter second line blanks the rest of the first */
    assert_int_equal(third - second, second - text);
}

static void silence_and_nothing_to_do(void **state)
{
    (void)state;
    struct progress p;
    progress_start(&p, NULL, "quiet", 0, 3);
    progress_update(&p, 1, "x");
    progress_finish(&p, "x");

    char text[200];
    FILE *f = tmpfile();
    progress_start(&p, f, "nothing", 0, 0);
    progress_finish(&p, NULL);
    slurp(f, text, sizeof text);
    assert_string_equal(text, "nothing: 0 of 0 (100 %), took 0 s\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_gets_plain_lines),
        cmocka_unit_test(a_terminal_line_is_drawn_over),
        cmocka_unit_test(silence_and_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
