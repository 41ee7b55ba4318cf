/* inputs: words of a command line become cases, each id once. */
#include "scratch.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/inputs.h"
#include "dicom/make_dicom.h"

static const char *put(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    assert_true(file_write(path, text, strlen(text), NULL));
    return path;
}

static const struct inputs_options ALL = {0};

static void names_become_ids(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Case_P011.nii.gz", "Case_P011"},
        {"a b(1).nii", "a_b_1_"},
        {"M\xc3\xbcller.nii.gz", "M__ller"},
        {".hidden.nii", "_hidden"},
        {"-7.nii", "_7"}, /* as "-7" results.csv would have it as "'-7" */
        {"x.y-z.nii.nii.gz", "x.y-z.nii"},
        {"UPPER.NII.GZ", "UPPER"},
        {"Mixed.Nii", "Mixed"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789.nii",
         "0123456789012345678901234567890123456789012345678901234567890123"},
    };
    struct inputs inputs = {0};
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        assert_ok(inputs_add(&inputs, put(pairs[i][0], ""), &ALL, &err), err);
        assert_string_equal(inputs.item[i].id, pairs[i][1]);
        assert_string_equal(inputs.item[i].path, scratch_path(pairs[i][0]));
    }
    inputs_clear(&inputs);
    assert_null(inputs.item);
}

static void folder_is_searched_in_order(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};
    char skip[128];
    (void)snprintf(skip, sizeof skip, "%s", scratch_path("d/out"));
    const struct inputs_options options = {.skip = skip};

    assert_true(file_make_dirs(scratch_path("d/b"), NULL));
    assert_true(file_make_dirs(scratch_path("d/.git"), NULL));
    assert_true(file_make_dirs(scratch_path("d/out"), NULL));
    (void)put("d/c.NII", "");
    (void)put("d/a.nii.gz", "");
    (void)put("d/b/x.nii", "");
    (void)put("d/readme.txt", "");
    (void)put("d/.c.nii", "");
    (void)put("d/.git/y.nii", "");
    (void)put("d/out/labels.nii.gz", "");
    assert_int_equal(symlink("..", scratch_path("d/b/loop")), 0);
    assert_ok(inputs_add(&inputs, scratch_path("d"), &options, &err), err);
    assert_int_equal(inputs.count, 3);
    assert_string_equal(inputs.item[0].id, "a");
    assert_string_equal(inputs.item[1].id, "x");
    assert_string_equal(inputs.item[2].id, "c");
    inputs_clear(&inputs);
    assert_ok(inputs_add(&inputs, scratch_path("d"), &ALL, &err), err);
    assert_int_equal(inputs.count, 4); /* without `skip` the results too */
    inputs_clear(&inputs);
}

static void cohort_gives_its_ids(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};
    struct inputs_options options = {.split = "test"};
    const char *path = put("cohort.csv", "id,image,split\nA,x/1.nii,train\n"
                                         "B,x/2.nii,test\nC,x/3.nii,test\n");

    assert_ok(inputs_add(&inputs, path, &options, &err), err);
    assert_int_equal(inputs.count, 2);
    assert_string_equal(inputs.item[1].id, "C");
    assert_string_equal(inputs.item[1].path, scratch_path("x/3.nii"));
    assert_ok(inputs_add(&inputs, path, &ALL, &err), err);
    assert_int_equal(inputs.count, 5);
    options.split = "val";
    assert_refused(inputs_add(&inputs, path, &options, &err), err, ERR_FORMAT,
                   "\"val\"");
    /* a patient without an image */
    path = put("hole.csv", "id,image\nA,1.nii\nB,\n");
    assert_refused(inputs_add(&inputs, path, &ALL, &err), err, ERR_FORMAT, "hole.csv");
    assert_int_equal(inputs.count, 5);
    path = put("plain.csv", "id,image\nA,1.nii\n");
    assert_refused(inputs_add(&inputs, path, &options, &err), err, ERR_FORMAT,
                   "no column \"split\"");
    /* the folder in which a cohort lies is no cohort: all images would be taken */
    assert_refused(inputs_add(&inputs, scratch_path("."), &options, &err), err, ERR_ARG,
                   "--split takes rows of a cohort");
    assert_int_equal(inputs.count, 5);
    inputs_clear(&inputs);
}

static void results_are_called_as_their_folder(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int parents;
        const char *id;
    } cases[] = {
        {"out/P7/labels.nii.gz", 0, "P7"},
        {"P7/labels.nii", 0, "P7"},
        {"out/P7/labels.nii.gz", 1, "out_P7"},
        {"labels.nii.gz", 0, "labels"},
        {"./labels.nii.gz", 0, "labels"},
        {"out//P7//labels.nii.gz", 0, "P7"},
        {"out/P7/mylabels.nii.gz", 0, "mylabels"},
        {"out/P7/labels2.nii.gz", 0, "labels2"},
        {"cohort/P7/LGE.nii", 1, "P7_LGE"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *id = inputs_file_id(cases[i].path, cases[i].parents, NULL);
        assert_string_equal(id, cases[i].id);
        mem_free(id);
    }
}

/* The column of label maps; an empty cell is that patient's matter. */
static void cohort_gives_its_labels(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};
    struct inputs_options options = {.labels_column = "reader2"};
    const char *path = put("read.csv", "id,image,reader2\nA,1.nii,r/1.nii\nB,2.nii,\n");

    assert_ok(inputs_add(&inputs, path, &options, &err), err);
    assert_int_equal(inputs.count, 2);
    assert_string_equal(inputs.item[0].labels, scratch_path("r/1.nii"));
    assert_null(inputs.item[1].labels);
    options.labels_column = "reader3";
    assert_refused(inputs_add(&inputs, path, &options, &err), err, ERR_FORMAT,
                   "no column \"reader3\"");
    options.labels_column = "reader2";
    path = put("out.csv", "id,image,reader2\nA,1.nii,../1.nii\n");
    assert_refused(inputs_add(&inputs, path, &options, &err), err, ERR_FORMAT,
                   "out.csv");
    options.labels_column = NULL;
    assert_ok(inputs_add(&inputs, scratch_path("read.csv"), &options, &err), err);
    assert_null(inputs.item[2].labels);
    inputs_clear(&inputs);
}

/* cohort/P7/LGE.nii and cohort/P8/LGE.nii; one name is told apart by its folder, the
 * others keep theirs. */
static void files_of_one_name_are_told_apart(void **state)
{
    (void)state;
    static const char *const files[] = {
        "f/P7/LGE.nii", "f/P8/LGE.nii.gz", "f/P9/alone.nii",
        "g/x/LGE.nii",  "g/y/x/LGE.nii",   "g/P7_LGE.nii",
    };
    static const char *const ids[] = {
        "P7_LGE", "P8_LGE", "alone", "g_x_LGE", "y_x_LGE", "g_P7_LGE",
    };
    struct inputs inputs = {0};
    struct err err = {0};

    assert_true(file_make_dirs(scratch_path("f/P7"), NULL));
    assert_true(file_make_dirs(scratch_path("f/P8"), NULL));
    assert_true(file_make_dirs(scratch_path("f/P9"), NULL));
    assert_true(file_make_dirs(scratch_path("g/x"), NULL));
    assert_true(file_make_dirs(scratch_path("g/y/x"), NULL));
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_ok(inputs_add(&inputs, put(files[i], ""), &ALL, &err), err);
    assert_ok(inputs_settle_ids(&inputs, &err), err);
    /* P7_LGE of a folder meets P7_LGE.nii, so both say more */
    assert_string_equal(inputs.item[0].id, "f_P7_LGE");
    for (size_t i = 1; i < ARRAY_LEN(files); i++)
        assert_string_equal(inputs.item[i].id, ids[i]);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_null(inputs.item[i].clashes);
    inputs_clear(&inputs);
}

/* Two names in Chinese, of the same length. */
static void names_in_other_scripts_are_told_apart(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};

    assert_ok(inputs_add(&inputs, put("\xe5\xbc\xa0.nii", ""), &ALL, &err), err);
    assert_string_equal(inputs.item[0].id, "___");
    assert_ok(inputs_add(&inputs, put("\xe6\x9d\x8e.nii", ""), &ALL, &err), err);
    assert_ok(inputs_settle_ids(&inputs, &err), err);
    assert_null(inputs.item[1].clashes);
    assert_string_not_equal(inputs.item[0].id, inputs.item[1].id);
    assert_non_null(strstr(inputs.item[1].id, "____-"));
    inputs_clear(&inputs);
}

static void same_id_twice_clashes(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};
    const char *twice = put("twice.csv", "id,image\nA,1.nii\n");

    assert_ok(inputs_add(&inputs, put("p.nii", ""), &ALL, &err), err);
    assert_ok(inputs_add(&inputs, put("q.nii", ""), &ALL, &err), err);
    assert_ok(inputs_add(&inputs, scratch_path("p.nii"), &ALL, &err), err);
    assert_ok(inputs_add(&inputs, twice, &ALL, &err), err);
    assert_ok(inputs_add(&inputs, twice, &ALL, &err), err); /* ids of the user's own */
    assert_ok(inputs_settle_ids(&inputs, &err), err);
    assert_null(inputs.item[0].clashes); /* the first given keeps the id */
    assert_string_equal(inputs.item[0].id, "p");
    assert_null(inputs.item[1].clashes);
    assert_string_equal(inputs.item[2].clashes, scratch_path("p.nii"));
    assert_null(inputs.item[3].clashes);
    assert_string_equal(inputs.item[4].clashes, scratch_path("1.nii"));
    inputs_clear(&inputs);
    assert_ok(inputs_settle_ids(&inputs, &err), err);
}

/* A row of an image, put at a path. */
static void put_image(const char *name, const float *values, int32_t count)
{
    struct image image = {0};
    const struct grid grid = {{count, 2, 1},
                              {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 8, 0}}};

    assert_true(image_alloc(&grid, &image, NULL));
    memcpy(image.vox, values, (size_t)count * sizeof *values);
    assert_true(nifti_write_image(scratch_path(name), &image, NULL));
    image_clear(&image);
}

/* Readings beside the images, as cohorts are handed on. */
static void folder_leaves_the_other_kind_out(void **state)
{
    (void)state;
    static const float tones[] = {3, 1, 4, 1, 5, 9, 2, 6}, codes[] = {0, 1, 2, 3};
    struct inputs inputs = {0};
    struct err err = {0};
    struct inputs_options options = {.kind = NIFTI_IMAGE};

    assert_true(file_make_dirs(scratch_path("h/Images"), NULL));
    assert_true(file_make_dirs(scratch_path("h/Contours"), NULL));
    put_image("h/Images/P1.nii.gz", tones, ARRAY_LEN(tones));
    put_image("h/Contours/P1.nii.gz", codes, ARRAY_LEN(codes));
    (void)put("h/damaged.nii", "");
    assert_ok(inputs_add(&inputs, scratch_path("h"), &options, &err), err);
    assert_int_equal(inputs.count, 2); /* what is damaged is for who reads it to tell */
    assert_int_equal(inputs.left_out, 1);
    assert_string_equal(inputs.item[0].path, scratch_path("h/Images/P1.nii.gz"));
    options.kind = NIFTI_LABELS;
    assert_ok(inputs_add(&inputs, scratch_path("h"), &options, &err), err);
    assert_int_equal(inputs.count, 4);
    assert_string_equal(inputs.item[2].path, scratch_path("h/Contours/P1.nii.gz"));
    assert_int_equal(inputs.left_out, 2);
    assert_refused(inputs_add(&inputs, scratch_path("h/Images"), &options, &err), err,
                   ERR_FORMAT, "h/Images: all NIfTI files in this folder are images");
    assert_int_equal(inputs.left_out, 2);
    /* who names a file means it */
    assert_ok(inputs_add(&inputs, scratch_path("h/Images/P1.nii.gz"), &options, &err),
              err);
    assert_int_equal(inputs.count, 5);
    inputs_clear(&inputs);
}

static void other_words_are_refused(void **state)
{
    (void)state;
    struct inputs inputs = {0};
    struct err err = {0};

    assert_refused(inputs_add(&inputs, scratch_path("none.nii"), &ALL, &err), err,
                   ERR_IO, "none.nii: cannot open: No such file");
    assert_refused(inputs_add(&inputs, put("note.txt", ""), &ALL, &err), err,
                   ERR_SUPPORT, "note.txt: not a NIfTI file");
    assert_true(file_make_dirs(scratch_path("empty"), NULL));
    assert_refused(inputs_add(&inputs, scratch_path("empty"), &ALL, &err), err,
                   ERR_FORMAT, "empty: no .nii");
    assert_int_equal(inputs.count, 0);
    inputs_clear(&inputs);
}

static const char NAME[] = "https://pacs/studies/2.25.1";

/* Slices of a short-axis stack in a folder of its own. */
static void put_study(const char *folder, const char *study, int slices)
{
    static const uint16_t pixels[35] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double first[3] = {10, 20, 30};
    char path[256], sop[32];

    assert_true(file_make_dirs(folder, NULL));
    for (int k = 0; k < slices; k++) {
        struct made m = made_default();
        (void)snprintf(path, sizeof path, "%s/%06d.dcm", folder, k + 1);
        (void)snprintf(sop, sizeof sop, "2.25.100%d", k);
        m.study = study;
        m.sop = sop;
        m.instance_number = k + 1;
        m.pixels = pixels;
        m.inversion_ms = 300;
        made_move(&m, first, 10, k);
        made_write(path, &m);
    }
}

/* Of a study in the list: the one series that is refused, and why. */
static void assert_refusal(const struct inputs *inputs, size_t study, const char *which,
                           const char *reason)
{
    const struct input_dicom *d = inputs->dicom[study];
    struct err why = {0};

    assert_true(study < inputs->dicoms);
    assert_true(input_dicom_refuses_any(d));
    for (size_t k = 0; k < d->stacks.count; k++)
        assert_int_equal(input_dicom_refuses(d, k, &why), d->choice[k].refused);
    assert_non_null(strstr(why.msg, which));
    assert_non_null(strstr(why.msg, reason));
}

static void study_has_its_own_name(void **state)
{
    (void)state;
    const struct inputs_options o = {.dicom = true, .any_dicom = true};
    const char *folder = scratch_path("study");
    const struct inputs_study study = {folder, NAME, "2.25.1", NULL};
    struct inputs inputs = {0};
    struct err err = {0};

    put_study(folder, "2.25.1", 4);
    (void)put("study/000005.dcm", "");
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    assert_int_equal(inputs.dicom[0]->scan.bads, 1); /* an end slice, perhaps */
    assert_null(strstr(inputs.dicom[0]->scan.bad[0].msg, folder));
    assert_int_equal(inputs.count, 1);
    assert_string_equal(inputs.item[0].path, NAME);
    assert_string_equal(inputs.dicom[0]->word, NAME);

    /* a damaged instance is told without the folder that will be gone */
    char damaged[256], cut[256];
    struct bytes b = {0};
    (void)snprintf(damaged, sizeof damaged, "%s/000002.dcm", folder);
    (void)snprintf(cut, sizeof cut, "%s", damaged);
    assert_ok(file_read(damaged, 100000, &b, &err), err);
    assert_ok(file_write(cut, b.data, 200, &err), err);
    bytes_clear(&b);
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    assert_int_equal(inputs.dicoms, 2);
    assert_int_equal(inputs.dicom[1]->scan.bads, 2);
    assert_null(strstr(inputs.dicom[1]->scan.bad[0].msg, folder));
    assert_non_null(
        strstr(inputs.dicom[1]->scan.bad[0].msg, "pacs/studies/2.25.1/000002.dcm"));
    inputs_clear(&inputs);
}

static void study_must_be_the_one(void **state)
{
    (void)state;
    const struct inputs_options o = {.dicom = true};
    struct inputs_study study = {scratch_path("other"), NAME, "2.25.1", NULL};
    struct inputs inputs = {0};
    struct err err = {0};

    put_study(study.folder, "2.25.2", 4);
    assert_refused(inputs_add_study(&inputs, &study, &o, &err), err, ERR_FORMAT,
                   "another study");
    study.uid = "2.25.2";
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    study.folder = scratch_path("few");
    put_study(study.folder, "2.25.2", 2);
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    assert_refusal(&inputs, 1, "https://pacs/studies/2.25.1: series 7 (s7-",
                   "2 slices");
    study.folder = scratch_path("nothing");
    assert_true(file_make_dirs(study.folder, NULL));
    assert_refused(inputs_add_study(&inputs, &study, &o, &err), err, ERR_FORMAT,
                   "no DICOM");
    assert_int_equal(inputs.count, 1);
    assert_int_equal(inputs.dicoms, 2);
    inputs_clear(&inputs);
}

/* Not in parts: what cannot be read is perhaps the last slice. */
static void study_must_be_readable(void **state)
{
    (void)state;
    const struct inputs_options o = {.dicom = true};
    const struct inputs_study study = {scratch_path("page"), NAME, "2.25.1", NULL};
    struct inputs inputs = {0};
    struct err err = {0};

    put_study(study.folder, "2.25.1", 4);
    (void)put("page/000005.dcm", "<html>quota exceeded</html>");
    assert_refused(
        inputs_add_study(&inputs, &study, &o, &err), err, ERR_FORMAT,
        "https://pacs/studies/2.25.1: nothing of it is measured: 1 of 5 "
        "instances cannot be read, the first of them: 000005.dcm: not DICOM");
    assert_int_equal(inputs.count, 0);
    assert_int_equal(inputs.dicoms, 0);
    /* a folder of the user's own: the rest is */
    assert_ok(inputs_add(&inputs, study.folder, &o, &err), err);
    assert_int_equal(inputs.count, 1);
    inputs_clear(&inputs);
}

/* The last slice is missing, and another one is there twice. */
static void study_must_be_whole(void **state)
{
    (void)state;
    const struct inputs_options o = {.dicom = true};
    struct dicom_remote_list list = {0};
    struct dicom_remote_series s = {.uid = "2.25.2", .instances = 5};
    const struct inputs_study study = {scratch_path("twice"), NAME, "2.25.1", &list};
    struct inputs inputs = {0};
    struct bytes b = {0};
    struct err err = {0};

    put_study(study.folder, "2.25.1", 4);
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    (void)snprintf(s.uid, sizeof s.uid, "%s",
                   inputs.dicom[0]->scan.header[0].series.uid);
    assert_ok(dicom_remote_list_add(&list, &s, &err), err);
    assert_ok(file_read(scratch_path("twice/000001.dcm"), 100000, &b, &err), err);
    assert_ok(file_write(scratch_path("twice/000005.dcm"), b.data, b.size, &err), err);
    bytes_clear(&b);
    assert_refused(inputs_add_study(&inputs, &study, &o, &err), err, ERR_FORMAT,
                   "https://pacs/studies/2.25.1: 4 of 5 different instances");
    assert_int_equal(inputs.count, 1);
    list.series[0].instances = 4;
    assert_ok(inputs_add_study(&inputs, &study, &o, &err), err);
    dicom_remote_list_clear(&list);
    inputs_clear(&inputs);
}

/* A series that cannot be measured is no case, but in the list with its reason. */
static void what_is_refused_is_not_forgotten(void **state)
{
    (void)state;
    const struct inputs_options o = {.dicom = true};
    struct inputs inputs = {0};
    struct image image = {0};
    struct err err = {0};
    char folder[128];

    (void)snprintf(folder, sizeof folder, "%s", scratch_path("c/whole"));
    put_study(folder, "2.25.1", 4);
    (void)snprintf(folder, sizeof folder, "%s", scratch_path("c/holed"));
    put_study(folder, "2.25.2", 5);
    assert_int_equal(remove(scratch_path("c/holed/000003.dcm")), 0);
    /* alone, as a patient of a cohort, and in a folder with a whole one */
    assert_ok(inputs_add(&inputs, folder, &o, &err), err);
    assert_int_equal(inputs.count, 0);
    assert_refusal(&inputs, 0, "c/holed: series 7 (s7-",
                   "): 1 of 5 slices are missing");
    const char *csv = put("c/COHORT.csv", "id,image\nA,holed\nB,whole\n");
    assert_ok(inputs_add(&inputs, csv, &o, &err), err);
    assert_int_equal(inputs.count, 1);
    assert_string_equal(inputs.item[0].id, "B");
    assert_refusal(&inputs, 1, "c/holed: series 7 (", "1 of 5 slices are missing");
    assert_false(input_dicom_refuses_any(inputs.dicom[2]));
    assert_ok(inputs_add(&inputs, scratch_path("c"), &o, &err), err);
    assert_int_equal(inputs.count, 2);
    assert_refusal(&inputs, 3, "c: series 7 (", "1 of 5 slices are missing");
    inputs_clear(&inputs);
    assert_refused(input_read_path(folder, &image, &err), err, ERR_FORMAT,
                   "1 of 5 slices are missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_ids),
        cmocka_unit_test(folder_is_searched_in_order),
        cmocka_unit_test(cohort_gives_its_ids),
        cmocka_unit_test(cohort_gives_its_labels),
        cmocka_unit_test(files_of_one_name_are_told_apart),
        cmocka_unit_test(names_in_other_scripts_are_told_apart),
        cmocka_unit_test(same_id_twice_clashes),
        cmocka_unit_test(folder_leaves_the_other_kind_out),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(study_has_its_own_name),
        cmocka_unit_test(study_must_be_the_one),
        cmocka_unit_test(study_must_be_readable),
        cmocka_unit_test(study_must_be_whole),
        cmocka_unit_test(results_are_called_as_their_folder),
        cmocka_unit_test(what_is_refused_is_not_forgotten),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
