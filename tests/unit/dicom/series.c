/* series: stacks from frames in any order; geometry to 1e-3 mm in oblique planes. */
#include "scratch.h"
#include "make_dicom.h"

#include "base/mem.h"
#include "base/rng.h"
#include "dicom/series.h"

enum { SLICES = 9 };

static const double FIRST[3] = {-101.25, 37.5, 12.125};
static const double OBLIQUE[6] = {0.792067, 0.0,      0.610434,
                                  0.379608, 0.783092, -0.492559};

/* An orthonormal version, as exact as doubles are. */
static void oblique(double v[6])
{
    const double *r = OBLIQUE, *c = OBLIQUE + 3;
    const double lr = sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
    const double d = (r[0] * c[0] + r[1] * c[1] + r[2] * c[2]) / (lr * lr);
    double l = 0.0;

    for (int a = 0; a < 3; a++) {
        v[a] = r[a] / lr;
        v[3 + a] = c[a] - d * r[a];
        l += v[3 + a] * v[3 + a];
    }
    for (int a = 0; a < 3; a++)
        v[3 + a] /= sqrt(l);
}

/* Pixels that tell the slice, so that the order of slices can be seen. */
static uint16_t *slice_pixels(int k)
{
    static uint16_t pixel[35];

    for (unsigned i = 0; i < 35; i++)
        pixel[i] = (uint16_t)(100 * k + (int)i);
    return pixel;
}

static struct made slice(int k, char sop[32])
{
    struct made m = made_default();

    oblique(m.orientation);
    made_move(&m, FIRST, 9.6, k);
    (void)snprintf(sop, 32, "2.25.7%03d", k);
    m.sop = sop;
    m.instance_number = k + 1;
    m.pixels = slice_pixels(k);
    return m;
}

static void put(const char *name, const struct made *m)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", scratch, name);
    made_write(path, m);
}

/* Slices under names that have nothing to do with their order. */
static void put_stack(int slices)
{
    for (int k = 0; k < slices; k++) {
        char sop[32], name[32];
        const struct made m = slice(k, sop);
        (void)snprintf(name, sizeof name, "%02d", (k * 7 + 3) % 31);
        put(name, &m);
    }
}

static void empty_scratch(void)
{
    testing_remove(scratch);
    (void)testing_scratch(scratch);
}

static void find(struct dicom_scan *scan, struct dicom_stacks *stacks)
{
    struct err err = {0};

    assert_ok(dicom_scan_read(scratch, NULL, scan, &err), err);
    assert_ok(dicom_stacks_find(scan, stacks, &err), err);
}

static void forget(struct dicom_scan *scan, struct dicom_stacks *stacks)
{
    dicom_stacks_clear(stacks);
    dicom_scan_clear(scan);
    empty_scratch();
}

static void oblique_geometry_is_exact(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    struct image image = {0};
    struct dicom_source source = {0};
    struct err err = {0};
    double v[6];

    put_stack(SLICES);
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 1);
    const struct dicom_stack *k = &stacks.stack[0];
    assert_int_equal(k->planes, SLICES);
    assert_int_equal(k->frames, SLICES);
    assert_int_equal(k->repeats, 1);
    assert_int_equal(k->gaps, 0);
    assert_near(k->spacing_mm, 9.6, 1e-6);
    assert_near(k->off_grid_mm, 0.0, 1e-6);
    assert_ok(dicom_stack_image(&scan, k, &image, &source, &err), err);
    assert_int_equal(image.grid.dim[0], 7);
    assert_int_equal(image.grid.dim[1], 5);
    assert_int_equal(image.grid.dim[2], SLICES);
    assert_int_equal(source.slices, SLICES);
    oblique(v);
    for (int s = 0; s < SLICES; s++) {
        struct made m = made_default();
        memcpy(m.orientation, v, sizeof v);
        made_move(&m, FIRST, 9.6, s);
        assert_int_equal(source.slice[s].instance_number, s + 1);
        for (int j = 0; j < 5; j++)
            for (int i = 0; i < 7; i++) {
                const double index[3] = {i, j, s};
                double ras[3];
                grid_point_mm(&image.grid, index, ras);
                for (int a = 0; a < 3; a++) {
                    const double lps =
                        m.position[a] + 1.25 * i * v[a] + 1.5 * j * v[3 + a];
                    assert_near(a < 2 ? -ras[a] : ras[a], lps, 1e-3);
                    assert_near(source.slice[s].position_mm[a], m.position[a], 1e-3);
                }
                assert_near((double)image.vox[grid_index(&image.grid, i, j, s)],
                            100.0 * s + 7 * j + i, 0.0);
            }
    }
    assert_near(source.spacing_mm, 9.6, 1e-6); /* not the thickness, which is 8 */
    assert_near(source.thickness_mm, 8.0, 0.0);
    assert_string_equal(source.patient.name, "Doe^Jane");
    assert_true(grid_same(&source.grid, &image.grid, 0.0));
    dicom_source_clear(&source);
    image_clear(&image);
    forget(&scan, &stacks);
}

static void multi_frame_is_the_same_image(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    struct image one = {0}, many = {0};
    struct dicom_source source = {0}, other = {0};
    struct err err = {0};
    double at[SLICES][3];
    uint16_t pixel[SLICES * 35];
    char sop[32];

    put_stack(SLICES);
    find(&scan, &stacks);
    assert_ok(dicom_stack_image(&scan, &stacks.stack[0], &many, &source, &err), err);
    forget(&scan, &stacks);
    /* the frames from the last slice to the first */
    struct made m = slice(0, sop);
    for (int f = 0; f < SLICES; f++) {
        const int k = SLICES - 1 - f;
        made_move(&m, FIRST, 9.6, k);
        memcpy(at[f], m.position, sizeof at[f]);
        memcpy(pixel + (size_t)f * 35, slice_pixels(k), 35 * sizeof *pixel);
    }
    m.sop_class = ENHANCED_MR_CLASS;
    m.frames = SLICES;
    m.frame_position = (const double(*)[3])at;
    m.pixels = pixel;
    put("enhanced", &m);
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 1);
    assert_ok(dicom_stack_image(&scan, &stacks.stack[0], &one, &other, &err), err);
    assert_true(grid_same(&one.grid, &many.grid, 1e-9));
    assert_memory_equal(one.vox, many.vox, sizeof *one.vox * grid_voxels(&one.grid));
    for (int s = 0; s < SLICES; s++)
        assert_int_equal(other.slice[s].frame, SLICES - s);
    dicom_source_clear(&source);
    dicom_source_clear(&other);
    image_clear(&one);
    image_clear(&many);
    forget(&scan, &stacks);
}

static void copies_gaps_and_repeats(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    struct image image = {0};
    struct dicom_source source = {0};
    struct grid grid;
    struct err err = {0};
    char sop[32];

    put_stack(SLICES);
    struct made m = slice(2, sop);
    put("again", &m); /* the same instance under another name */
    m = slice(4, sop);
    m.sop = "2.25.9999"; /* slice 4 once more, later */
    m.acquired = "120000";
    m.pixels = slice_pixels(30);
    put("repeat", &m);
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 1);
    const struct dicom_stack *k = &stacks.stack[0];
    assert_int_equal(k->copies, 1);
    assert_int_equal(k->frames, SLICES + 1);
    assert_int_equal(k->planes, SLICES);
    assert_int_equal(k->repeats, 2);
    assert_ok(dicom_stack_image(&scan, k, &image, &source, &err), err);
    assert_string_equal(source.slice[4].sop_instance, "2.25.9999");
    assert_near((double)image.vox[grid_index(&image.grid, 0, 0, 4)], 3000.0, 0.0);
    dicom_source_clear(&source);
    image_clear(&image);
    forget(&scan, &stacks);

    put_stack(SLICES);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%02d", scratch, (3 * 7 + 3) % 31);
    assert_int_equal(remove(path), 0); /* slice 3 */
    find(&scan, &stacks);
    assert_int_equal(stacks.stack[0].gaps, 1);
    assert_refused(dicom_stack_grid(&scan, &stacks.stack[0], &grid, &err), err,
                   ERR_FORMAT, "1 of 9 slices are missing");
    forget(&scan, &stacks);

    put_stack(4);
    m = slice(4, sop);
    made_move(&m, FIRST, 9.6, 4);
    m.position[0] += 3.0;
    put("shifted", &m);
    find(&scan, &stacks);
    assert_refused(dicom_stack_grid(&scan, &stacks.stack[0], &grid, &err), err,
                   ERR_FORMAT, "uneven slices");
    forget(&scan, &stacks);
}

/* The slice that was repeated a quarter of a minute later, on the next day. */
static void the_last_may_be_after_midnight(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char sop[32], name[32];

    for (int k = 0; k < 5; k++) {
        struct made m = slice(k % 4, sop);
        m.acquired_on = k < 4 ? "20200101" : "20200102";
        m.acquired = k < 4 ? "235950" : "000005";
        if (k == 4)
            m.sop = "2.25.9999";
        (void)snprintf(name, sizeof name, "%d", k);
        put(name, &m);
    }
    find(&scan, &stacks);
    const size_t first = stacks.stack[0].plane[0];
    assert_string_equal(scan.member[scan.plane[first].member].instance.sop_instance,
                        "2.25.9999");
    forget(&scan, &stacks);
}

/* Files that share an instance but not their place are no copies. */
static void one_instance_at_two_places(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    struct grid grid;
    struct err err = {0};
    char sop[32];

    for (int c = 0; c < 4; c++) { /* other place, size, direction; other series */
        put_stack(4);
        struct made m = slice(4, sop);
        m.sop = "2.25.7003";
        m.rows += c == 1;
        m.pixels = (const uint16_t[42]){1};
        if (c == 2)
            memcpy(m.orientation, (double[]){1, 0, 0, 0, 1, 0}, sizeof m.orientation);
        if (c == 3)
            m.series = "2.25.11";
        put("end", &m);
        find(&scan, &stacks);
        assert_int_equal(stacks.count, c == 0 ? 1 : 2);
        for (size_t i = 0; i < stacks.count; i++) {
            assert_int_equal(stacks.stack[i].clash, c < 3);
            if (c < 3)
                assert_refused(dicom_stack_grid(&scan, &stacks.stack[i], &grid, &err),
                               err, ERR_FORMAT,
                               "one instance UID, different positions");
        }
        forget(&scan, &stacks);
    }
}

/* One series UID, and what must not be one stack. */
static void what_differs_is_apart(void **state)
{
    (void)state;
    static const char *const types[] = {"ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P",
                                        "ORIGINAL\\PRIMARY\\R\\IR"};
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char sop[32], name[32];
    size_t signals[4] = {0};

    for (int t = 0; t < 3; t++)
        for (int k = 0; k < 4; k++) {
            struct made m = slice(k, sop);
            m.image_type = types[t];
            (void)snprintf(sop, sizeof sop, "2.25.8%d%03d", t, k);
            (void)snprintf(name, sizeof name, "%d%d", k, t);
            put(name, &m);
        }
    struct made m = slice(0, sop); /* another orientation */
    m.orientation[0] = 0.0;
    m.orientation[1] = 1.0;
    m.orientation[2] = 0.0;
    m.orientation[3] = 0.0;
    m.orientation[4] = 0.0;
    m.orientation[5] = -1.0;
    m.sop = "2.25.444";
    put("turned", &m);
    m = slice(1, sop); /* another patient with the same series UID */
    m.patient_id = "P2";
    m.sop = "2.25.445";
    put("other", &m);
    m = slice(1, sop); /* another frame of reference */
    m.frame_of_reference = "2.25.6";
    m.sop = "2.25.446";
    put("moved", &m);
    m = slice(1, sop);
    m.rows = 0; /* no image */
    m.pixels = NULL;
    m.series = "2.25.11";
    m.sop_class = "1.2.840.10008.5.1.4.1.1.88.22";
    put("report", &m);
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 3 + 1 + 1 + 1 + 1);
    for (size_t i = 0; i < stacks.count; i++)
        if (stacks.stack[i].planes == 4)
            signals[stacks.stack[i].signal]++;
    assert_int_equal(signals[DICOM_MAGNITUDE], 1);
    assert_int_equal(signals[DICOM_PHASE], 1);
    assert_int_equal(signals[DICOM_PHASE_SENSITIVE], 1);
    forget(&scan, &stacks);
}

/* Each slice a series of its own, as some scanners send them. */
static void slices_of_many_series(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    struct image image = {0};
    struct dicom_source source = {0};
    struct err err = {0};
    char sop[32], name[32], uid[32], called[32];

    for (int k = 0; k < SLICES; k++) {
        struct made m = slice(k, sop);
        (void)snprintf(name, sizeof name, "%d", (k * 5) % SLICES);
        (void)snprintf(uid, sizeof uid, "2.25.60%d", k);
        (void)snprintf(called, sizeof called, "LGE %d sax", 8 + k); /* some count */
        m.series = uid;
        m.description = called;
        m.series_number = 10 + k;
        put(name, &m);
    }
    struct made m = slice(3, sop); /* what calls itself otherwise stays apart */
    m.series = "2.25.700";
    m.sop = "2.25.701";
    m.description = "LGE 2ch";
    put("other", &m);
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 2);
    const struct dicom_stack *k = &stacks.stack[stacks.stack[1].planes > 1];
    assert_int_equal(k->planes, SLICES);
    assert_int_equal(k->repeats, 1);
    assert_string_equal(scan.header[k->header].series.number, "10");
    assert_ok(dicom_stack_image(&scan, k, &image, &source, &err), err);
    for (int i = 0; i < SLICES; i++) {
        (void)snprintf(uid, sizeof uid, "2.25.60%d", i);
        assert_string_equal(source.slice[i].series, uid);
    }
    dicom_source_clear(&source);
    image_clear(&image);
    forget(&scan, &stacks);
}

/* Two stacks of such series, early and late: each has its name. */
static void stacks_of_many_series_stay_two(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char sop[32], name[32], uid[32];

    for (int k = 0; k < 2 * SLICES; k++) {
        struct made m = slice(k % SLICES, sop);
        (void)snprintf(name, sizeof name, "%02d", k);
        (void)snprintf(uid, sizeof uid, "2.25.6%02d", k);
        (void)snprintf(sop, sizeof sop, "2.25.5%02d", k);
        m.series = uid;
        m.description = k < SLICES ? "LGE sax 5min" : "LGE sax 15min";
        put(name, &m);
    }
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(stacks.stack[i].planes, SLICES);
        assert_int_equal(stacks.stack[i].repeats, 1);
    }
    forget(&scan, &stacks);
}

/* A slice that was repeated under its own name is still one of the stack. */
static void a_counted_slice_may_be_repeated(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char sop[32], name[32], uid[32], called[32];

    for (int k = 0; k <= SLICES; k++) {
        struct made m = slice(k == SLICES ? 2 : k, sop);
        (void)snprintf(name, sizeof name, "%d", k);
        (void)snprintf(uid, sizeof uid, "2.25.60%d", k);
        (void)snprintf(sop, sizeof sop, "2.25.50%d", k);
        (void)snprintf(called, sizeof called, "LGE sax %d", k == SLICES ? 2 : k);
        m.series = uid;
        m.description = called;
        put(name, &m);
    }
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 1);
    assert_int_equal(stacks.stack[0].planes, SLICES);
    assert_int_equal(stacks.stack[0].repeats, 2);
    forget(&scan, &stacks);
}

static void frames_in_time(void **state)
{
    (void)state;
    struct dicom_scan scan = {0};
    struct dicom_stacks stacks = {0};
    char sop[32], name[32];

    for (int k = 0; k < 3; k++)
        for (int t = 0; t < 10; t++) {
            struct made m = slice(k, sop);
            m.trigger_ms = 40.0 * t;
            m.inversion_ms = 100.0 + 25.0 * (t % 5);
            (void)snprintf(sop, sizeof sop, "2.25.8%02d%03d", t, k);
            (void)snprintf(name, sizeof name, "%d-%d", k, t);
            put(name, &m);
        }
    find(&scan, &stacks);
    assert_int_equal(stacks.count, 1);
    assert_int_equal(stacks.stack[0].planes, 3);
    assert_int_equal(stacks.stack[0].repeats, 10);
    assert_int_equal(stacks.stack[0].triggers, 10);
    assert_int_equal(stacks.stack[0].inversions, 5);
    /* the last in time is the slice */
    for (size_t s = 0; s < 3; s++)
        assert_near(scan.plane[stacks.stack[0].plane[s]].frame.trigger_ms, 360.0, 0.0);
    forget(&scan, &stacks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oblique_geometry_is_exact),
        cmocka_unit_test(multi_frame_is_the_same_image),
        cmocka_unit_test(copies_gaps_and_repeats),
        cmocka_unit_test(the_last_may_be_after_midnight),
        cmocka_unit_test(one_instance_at_two_places),
        cmocka_unit_test(what_differs_is_apart),
        cmocka_unit_test(slices_of_many_series),
        cmocka_unit_test(stacks_of_many_series_stay_two),
        cmocka_unit_test(a_counted_slice_may_be_repeated),
        cmocka_unit_test(frames_in_time),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
