/* A segmentation read back by a reader of its own: bits, places, order of frames. */
#include "sample.h"
#include "walk.h"

#include "dicom/seg.h"

static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};

static void path_in(const char *dir, const char *name, char path[static 128])
{
    (void)snprintf(path, 128, "%s/%s", dir, name);
}

static void reals_of(const struct walk *w, uint32_t tag, int n, double *v, int count)
{
    char text[256], *at = text;
    (void)walk_text(w, tag, n, text);
    for (int i = 0; i < count; i++) {
        v[i] = strtod(at, &at);
        at += *at == '\\';
    }
}

static bool bit_of(const struct walk *w, size_t bit)
{
    const struct walk_element *pixels = walk_find(w, 0x7fe00010, 0);
    return pixels->value[bit / 8] >> bit % 8 & 1;
}

/* Every frame names its segment and its place; its bits are the labels there. */
static void holds_what_the_labels_say(void **state)
{
    static const unsigned sets[] = {LABELS_MYOCARDIUM, LABELS_SCAR,
                                    LABEL_BIT(LABEL_LV_BLOOD),
                                    LABEL_BIT(LABEL_NO_REFLOW)};
    static const unsigned parts = 1U << DICOM_LV_BLOOD | 1U << DICOM_NO_REFLOW;
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    const size_t pixels = SAMPLE_ROWS * SAMPLE_COLUMNS;
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    struct err err = {0};

    (void)state;
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, parts, uid, &err), err);
    struct walk *w = walk_open(path);
    const int frames = walk_count(w, 0x00209111);
    assert_int_equal(frames, 3 + 3 + 2 + 3);
    assert_string_equal(walk_text(w, 0x00280008, 0, text), "11");
    assert_int_equal(walk_find(w, 0x7fe00010, 0)->size, (11 * pixels + 15) / 16 * 2);
    /* no-reflow has no standard code */
    assert_string_equal(walk_text(w, 0x00620005, 3, text), "LV no-reflow");
    assert_int_equal(walk_count(w, 0x00080115), 1); /* so its scheme is declared */
    int64_t found = 0, wanted = 0;
    for (int f = 0; f < frames; f++) {
        /* the first items of 0062,000b name frames' segments, 0020,0032 their places */
        const unsigned segment = walk_number(walk_find(w, 0x0062000b, f)->value, 2);
        const unsigned slice =
            walk_number(walk_find(w, 0x00209157, f)->value + 4, 4) - 1;
        double at[3];
        reals_of(w, 0x00200032, f, at, 3);
        assert_in_range(segment, 1, 4);
        assert_in_range(slice, 1, 3);
        for (int c = 0; c < 3; c++)
            assert_near(at[c], source.slice[slice].position_mm[c], 1e-9);
        const uint8_t *vox = labels.vox + slice * pixels;
        for (size_t p = 0; p < pixels; p++) {
            const bool want = label_in(vox[p], sets[segment - 1]);
            assert_int_equal(bit_of(w, (size_t)f * pixels + p), want);
            found += want;
        }
    }
    for (size_t v = 0; v < pixels * SAMPLE_SLICES; v++)
        for (size_t s = 0; s < ARRAY_LEN(sets); s++)
            wanted += label_in(labels.vox[v], sets[s]);
    assert_int_equal(found, wanted); /* nothing was left out */
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

static void carries_patient_study_and_references(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    double v[6];
    struct err err = {0};

    (void)state;
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid, &err), err);
    struct walk *w = walk_open(path);
    assert_string_equal(walk_text(w, 0x00100010, 0, text), source.patient.name);
    assert_string_equal(walk_text(w, 0x00100020, 0, text), "ID-17");
    assert_string_equal(walk_text(w, 0x0020000d, 0, text), "1.2.3.4");
    assert_string_equal(walk_text(w, 0x00200052, 0, text), "1.2.3.4.6");
    assert_string_equal(walk_text(w, 0x00080023, 0, text), "20240506");
    assert_string_equal(walk_text(w, 0x00080033, 0, text), "102030.7");
    assert_string_equal(walk_text(w, 0x00080018, 0, text), uid);
    /* the series is its own; the source's stands in the references */
    assert_string_equal(walk_text(w, 0x0020000e, 0, text), "1.2.3.4.5");
    assert_int_equal(walk_find(w, 0x0020000e, 0)->depth, 1);
    assert_int_equal(strncmp(walk_text(w, 0x0020000e, 1, text), "2.25.", 5), 0);
    assert_int_equal(walk_count(w, 0x0020000e), 2);
    assert_int_equal(walk_count(w, 0x00080115), 0);
    assert_string_equal(walk_text(w, 0x00081155, 4, text), "1.2.3.4.5.5");
    /* every frame names the slice it was drawn on: after the 5 of the series, 3 + 3 */
    assert_int_equal(walk_count(w, 0x00081155), 5 + 6);
    assert_string_equal(walk_text(w, 0x00081155, 5, text), "1.2.3.4.5.2");
    reals_of(w, 0x00280030, 0, v, 2);
    assert_near(v[0], 1.7, 1e-9); /* between rows comes first */
    assert_near(v[1], 1.3, 1e-9);
    reals_of(w, 0x00200037, 0, v, 6);
    for (int i = 0; i < 6; i++)
        assert_near(v[i], source.slice[0].orientation[i], 1e-12);
    reals_of(w, 0x00180088, 0, v, 1);
    assert_near(v[0], 9.5, 1e-9);
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* Who corrected it, unless nobody is to be told; what was lost before is lost here. */
static void says_who_and_what_was_lost(void **state)
{
    const struct dicom_maker by = {"net", "0123456789abcdef0123", true, "Doe^Jane"};
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    struct err err = {0};

    (void)state;
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &by, 0, uid, &err), err);
    struct walk *w = walk_open(path);
    assert_string_equal(walk_text(w, 0x00700084, 0, text), "Doe^Jane");
    assert_string_equal(walk_text(w, 0x00282110, 0, text), "00");
    assert_int_equal(walk_count(w, 0x00282112), 0);
    assert_int_equal(walk_count(w, 0x00282114), 0);
    walk_close(w);
    source.identity = DICOM_ANONYMOUS;
    source.lossy = (struct dicom_lossy){true, "9.5\\3", "ISO_10918_1\\ISO_15444_1"};
    assert_ok(dicom_seg_write(path, &source, &labels, &by, 0, uid, &err), err);
    w = walk_open(path);
    assert_string_equal(walk_text(w, 0x00700084, 0, text), "");
    assert_string_equal(walk_text(w, 0x00282110, 0, text), "01");
    assert_string_equal(walk_text(w, 0x00282112, 0, text), "9.5\\3");
    assert_string_equal(walk_text(w, 0x00282114, 0, text), "ISO_10918_1\\ISO_15444_1");
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* A multi-frame source is one instance; each frame is told by its number. */
static void refers_to_frames(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    struct err err = {0};

    (void)state;
    for (int k = 0; k < SAMPLE_SLICES; k++) {
        (void)snprintf(source.slice[k].sop_instance, DICOM_UID, "1.2.3.4.5.77");
        source.slice[k].frame = SAMPLE_SLICES - k;
    }
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid, &err), err);
    struct walk *w = walk_open(path);
    assert_int_equal(walk_count(w, 0x00081155), 1 + 6);
    assert_int_equal(walk_count(w, 0x00081160), 6);
    assert_string_equal(walk_text(w, 0x00081160, 0, text), "4"); /* slice 1 of 0..4 */
    assert_string_equal(walk_text(w, 0x00081160, 2, text), "2");
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* Some scanners make every slice a series of its own: each stands with its own. */
static void refers_to_several_series(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[DICOM_UID_SIZE], text[256];
    struct err err = {0};

    (void)state;
    for (int k = 0; k < SAMPLE_SLICES; k++)
        (void)snprintf(source.slice[k].series, DICOM_UID, "1.2.3.4.%d", k % 2 + 5);
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid, &err), err);
    struct walk *w = walk_open(path);
    assert_int_equal(walk_count(w, 0x0020000e), 3); /* two of the source, its own */
    assert_string_equal(walk_text(w, 0x0020000e, 0, text), "1.2.3.4.5");
    assert_string_equal(walk_text(w, 0x0020000e, 1, text), "1.2.3.4.6");
    assert_int_equal(walk_count(w, 0x00081155), 5 + 6);
    assert_string_equal(walk_text(w, 0x00081155, 2, text), "1.2.3.4.5.5");
    assert_string_equal(walk_text(w, 0x00081155, 3, text), "1.2.3.4.5.2");
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* A heart without scar still has a segment of scar, with one empty frame. */
static void says_that_nothing_was_found(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = {0};
    char dir[64], path[128], uid[DICOM_UID_SIZE];
    struct err err = {0};

    (void)state;
    assert_ok(labels_alloc(&source.grid, &labels, &err), err);
    path_in(testing_scratch(dir), "seg.dcm", path);
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 1U << DICOM_RV_BLOOD, uid,
                              &err),
              err);
    struct walk *w = walk_open(path);
    assert_int_equal(walk_count(w, 0x00620004), 3);
    assert_int_equal(walk_count(w, 0x00209111), 3);
    for (size_t i = 0; i < walk_find(w, 0x7fe00010, 0)->size; i++)
        assert_int_equal(walk_find(w, 0x7fe00010, 0)->value[i], 0);
    walk_close(w);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

static void numbers_segments_without_gaps(void **state)
{
    (void)state;
    assert_int_equal(dicom_seg_number(0, DICOM_MYOCARDIUM), 1);
    assert_int_equal(dicom_seg_number(0, DICOM_SCAR), 2);
    assert_int_equal(dicom_seg_number(0, DICOM_LV_BLOOD), 0);
    assert_int_equal(dicom_seg_number(1U << DICOM_RV_BLOOD, DICOM_RV_BLOOD), 3);
    assert_int_equal(
        dicom_seg_number(1U << DICOM_RV_BLOOD | 1U << DICOM_LV_BLOOD, DICOM_RV_BLOOD),
        4);
    assert_int_equal(dicom_seg_number(1U << DICOM_NO_REFLOW, DICOM_NO_REFLOW), 3);
}

static void gives_the_same_bytes_again(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char dir[64], path[128], uid[3][DICOM_UID_SIZE];
    struct bytes file[2] = {0};
    struct err err = {0};

    (void)state;
    path_in(testing_scratch(dir), "seg.dcm", path);
    for (int i = 0; i < 2; i++) {
        assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid[i], &err),
                  err);
        assert_ok(file_read(path, 1 << 20, &file[i], &err), err);
    }
    assert_int_equal(file[0].size, file[1].size);
    assert_memory_equal(file[0].data, file[1].data, file[0].size);
    labels.vox[grid_index(&labels.grid, 7, 5, 2)] = LABEL_SCAR; /* one voxel */
    assert_ok(dicom_seg_write(path, &source, &labels, &maker, 0, uid[2], &err), err);
    assert_string_not_equal(uid[0], uid[2]);
    bytes_clear(&file[0]);
    bytes_clear(&file[1]);
    testing_remove(dir);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

static void refuses(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source), empty = {0};
    char uid[DICOM_UID_SIZE] = "untouched";
    struct err err = {0};

    (void)state;
    assert_refused(dicom_seg_write("x/seg.dcm", &source, &empty, &maker, 0, uid, &err),
                   err, ERR_ARG, "x/seg.dcm");
    assert_refused(
        dicom_seg_write("/nowhere/seg.dcm", &source, &labels, &maker, 0, uid, &err),
        err, ERR_IO, "/nowhere/seg.dcm");
    labels.grid.to_mm[1][3] += 0.1;
    assert_refused(dicom_seg_write("seg.dcm", &source, &labels, &maker, 0, uid, &err),
                   err, ERR_ARG, "grid");
    assert_string_equal(uid, "untouched");
    labels_clear(&labels);
    dicom_source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_the_labels_say),
        cmocka_unit_test(carries_patient_study_and_references),
        cmocka_unit_test(says_who_and_what_was_lost),
        cmocka_unit_test(refers_to_frames),
        cmocka_unit_test(refers_to_several_series),
        cmocka_unit_test(says_that_nothing_was_found),
        cmocka_unit_test(numbers_segments_without_gaps),
        cmocka_unit_test(gives_the_same_bytes_again),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
