#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/opt.h"
#include "cli/say.h"

struct fields {
    bool verbose;
    int threads;
    uint64_t seed;
    double rate;
    const char *out;
    struct opt_list pred;
};

enum { N_OPTS = 6 };

static void make_table(struct fields *f, struct opt table[N_OPTS])
{
    table[0] = (struct opt){"verbose",  'v', OPT_FLAG, &f->verbose, NULL,
                            "say more", 0,   0,        false};
    table[1] = (struct opt){"threads", 't', OPT_INT, &f->threads, "N",
                            "threads", 1,   64,      false};
    table[2] =
        (struct opt){"seed", 0, OPT_U64, &f->seed, "S", "random seed", 0, 0, false};
    table[3] = (struct opt){"rate",          0,    OPT_REAL, &f->rate, "X",
                            "learning rate", 1e-6, 1,        false};
    table[4] =
        (struct opt){"output", 'o', OPT_TEXT, &f->out, "DIR", "folder", 0, 0, true};
    table[5] =
        (struct opt){"pred", 0, OPT_LIST, &f->pred, "DIR", "predictions", 0, 0, false};
}

static struct opt_command make_command(const struct opt *table)
{
    return (struct opt_command){.name = "try",
                                .usage = "FILE... -o DIR",
                                .summary = "Try the options.",
                                .details = "First paragraph.\n\nSecond paragraph.",
                                .example = "  cicatrix try a.nii -o out",
                                .opts = table,
                                .n_opts = N_OPTS,
                                .min_args = 1,
                                .max_args = 3};
}

/* The words after the command's name, up to NULL. */
static enum opt_outcome read_words(struct fields *f, struct opt_list *args,
                                   struct err *err, const char *const *words)
{
    struct opt table[N_OPTS];
    char *argv[16] = {(char *)(uintptr_t) "try"};
    int argc = 1;
    *f = (struct fields){.threads = 2, .rate = 0.5};
    make_table(f, table);
    const struct opt_command command = make_command(table);
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    return opt_read(&command, argc, argv, args, err);
}

#define READ(...) read_words(&f, &args, &err, (const char *const[]){__VA_ARGS__, NULL})

static void every_spelling_is_read(void **state)
{
    (void)state;
    struct fields f;
    struct opt_list args;
    struct err err = {0};

    assert_int_equal(READ("a.nii", "--threads", "7", "-v", "--rate=1e-3", "-oout",
                          "--seed", "0xffffffffffffffff", "--pred", "A=x", "b.nii",
                          "--pred=y", "--", "--threads"),
                     OPT_OK);
    assert_true(f.verbose);
    assert_int_equal(f.threads, 7);
    assert_true(f.seed == UINT64_MAX);
    assert_near(f.rate, 1e-3, 0);
    assert_string_equal(f.out, "out");
    assert_int_equal(f.pred.count, 2);
    assert_string_equal(f.pred.item[0], "A=x");
    assert_string_equal(f.pred.item[1], "y");
    assert_int_equal(args.count, 3);
    assert_string_equal(args.item[0], "a.nii");
    assert_string_equal(args.item[1], "b.nii");
    assert_string_equal(args.item[2], "--threads");
    opt_list_clear(&f.pred);
    opt_list_clear(&args);
}

static void defaults_stay_and_a_dash_is_an_argument(void **state)
{
    (void)state;
    struct fields f;
    struct opt_list args;
    struct err err = {0};

    assert_int_equal(READ("-", "-o", "-5"), OPT_OK);
    assert_int_equal(f.threads, 2);
    assert_near(f.rate, 0.5, 0);
    assert_string_equal(f.out, "-5");
    assert_string_equal(args.item[0], "-");
    opt_list_clear(&args);
}

static void the_ends_of_a_range_are_in_it(void **state)
{
    (void)state;
    struct fields f;
    struct opt_list args;
    struct err err = {0};

    assert_int_equal(READ("a", "-o", "d", "--rate", "1", "--threads", "64"), OPT_OK);
    assert_near(f.rate, 1.0, 0);
    assert_int_equal(f.threads, 64);
    opt_list_clear(&args);
    assert_int_equal(READ("a", "-o", "d", "--rate", "1e-6", "--threads", "1"), OPT_OK);
    assert_near(f.rate, 1e-6, 0);
    assert_int_equal(f.threads, 1);
    opt_list_clear(&args);
}

static void help_wins_over_what_follows(void **state)
{
    (void)state;
    struct fields f;
    struct opt_list args;
    struct err err = {0};

    assert_int_equal(READ("a", "--help", "--nonsense"), OPT_HELP);
    assert_int_equal(READ("-h"), OPT_HELP);
    assert_null(args.item);
    assert_int_equal(READ("a", "-o", "d", "--", "--help"), OPT_OK);
    opt_list_clear(&args);
}

static void wrong_lines_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *words[8], *says;
    } cases[] = {
        {{"a", "-o", "d", "--thread", "3"}, "unknown option '--thread'"},
        {{"a", "-o", "d", "-x"}, "unknown option '-x'"},
        {{"a", "-o", "d", "--threads", "3.5"}, "'3.5' is not a whole number"},
        {{"a", "-o", "d", "--threads", "0"}, "0 is outside 1 to 64"},
        {{"a", "-o", "d", "--threads", "65"}, "65 is outside 1 to 64"},
        {{"a", "-o", "d", "--threads", "99999999999999999999"}, "outside"},
        {{"a", "-o", "d", "--threads="}, "the value is empty"},
        {{"a", "-o", "d", "--threads"}, "--threads needs a value (N)"},
        {{"a", "-o", "d", "--rate", "nan"}, "'nan' is not a number"},
        {{"a", "-o", "d", "--rate", "1e-7"}, "1e-7 is outside 1e-06 to 1"},
        {{"a", "-o", "d", "--rate", "1x"}, "'1x' is not a number"},
        {{"a", "-o", "d", "--seed", "-1"}, "not a whole number"},
        {{"a", "-o", "d", "--seed", "18446744073709551616"}, "not a whole number"},
        {{"a", "-o", "d", "--verbose=yes"}, "--verbose takes no value"},
        {{"a", "-o", "d", "-v", "-v"}, "--verbose is given twice"},
        {{"a", "-o", "d", "-o", "e"}, "--output is given twice"},
        {{"a"}, "--output DIR is missing"},
        {{"-o", "d"}, "an argument is missing"},
        {{"a", "b", "c", "e", "-o", "d"}, "one argument too many: 'e'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fields f;
        struct opt_list args;
        struct err err = {0};
        assert_int_equal(read_words(&f, &args, &err, cases[i].words), OPT_WRONG);
        assert_int_equal(err.code, ERR_ARG);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("'%s' does not say '%s'", err.msg, cases[i].says);
        assert_null(args.item);
        opt_list_clear(&f.pred);
    }
}

static size_t print_to(char *text, size_t size, const struct opt_command *command)
{
    FILE *to = fmemopen(text, size, "w");
    assert_non_null(to);
    opt_print_help(command, to);
    assert_int_equal(fclose(to), 0);
    return strlen(text);
}

static void help_names_every_option_and_keeps_the_width(void **state)
{
    (void)state;
    char text[4096] = "";
    struct fields f = {.threads = 12, .out = "here"};
    struct opt table[N_OPTS];
    make_table(&f, table);
    table[1].help = "a long sentence that has to be wrapped, since it tells much more "
                    "than what fits into the fifty-two columns which are left";
    const struct opt_command command = make_command(table);

    assert_true(print_to(text, sizeof text, &command) > 0);
    for (size_t i = 0; i < N_OPTS; i++) {
        char word[40];
        (void)snprintf(word, sizeof word, "--%s", table[i].name);
        assert_non_null(strstr(text, word));
    }
    assert_non_null(strstr(text, "usage: cicatrix try FILE... -o DIR\n"));
    assert_non_null(strstr(text, "-t, --threads N"));
    assert_non_null(strstr(text, "[12]"));
    assert_non_null(strstr(text, "--help"));
    assert_non_null(strstr(text, "First paragraph.\n\nSecond paragraph.\n"));
    assert_non_null(strstr(text, "EXAMPLE\n  cicatrix try a.nii -o out\n"));
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        if (length > 80)
            fail_msg("a line of %zu columns: %.*s", length, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void a_default_out_of_range_is_none(void **state)
{
    (void)state;
    char text[4096] = "";
    struct fields f = {.threads = 0, .rate = 0.0, .out = "here"};
    struct opt table[N_OPTS];
    make_table(&f, table);
    table[2].type = OPT_FLAG; /* a seed's default is always one */
    const struct opt_command command = make_command(table);

    assert_true(print_to(text, sizeof text, &command) > 0);
    assert_null(strstr(text, "[0]"));
    f.rate = 0.25;
    assert_true(print_to(text, sizeof text, &command) > 0);
    assert_non_null(strstr(text, "learning rate [0.25]"));
}

/* A shell's pattern may stand for a hundred thousand files. */
static void a_long_list_is_not_copied_for_each_word(void **state)
{
    (void)state;
    enum { WORDS = 1000, DOUBLINGS = 11 };
    static char word[WORDS][8];
    struct opt_list list = {0};
    struct err err = {0};
    const uint64_t before = mem_count();

    for (int i = 0; i < WORDS; i++) {
        (void)snprintf(word[i], sizeof word[i], "%d", i);
        assert_ok(opt_list_add(&list, word[i], &err), err);
    }
    assert_true(mem_count() - before <= DOUBLINGS);
    assert_int_equal(list.count, WORDS);
    for (int i = 0; i < WORDS; i++)
        assert_ptr_equal(list.item[i], word[i]);
    opt_list_clear(&list);
}

/* A body that has seen its arguments; it ends with the status of its wish. */
struct wish {
    int status, runs;
    char seen[8];
};

static int body(void *user, const struct opt_list *args, struct err *err)
{
    struct wish *w = user;
    w->runs++;
    (void)snprintf(w->seen, sizeof w->seen, "%s", args->item[0]);
    return w->status == EXIT_DONE ? EXIT_DONE
                                  : (err_record(err, ERR_IO, "x"), w->status);
}

static void a_command_runs_and_lets_go_of_its_lists(void **state)
{
    (void)state;
    char word[][8] = {"try", "a.nii", "--pred", "p", "--pred", "q", "-o", "out"};
    char *line[ARRAY_LEN(word)];
    for (size_t i = 0; i < ARRAY_LEN(word); i++)
        line[i] = word[i];
    struct fields f = {0};
    struct opt table[N_OPTS];
    make_table(&f, table);
    const struct opt_command command = make_command(table);
    for (int status = EXIT_DONE; status <= EXIT_USAGE; status++) {
        struct wish w = {.status = status};
        assert_int_equal(opt_run(&command, ARRAY_LEN(line), line, body, &w), status);
        assert_int_equal(w.runs, 1);
        assert_string_equal(w.seen, "a.nii");
        assert_int_equal(f.pred.count, 0);
        assert_null(f.pred.item);
    }
    struct wish w = {.status = EXIT_DONE};
    assert_int_equal(opt_run(&command, 6, line, body, &w), EXIT_USAGE);
    assert_int_equal(w.runs, 0); /* without -o */
    assert_null(f.pred.item);
}

static void endings_tell_what_a_file_is(void **state)
{
    (void)state;
    struct err err = {0};
    static const char *const bad[] = {"COHORT.csv", ".onnx", "onnx", "a.onnx.gz",
                                      "a.ONNX"};
    assert_ok(opt_check_ending("-o", "a.onnx", ".onnx", &err), err);
    assert_ok(opt_check_ending("-o", "b/.c.onnx", ".onnx", &err), err);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(opt_check_ending("--onnx", bad[i], ".onnx", &err), err, ERR_ARG,
                       bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_runs_and_lets_go_of_its_lists),
        cmocka_unit_test(every_spelling_is_read),
        cmocka_unit_test(defaults_stay_and_a_dash_is_an_argument),
        cmocka_unit_test(the_ends_of_a_range_are_in_it),
        cmocka_unit_test(help_wins_over_what_follows),
        cmocka_unit_test(wrong_lines_are_refused_with_the_reason),
        cmocka_unit_test(help_names_every_option_and_keeps_the_width),
        cmocka_unit_test(a_default_out_of_range_is_none),
        cmocka_unit_test(a_long_list_is_not_copied_for_each_word),
        cmocka_unit_test(endings_tell_what_a_file_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
