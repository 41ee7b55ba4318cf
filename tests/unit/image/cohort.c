#include "testing.h"

#include <dirent.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/cohort.h"

static bool parse(const char *text, struct cohort *out, struct err *err)
{
    return cohort_parse(text, strlen(text), "c.csv", "data", out, err);
}

static void cells_are_found_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    assert_ok(parse("image,id,age,label\r\n"
                    "a/x.nii,P-1,61,m/x.nii\r\n"
                    "\"b, c.nii\",P_2.b,,\r\n",
                    &c, &err),
              err);
    assert_int_equal(c.rows, 2);
    assert_int_equal(c.columns, 4);
    assert_string_equal(c.name[2], "age");
    assert_string_equal(cohort_get(&c, 0, "id"), "P-1");
    assert_string_equal(cohort_get(&c, 0, "age"), "61");
    assert_string_equal(cohort_get(&c, 1, "age"), "");
    assert_null(cohort_get(&c, 0, "site"));
    char *path = cohort_path(&c, 1, "image", &err);
    assert_string_equal(path, "data/b, c.nii");
    mem_free(path);
    assert_null(cohort_path(&c, 1, "label", &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_string_equal(err.msg, "c.csv: P_2.b: no label is given");
    err = (struct err){0};
    assert_null(cohort_path(&c, 0, "mask", &err));
    assert_string_equal(err.msg, "c.csv: P-1: no mask is given");
    err = (struct err){0};
    cohort_clear(&c);
    /* a covariate may hold anything, but is then no path */
    static const char strange[] = "id,image,note\n1,a,../b\n";
    assert_ok(cohort_parse(strange, sizeof strange - 1, "t", "data", &c, &err), err);
    assert_null(cohort_path(&c, 0, "note", &err));
    assert_string_equal(err.msg, "t: 1: note \"../b\" leads out of the table's folder");
    cohort_clear(&c);
    cohort_clear(&c);
}

static void bad_tables_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "c.csv: the table is empty"},
        {"\n\n", "c.csv: the table is empty"},
        {"id,image\n", "c.csv: no row below"},
        {"id,path\n1,a.nii\n", "c.csv, line 1: no column \"image\""},
        {"image\na.nii\n", "no column \"id\""},
        {"id;image\n1;a.nii\n", "separated by commas, not by ;"},
        {"id;image;size, mm\n1;\"a b.nii\";2\n", "separated by commas, not by ;"},
        {"id\timage\n1\ta.nii\n", "separated by commas, not by tabs"},
        {"ID,image\n1,a.nii\n", "no column \"id\""},
        {"id,image,id\n1,a,2\n", "two columns named \"id\""},
        {"id,image,\n1,a,\n", "column 3 has no name"},
        {"id,image\n1,a\n2\n", "line 3: 1 cells, there are 2 columns"},
        {"id,image\n1,a,x\n", "line 2: 3 cells"},
        {"id,image\n1,a\n2,b\n1,c\n", "line 4: id \"1\" stands on line 2 already"},
        {"id,image\n../x,a\n", "line 2: id \"../x\""},
        {"id,image\n.hidden,a\n", "id \".hidden\""},
        {"id,image\n-rf,a\n", "id \"-rf\""},
        {"id,image\n,a\n", "id \"\""},
        {"id,image\n\"a b\",a\n", "id \"a b\""},
        {"id,image\n\"a\nb\",a\n", "id \"a?b\""},
        {"id,image\n1,\n", "line 2: no image"},
        {"id,image\n1,/etc/passwd\n", "image \"/etc/passwd\" leads out"},
        {"id,image\n1,../a.nii\n", "\"../a.nii\" leads out"},
        {"id,image\n1,a/../../b.nii\n", "leads out"},
        {"id,image\n1,a/..\n", "leads out"},
        {"id,image,label\n1,a,x/../y\n", "label \"x/../y\" leads out"},
        {"id,image,truth\n1,a,../y\n", "truth \"../y\" leads out"},
        {"id,image\n1,\"a\n", "line 2: a quote is opened"},
    };
    struct cohort c = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {0};
        assert_refused(parse(cases[i].text, &c, &err), err, ERR_FORMAT,
                       cases[i].message);
    }
    assert_null(c.cell);
}

static void names_with_dots_are_no_escape(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    assert_ok(parse("id,image\n1,..a/b..nii\n2,a..\n3,./x\n4,...\n", &c, &err), err);
    cohort_clear(&c);
}

static void ids_have_a_longest_length(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    char text[200];
    (void)snprintf(text, sizeof text, "id,image\n%064d,a\n", 1);
    assert_ok(parse(text, &c, &err), err);
    cohort_clear(&c);
    (void)snprintf(text, sizeof text, "id,image\n%065d,a\n", 1);
    assert_refused(parse(text, &c, &err), err, ERR_FORMAT, "1 to 64");
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    char text[3000] = "id,image", *end = text + 8;
    for (int i = 3; i <= COHORT_MAX_COLUMNS + 1; i++)
        end += snprintf(end, 16, ",c%d", i);
    assert_refused(parse(text, &c, &err), err, ERR_SUPPORT, "257 columns");
}

/* The seeds of the fuzzer say in their names what they are. */
static void seeds_are_what_they_are_called(void **state)
{
    (void)state;
    const char *folder = "tests/corpus/csv";
    int good = 0, bad = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        struct err err = {0};
        struct cohort c = {0};
        char *path = file_join(folder, e->d_name, NULL);
        if (strncmp(e->d_name, "good", 4) == 0) {
            assert_ok(cohort_read(path, &c, &err), err);
            good++;
        } else if (strncmp(e->d_name, "bad-", 4) == 0) {
            const bool read = cohort_read(path, &c, &err);
            if (read || err.code == ERR_NONE || !strstr(err.msg, e->d_name))
                fail_msg("%s: %s", path, read ? "was read" : err.msg);
            bad++;
        }
        cohort_clear(&c);
        mem_free(path);
    }
    (void)closedir(d);
    assert_true(good >= 5 && bad >= 20);
}

static void paths_start_at_the_file(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    char scratch[64];
    char *file = file_join(testing_scratch(scratch), "cohort.csv", NULL);
    static const char text[] = "\xef\xbb\xbfid,image\n7,x.nii\n";

    assert_refused(cohort_read(file, &c, &err), err, ERR_IO, "cohort.csv: cannot open");
    assert_ok(file_write(file, text, sizeof text - 1, &err), err);
    assert_ok(cohort_read(file, &c, &err), err);
    char *image = cohort_path(&c, 0, "image", &err), *want = NULL;
    want = file_join(scratch, "x.nii", NULL);
    assert_string_equal(image, want);
    mem_free(image);
    mem_free(want);
    cohort_clear(&c);
    assert_ok(file_write(file, "id,image\n1\n", 11, &err), err);
    assert_refused(cohort_read(file, &c, &err), err, ERR_FORMAT, "cohort.csv, line 2");
    mem_free(file);
    testing_remove(scratch);
}

/* What a spreadsheet leaves where rows were cleared. */
static void empty_rows_count_for_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct cohort c = {0};
    static const char text[] = "\xef\xbb\xbfid,image,age\r\n,,\r\na,\"b c.nii\",1\r\n"
                               ",,\r\n\r\nb,d.nii,2\r\n,,\r\n\"\",,";
    assert_ok(cohort_parse(text, sizeof text - 1, "c.csv", ".", &c, &err), err);
    assert_int_equal(c.rows, 2);
    assert_string_equal(cohort_get(&c, 0, "image"), "b c.nii");
    assert_string_equal(cohort_get(&c, 1, "id"), "b");
    assert_string_equal(cohort_get(&c, 1, "age"), "2");
    cohort_clear(&c);
    static const char late[] = "id,image\n,\n,x.nii\n";
    assert_refused(cohort_parse(late, sizeof late - 1, "c.csv", ".", &c, &err), err,
                   ERR_FORMAT, "c.csv, line 3: id");
    static const char none[] = "id,image\n,\n,\n";
    assert_refused(cohort_parse(none, sizeof none - 1, "c.csv", ".", &c, &err), err,
                   ERR_FORMAT, "no row below");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_found_by_name),
        cmocka_unit_test(bad_tables_are_refused),
        cmocka_unit_test(names_with_dots_are_no_escape),
        cmocka_unit_test(ids_have_a_longest_length),
        cmocka_unit_test(too_many_columns_are_refused),
        cmocka_unit_test(seeds_are_what_they_are_called),
        cmocka_unit_test(paths_start_at_the_file),
        cmocka_unit_test(empty_rows_count_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
