/* overlay: read back with libpng, red where myocardium ends, yellow where scar ends. */
#include "testing.h"

#include <png.h>

#include "base/file.h"
#include "base/mem.h"
#include "report/overlay.h"

enum { W = 60, H = 44, SLICES = 3 };

static struct image image;
static struct labels labels;

/* A ring in all slices, a scar in the second on the side of large x and small y. */
static void make_stack(void)
{
    const struct grid g =
        grid_make((const int32_t[3]){W, H, SLICES}, (const double[3]){2.0, 2.5, 9.0});

    assert_true(image_alloc(&g, &image, NULL));
    assert_true(labels_alloc(&g, &labels, NULL));
    for (int k = 0; k < SLICES; k++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                const double r = hypot(2.0 * (x - 30), 2.5 * (y - 22));
                const size_t v = grid_index(&g, x, y, k);
                labels.vox[v] = r < 20.0   ? LABEL_LV_BLOOD
                                : r < 32.0 ? LABEL_MYOCARDIUM
                                           : 0;
                if (k == 1 && labels.vox[v] == LABEL_MYOCARDIUM && x > 34 && y < 20)
                    labels.vox[v] = x > 38 ? LABEL_SCAR : LABEL_NO_REFLOW;
                image.vox[v] = (float)(100 + (x * 13 + y * 7) % 50);
            }
        }
    }
}

static void clear_stack(void)
{
    image_clear(&image);
    labels_clear(&labels);
}

static bool write_stack(const char *path, struct err *err)
{
    const struct overlay_reading reading = {&labels, NULL};
    const struct overlay o = {&image, &reading, 1, "title", "note"};
    return report_overlay_write(path, &o, err);
}

struct picture {
    int width, height;
    uint8_t *rgb;
};

static struct picture read_png(const char *path)
{
    png_image p = {.version = PNG_IMAGE_VERSION};

    assert_true(png_image_begin_read_from_file(&p, path));
    p.format = PNG_FORMAT_RGB;
    struct picture out = {(int)p.width, (int)p.height, NULL};
    out.rgb = mem_alloc(PNG_IMAGE_SIZE(p), 1, NULL);
    assert_non_null(out.rgb);
    assert_true(png_image_finish_read(&p, NULL, out.rgb, 0, NULL));
    return out;
}

/* Coloured pixels in a part of the sheet and their mean place. */
struct ink {
    int n;
    double x, y;
};

static struct ink ink_in(const struct picture *p, bool yellow, int x0, int y0, int x1,
                         int y1)
{
    struct ink ink = {0};

    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            const uint8_t *c = &p->rgb[3 * (y * p->width + x)];
            if (c[0] < c[2] + 60 || (c[1] > (c[0] + c[2]) / 2) != yellow)
                continue;
            ink.n++;
            ink.x += x;
            ink.y += y;
        }
    }
    ink.x /= ink.n > 0 ? ink.n : 1;
    ink.y /= ink.n > 0 ? ink.n : 1;
    return ink;
}

enum { TOP = 36, LEFT = 10, TILE = 256, STEP = 260 };

static void every_slice_has_its_contours(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct err err = {0};

    make_stack();
    (void)snprintf(path, sizeof path, "%s/overlay.png", testing_scratch(dir));
    assert_ok(write_stack(path, &err), err);
    struct picture p = read_png(path);
    assert_int_equal(p.width, 2 * LEFT + 3 * STEP - 4);
    for (int k = 0; k < SLICES; k++) {
        const int x = LEFT + k * STEP;
        const struct ink red = ink_in(&p, false, x, TOP, x + TILE, TOP + 200);
        const struct ink yellow = ink_in(&p, true, x, TOP, x + TILE, TOP + 200);
        assert_true(red.n > 500);
        if (k == 1) {
            assert_true(yellow.n > 150);
            assert_true(yellow.x > x + 128 && yellow.y < TOP + 128);
        } else {
            assert_int_equal(yellow.n, 0);
            assert_near(red.x, x + 128.0, 3.0); /* the heart is in the middle */
            assert_near(red.y, TOP + 128.0, 6.0);
        }
        /* the scar's volume is written below, where there is one */
        const struct ink value = ink_in(&p, true, x, TOP + 235, x + TILE, TOP + TILE);
        assert_int_equal(value.n > 40, k == 1);
    }
    mem_free(p.rgb);
    testing_remove(dir);
    clear_stack();
}

/* A grid that grows to the right and back to front is shown mirrored: the patient's
 * left is on the right, the front above. */
static void patient_orientation_is_respected(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct err err = {0};

    make_stack();
    /* x to the patient's right, y towards the back: only x is turned round */
    image.grid.to_mm[1][1] = -2.5;
    labels.grid = image.grid;
    (void)snprintf(path, sizeof path, "%s/overlay.png", testing_scratch(dir));
    assert_ok(write_stack(path, &err), err);
    struct picture p = read_png(path);
    const int x = LEFT + STEP;
    struct ink yellow = ink_in(&p, true, x, TOP, x + TILE, TOP + 200);
    assert_true(yellow.n > 150);
    assert_true(yellow.x < x + 128 && yellow.y < TOP + 128);
    mem_free(p.rgb);

    /* x to the left, y towards the front: only y is */
    image.grid.to_mm[0][0] = -2.0;
    image.grid.to_mm[1][1] = 2.5;
    labels.grid = image.grid;
    assert_ok(write_stack(path, &err), err);
    p = read_png(path);
    yellow = ink_in(&p, true, x, TOP, x + TILE, TOP + 230);
    assert_true(yellow.x > x + 128 && yellow.y > TOP + 128);
    mem_free(p.rgb);
    testing_remove(dir);
    clear_stack();
}

static void same_bytes_again(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct bytes a = {0}, b = {0};
    struct err err = {0};

    make_stack();
    (void)snprintf(path, sizeof path, "%s/overlay.png", testing_scratch(dir));
    assert_ok(write_stack(path, &err), err);
    assert_ok(file_read(path, 1u << 24, &a, &err), err);
    assert_ok(write_stack(path, &err), err);
    assert_ok(file_read(path, 1u << 24, &b, &err), err);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    bytes_clear(&a);
    bytes_clear(&b);
    testing_remove(dir);
    clear_stack();
}

/* No-reflow is part of the scar: with all of it no-reflow the picture is the same. */
static void no_reflow_counts_as_scar(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct bytes a = {0}, b = {0};
    struct err err = {0};

    make_stack();
    (void)snprintf(path, sizeof path, "%s/overlay.png", testing_scratch(dir));
    assert_ok(write_stack(path, &err), err);
    assert_ok(file_read(path, 1u << 24, &a, &err), err);
    for (size_t v = 0; v < grid_voxels(&labels.grid); v++) {
        if (labels.vox[v] == LABEL_SCAR)
            labels.vox[v] = LABEL_NO_REFLOW;
    }
    assert_ok(write_stack(path, &err), err);
    assert_ok(file_read(path, 1u << 24, &b, &err), err);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    bytes_clear(&a);
    bytes_clear(&b);
    testing_remove(dir);
    clear_stack();
}

/* No heart, no contrast: still a picture, of the whole field of view. */
static void empty_labels_show_everything(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct err err = {0};

    make_stack();
    memset(labels.vox, 0, grid_voxels(&labels.grid));
    for (size_t v = 0; v < grid_voxels(&image.grid); v++)
        image.vox[v] = 7.0F;
    (void)snprintf(path, sizeof path, "%s/overlay.png", testing_scratch(dir));
    assert_ok(write_stack(path, &err), err);
    struct picture p = read_png(path);
    assert_int_equal(ink_in(&p, false, 0, TOP, p.width, p.height - 30).n, 0);
    /* 120 x 110 mm */
    assert_int_equal(p.height, TOP + (int)lround(TILE * 110.0 / 120.0) + 30);
    mem_free(p.rgb);
    testing_remove(dir);
    clear_stack();
}

static void faults_are_named(void **state)
{
    (void)state;
    struct err err = {0};

    make_stack();
    assert_refused(write_stack("/no/such/folder/o.png", &err), err, ERR_IO,
                   "/no/such/folder/o.png");
    labels.grid.dim[0] = H;
    labels.grid.dim[1] = W;
    assert_refused(write_stack("o.png", &err), err, ERR_ARG, "differ in size");
    clear_stack();
    assert_refused(write_stack("o.png", &err), err, ERR_ARG, "nothing to draw");
    assert_false(file_exists("o.png"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slice_has_its_contours),
        cmocka_unit_test(patient_orientation_is_respected),
        cmocka_unit_test(same_bytes_again),
        cmocka_unit_test(no_reflow_counts_as_scar),
        cmocka_unit_test(empty_labels_show_everything),
        cmocka_unit_test(faults_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
