/* Masks and contours in memory, laid onto the slices of sample.h. */
#include "sample.h"

#include "base/rng.h"
#include "dicom/reading_place.h"

enum { VOXELS = SAMPLE_COLUMNS * SAMPLE_ROWS * SAMPLE_SLICES, MOST_POINTS = 16 };

/* A reading with one region and room for a mask and two contours. */
struct drawn {
    struct dicom_region region[1];
    struct dicom_mask mask[1];
    uint8_t bits[VOXELS];
    struct dicom_contour contour[2];
    double point[MOST_POINTS][3];
};

static struct dicom_reading reading_of(struct drawn *d)
{
    return (struct dicom_reading){.region = d->region,
                                  .regions = 1,
                                  .mask = d->mask,
                                  .bits = d->bits,
                                  .contour = d->contour,
                                  .point = d->point};
}

/* Where column x and row y of slice k lie. */
static void point_of(const struct dicom_source *s, double x, double y, double off,
                     int32_t k, double mm[3])
{
    static const double normal[3] = {6. / 7, 2. / 7, -3. / 7};
    for (int a = 0; a < 3; a++)
        mm[a] = s->slice[k].position_mm[a] +
                x * s->column_mm * s->slice[k].orientation[a] +
                y * s->row_mm * s->slice[k].orientation[3 + a] + off * normal[a];
}

/* The mask of all pixels of slice k, or of those from column 1 on, listed in one of
 * eight ways: transposed, either direction. */
static void lay_mask(const struct dicom_source *s, struct dicom_reading *r, int way,
                     int32_t k)
{
    const bool turn = (way & 1) != 0, back_x = (way & 2) != 0, back_y = (way & 4) != 0;
    struct dicom_mask *m = r->mask;
    double *first = m->orientation + (turn ? 3 : 0);
    double *second = m->orientation + (turn ? 0 : 3);
    r->masks = 1;
    r->columns = turn ? SAMPLE_ROWS : SAMPLE_COLUMNS;
    r->rows = turn ? SAMPLE_COLUMNS : SAMPLE_ROWS;
    m->number = 1;
    m->column_mm = turn ? s->row_mm : s->column_mm;
    m->row_mm = turn ? s->column_mm : s->row_mm;
    point_of(s, back_x ? SAMPLE_COLUMNS - 1 : 0, back_y ? SAMPLE_ROWS - 1 : 0, 0, k,
             m->position_mm);
    for (int a = 0; a < 3; a++) {
        first[a] = (back_x ? -1 : 1) * s->slice[k].orientation[a];
        second[a] = (back_y ? -1 : 1) * s->slice[k].orientation[3 + a];
    }
}

static void set_bit(struct drawn *d, const struct dicom_reading *r, int way, int x,
                    int y)
{
    const int i = (way & 2) != 0 ? SAMPLE_COLUMNS - 1 - x : x;
    const int j = (way & 4) != 0 ? SAMPLE_ROWS - 1 - y : y;
    const int at = (way & 1) != 0 ? i * r->columns + j : j * r->columns + i;
    d->bits[at / 8] = (uint8_t)(d->bits[at / 8] | 1U << at % 8);
}

/* Rows and columns that run otherwise: the voxel is the same. */
static void masks_may_be_turned_and_flipped(void **state)
{
    (void)state;
    struct dicom_source s = sample_source();
    struct rng rng = rng_make(3, 1, 0);
    for (int way = 0; way < 8; way++) {
        struct drawn d = {0};
        struct dicom_reading r = reading_of(&d);
        uint8_t want[VOXELS] = {0}, got[VOXELS] = {0};
        struct err err = {0};
        lay_mask(&s, &r, way, 3);
        for (int y = 0; y < SAMPLE_ROWS; y++)
            for (int x = 0; x < SAMPLE_COLUMNS; x++)
                if (rng_chance(&rng, 0.4)) {
                    set_bit(&d, &r, way, x, y);
                    want[grid_index(&s.grid, x, y, 3)] = 1;
                }
        assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
        assert_memory_equal(got, want, sizeof want);
    }
    dicom_source_clear(&s);
}

/* Programs cut masks to what is drawn. */
static void a_mask_may_be_a_part(void **state)
{
    (void)state;
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    uint8_t got[VOXELS] = {0};
    struct err err = {0};
    lay_mask(&s, &r, 0, 2);
    r.columns = 2;
    r.rows = 2;
    point_of(&s, 4, 3, 0, 2, d.mask[0].position_mm);
    d.bits[0] = 0x6; /* (1, 0) and (0, 1) */
    assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
    assert_int_equal(got[grid_index(&s.grid, 5, 3, 2)], 1);
    assert_int_equal(got[grid_index(&s.grid, 4, 4, 2)], 1);
    assert_int_equal(got[grid_index(&s.grid, 4, 3, 2)], 0);

    point_of(&s, SAMPLE_COLUMNS - 1, 3, 0, 2, d.mask[0].position_mm);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "1 pixels of frame 1 are outside of the image");
    dicom_source_clear(&s);
}

static void masks_elsewhere_are_refused(void **state)
{
    (void)state;
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    struct dicom_mask *m = d.mask;
    uint8_t got[VOXELS] = {0};
    struct err err = {0};
    lay_mask(&s, &r, 0, 2);
    d.bits[1] = 1;
    point_of(&s, 0, 0, 0.9, 2, m->position_mm);
    assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
    point_of(&s, 0, 0, 1.25, 2, m->position_mm);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "frame 1 is up to 1.25 mm off the nearest slice");
    point_of(&s, 0.5, 0, 0, 2, m->position_mm);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "0.50 pixels off");
    point_of(&s, 3e9, 0, 0, 2, m->position_mm);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "frame 1");
    dicom_source_clear(&s);
}

static void other_pixels_are_refused(void **state)
{
    (void)state;
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    struct dicom_mask *m = d.mask;
    uint8_t got[VOXELS] = {0};
    struct err err = {0};
    lay_mask(&s, &r, 0, 2);
    d.bits[1] = 1;
    m->row_mm = 1.3;
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "1.3 x 1.3 mm, the image of 1.3 x 1.7 mm");
    dicom_source_clear(&s);
}

static void empty_masks_and_other_frames_of_reference(void **state)
{
    (void)state;
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    uint8_t got[VOXELS] = {0};
    struct err err = {0};
    lay_mask(&s, &r, 0, 2);
    point_of(&s, 0, 0, 4, 2, d.mask[0].position_mm); /* but there is nothing to lose */
    assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
    (void)snprintf(d.region[0].frame_of_reference, DICOM_UID, "1.2.99");
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "another frame of reference");
    assert_refused(dicom_reading_place(&r, 1, &s, got, &err), err, ERR_ARG, "region");
    dicom_source_clear(&s);
}

/* A rectangle from (x0, y0) to (x1, y1). */
static void draw(const struct dicom_source *s, struct dicom_reading *r, int32_t k,
                 const double box[4])
{
    struct dicom_contour *c = &r->contour[r->contours];
    *c = (struct dicom_contour){0, (int32_t)r->contours + 1, 1, 4, r->points};
    for (int p = 0; p < 4; p++)
        point_of(s, box[p == 1 || p == 2 ? 2 : 0], box[p > 1 ? 3 : 1], 0, k,
                 r->point[r->points++]);
    r->contours++;
}

static void contours_fill_and_holes_stay(void **state)
{
    (void)state;
    static const double outer[] = {0.6, 0.7, 7.4, 5.9}, inner[] = {2.9, 2.8, 4.2, 4.4};
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    uint8_t want[VOXELS] = {0}, got[VOXELS] = {0};
    struct err err = {0};
    draw(&s, &r, 1, outer);
    draw(&s, &r, 1, inner);
    for (int y = 1; y <= 5; y++)
        for (int x = 1; x <= 7; x++)
            if (x < 3 || x > 4 || y < 3 || y > 4)
                want[grid_index(&s.grid, x, y, 1)] = 1;
    assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
    assert_memory_equal(got, want, sizeof want);

    /* on another slice it is no hole but a region of its own */
    r.contours = r.points = 0;
    memset(got, 0, sizeof got);
    draw(&s, &r, 4, outer);
    draw(&s, &r, 1, inner);
    assert_ok(dicom_reading_place(&r, 0, &s, got, &err), err);
    assert_int_equal(got[grid_index(&s.grid, 3, 3, 1)], 1);
    assert_int_equal(got[grid_index(&s.grid, 3, 3, 4)], 1);
    assert_int_equal(got[grid_index(&s.grid, 1, 1, 1)], 0);
    dicom_source_clear(&s);
}

static void contours_elsewhere_are_refused(void **state)
{
    (void)state;
    static const double box[] = {1, 1, 5, 5}, wide[] = {1, 1, 10, 5};
    struct dicom_source s = sample_source();
    struct drawn d = {0};
    struct dicom_reading r = reading_of(&d);
    uint8_t got[VOXELS] = {0};
    struct err err = {0};
    draw(&s, &r, 2, box);
    point_of(&s, 5, 5, 2, 2, d.point[2]);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "contour 1 is up to 2.00 mm off the nearest slice");
    d.contour[0].closed = 0;
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "contour 1 is not closed and planar");
    r.contours = r.points = 0;
    draw(&s, &r, 2, wide);
    assert_refused(dicom_reading_place(&r, 0, &s, got, &err), err, ERR_FORMAT,
                   "contour 1 leaves the image");
    dicom_source_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_may_be_turned_and_flipped),
        cmocka_unit_test(a_mask_may_be_a_part),
        cmocka_unit_test(masks_elsewhere_are_refused),
        cmocka_unit_test(other_pixels_are_refused),
        cmocka_unit_test(empty_masks_and_other_frames_of_reference),
        cmocka_unit_test(contours_fill_and_holes_stay),
        cmocka_unit_test(contours_elsewhere_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
