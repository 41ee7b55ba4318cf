#include "make_nifti.h"

#include "image/nifti_header.h"

static size_t length_of(const struct nifti_file *f)
{
    return nifti_header_length(f->bytes);
}

static void both_versions_in_both_orders(void **state)
{
    (void)state;
    struct nifti_file f;
    for (int version = 1; version <= 2; version++) {
        for (int big = 0; big <= 1; big++) {
            struct err err = {0};
            struct nifti_header h = {0};
            make_header(&f, version, big, NIFTI_INT32, 32);
            set_field(&f, FIELD_SLOPE, 0, 0.5);
            set_field(&f, FIELD_INTER, 0, -3);
            memcpy(f.bytes + (version == 1 ? 148 : 240), "from a scanner", 14);
            assert_int_equal(length_of(&f), version == 1 ? 348 : 540);
            assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
            assert_int_equal(h.info.version, version);
            assert_int_equal(h.info.big_endian, big);
            assert_int_equal(h.info.datatype, NIFTI_INT32);
            assert_int_equal(h.info.bits, 32);
            assert_int_equal(h.info.orientation, 1);
            assert_string_equal(h.info.description, "from a scanner");
            assert_int_equal(h.grid.dim[0], 3);
            assert_int_equal(h.grid.dim[2], 2);
            assert_int_equal(h.offset, version == 1 ? 352 : 544);
            assert_near(grid_edge_mm(&h.grid, 1), 0.75, 1e-12);
            assert_near(h.slope, 0.5, 0);
            assert_near(h.inter, -3, 0);
        }
    }
}

/* 90 degrees about z: a = b = sqrt(1/2) in (a, d); x goes to y, y to -x. */
static void orientation_by_precedence(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 2, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_PIXDIM0, 0, -1); /* the third axis is turned round */
    set_field(&f, FIELD_QFORM, 0, 1);
    set_field(&f, FIELD_QUATERN_B, 2, sqrt(0.5));
    set_field(&f, FIELD_QOFFSET_X, 1, 7);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_int_equal(h.info.orientation, 2);
    static const double by_q[3][4] = {{0, -0.75, 0, 0}, {1.5, 0, 0, 7}, {0, 0, -8, 0}};
    for (int i = 0; i < 12; i++)
        assert_near(h.grid.to_mm[i / 4][i % 4], by_q[i / 4][i % 4], 1e-12);

    static const double rows[3][4] = {{0, 0, -9, 1}, {2, 0, 0, 2}, {0, 3, 0, 3}};
    set_field(&f, FIELD_SFORM, 0, 2);
    for (int i = 0; i < 12; i++)
        set_field(&f, FIELD_SROW_X, i, rows[i / 4][i % 4]);
    set_field(&f, FIELD_PIXDIM0, 1, 2);
    set_field(&f, FIELD_PIXDIM0, 2, 3);
    set_field(&f, FIELD_PIXDIM0, 3, 9);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_int_equal(h.info.orientation, 3); /* sform before qform */
    for (int i = 0; i < 12; i++)
        assert_near(h.grid.to_mm[i / 4][i % 4], rows[i / 4][i % 4], 0);

    for (int i = 0; i < 12; i++)
        set_field(&f, FIELD_SROW_X, i, 0);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_int_equal(h.info.orientation, 2); /* a code with nothing behind it */
    set_field(&f, FIELD_SROW_X, 3, -7);      /* a place is no orientation */
    set_field(&f, FIELD_QFORM, 0, 0);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_int_equal(h.info.orientation, 1);
    set_field(&f, FIELD_SROW_X, 0, 1); /* but a matrix that is singular is wrong */
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "voxel edge along axis 1 is 0");
}

/* An sform along the axes that scales pixdim. */
static void set_sform(struct nifti_file *f, const double edge[3])
{
    set_field(f, FIELD_SFORM, 0, 1);
    for (int a = 0; a < 3; a++)
        set_field(f, FIELD_SROW_X, 5 * a, edge[a]);
}

/* Of two voxel sizes in one header nobody knows which is the patient's. */
static void sform_of_another_size_is_refused(void **state)
{
    (void)state;
    static const double change[] = {0.9, 0.989, 1.011, 1.1}, edges[] = {1.5, 0.75, 8};
    for (int version = 1; version <= 2; version++) {
        for (int a = 0; a < 3; a++) {
            struct err err = {0};
            struct nifti_file f;
            struct nifti_header h = {.offset = 77};
            double edge[3] = {1.5, 0.75, 8};
            make_header(&f, version, a == 1, NIFTI_UINT8, 8);
            for (size_t c = 0; c < ARRAY_LEN(change); c++) {
                edge[a] = edges[a] * change[c];
                set_sform(&f, edge);
                assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err),
                               err, ERR_FORMAT, "pixdim says 1.5 x 0.75 x 8 mm");
                assert_int_equal(h.offset, 77);
            }
            edge[a] = edges[a] * 1.009; /* rounded by somebody */
            set_sform(&f, edge);
            assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
            assert_near(grid_edge_mm(&h.grid, a), edge[a], 1e-6);
        }
    }
}

/* Both sizes are in the header's unit, the message in mm. */
static void sizes_are_compared_in_any_unit(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 2, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_UNITS, 0, 1); /* metres */
    for (int i = 1; i <= 3; i++)
        set_field(&f, FIELD_PIXDIM0, i, 0.002);
    set_sform(&f, (const double[3]){0.002, 0.002, 0.002});
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    set_sform(&f, (const double[3]){0.002, 0.002, 0.01});
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT,
                   "the sform makes voxels of 2 x 2 x 10 mm, pixdim says 2 x 2 x 2 mm");
}

/* 3 x 2 x 2 voxels of 1.5 x 0.75 x 8 mm, the same by sform and qform; then not. */
static void a_qform_may_contradict(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 1, false, NIFTI_UINT8, 8);
    set_sform(&f, (const double[3]){1.5, 0.75, 8});
    set_field(&f, FIELD_QUATERN_B, 0, 9); /* of no meaning without a code */
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.forms.apart_mm, 0, 0);
    set_field(&f, FIELD_QUATERN_B, 0, 0);
    set_field(&f, FIELD_QFORM, 0, 1);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.forms.apart_mm, 0, 0);
    set_field(&f, FIELD_QOFFSET_X, 1, 0.9);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.forms.apart_mm, 0.9, 1e-6);
    assert_false(nifti_forms_differ(&h.forms));
    set_field(&f, FIELD_QOFFSET_X, 1, 1.1);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_true(nifti_forms_differ(&h.forms));
    set_field(&f, FIELD_QOFFSET_X, 1, 0);
    set_field(&f, FIELD_QUATERN_B, 1, 1); /* half a turn about y: x and z change sign */
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.forms.apart_mm, 2 * hypot(2 * 1.5, 8), 1e-5);
    assert_int_equal(h.info.orientation, 3);
    set_field(&f, FIELD_QUATERN_B, 1, 2); /* no rotation */
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_true(isinf(h.forms.apart_mm) && nifti_forms_differ(&h.forms));
    set_field(&f, FIELD_SFORM, 0, 0);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "no rotation");
}

/* b, c, d rounded a little above length 1 is half a turn, not an error. */
static void half_turn_with_rounding(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 1, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_QFORM, 0, 1);
    set_field(&f, FIELD_QUATERN_B, 0, 1.0001);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.grid.to_mm[0][0], 1.5, 1e-6);
    assert_near(h.grid.to_mm[1][1], -0.75, 1e-6);
    set_field(&f, FIELD_QUATERN_B, 0, 1.1);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "no rotation");
    set_field(&f, FIELD_QUATERN_B, 0, (double)NAN);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "no rotation");
}

static void lengths_in_other_units(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 1, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_UNITS, 0, 1 | 8); /* metres and seconds */
    set_field(&f, FIELD_PIXDIM0, 1, 0.0015);
    set_field(&f, FIELD_PIXDIM0, 2, 0.00075);
    set_field(&f, FIELD_PIXDIM0, 3, 0.008);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(grid_edge_mm(&h.grid, 2), 8.0, 1e-6);
    set_field(&f, FIELD_UNITS, 0, 3);
    for (int i = 1; i <= 3; i++)
        set_field(&f, FIELD_PIXDIM0, i, 1500);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(grid_edge_mm(&h.grid, 2), 1.5, 1e-9);
    /* millimetres that a tool calls metres */
    set_field(&f, FIELD_UNITS, 0, 1);
    for (int i = 1; i <= 3; i++)
        set_field(&f, FIELD_PIXDIM0, i, 1.5);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "lengths are in metres, says the header");
}

static void scaling_can_be_off(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 1, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_INTER, 0, 5); /* slope 0: the standard ignores both */
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.slope, 1, 0);
    assert_near(h.inter, 0, 0);
    set_field(&f, FIELD_SLOPE, 0, (double)NAN);
    set_field(&f, FIELD_INTER, 0, (double)NAN);
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    assert_near(h.slope, 1, 0);
}

/* One field wrong at a time, in both versions where the field can hold the value. */
static void absurd_fields_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum field field;
        int index;
        double value;
        enum err_code code;
        const char *message;
    } cases[] = {
        {FIELD_DIM0, 0, 0, ERR_FORMAT, "dim[0] is 0"},
        {FIELD_DIM0, 0, 8, ERR_FORMAT, "dim[0] is 8"},
        {FIELD_DIM0, 0, -3, ERR_FORMAT, "dim[0] is -3"},
        {FIELD_DIM0, 0, 2, ERR_SUPPORT, "a 2D image"},
        {FIELD_DIM0, 1, 0, ERR_FORMAT, "dim[1] is 0"},
        {FIELD_DIM0, 3, -5, ERR_FORMAT, "dim[3] is -5"},
        {FIELD_DATATYPE, 0, 3, ERR_FORMAT, "datatype 3 is unknown"},
        {FIELD_DATATYPE, 0, 128, ERR_SUPPORT, "RGB"},
        {FIELD_DATATYPE, 0, 32, ERR_SUPPORT, "complex64"},
        {FIELD_BITPIX, 0, 16, ERR_FORMAT, "bitpix is 16"},
        {FIELD_VOX_OFFSET, 0, 0, ERR_FORMAT, "vox_offset is 0"},
        {FIELD_VOX_OFFSET, 0, 351, ERR_FORMAT, "vox_offset is 351"},
        {FIELD_VOX_OFFSET, 0, -1e18, ERR_FORMAT, "vox_offset is -1e+18"},
        {FIELD_VOX_OFFSET, 0, 1e18, ERR_FORMAT, "vox_offset is 1e+18"},
        {FIELD_PIXDIM0, 1, 0, ERR_FORMAT, "pixdim[1] is 0"},
        {FIELD_PIXDIM0, 2, -0.75, ERR_FORMAT, "pixdim[2] is -0.75"},
        {FIELD_PIXDIM0, 3, (double)NAN, ERR_FORMAT, "pixdim[3] is"},
        {FIELD_PIXDIM0, 3, (double)INFINITY, ERR_FORMAT, "pixdim[3] is inf"},
        {FIELD_PIXDIM0, 3, 1e9, ERR_FORMAT, "voxel edge along axis 2"},
        {FIELD_SLOPE, 0, (double)INFINITY, ERR_FORMAT, "scl_slope is inf"},
        {FIELD_MAGIC, 0, 0x00316e78, ERR_FORMAT, "no magic word"},
    };
    for (int version = 1; version <= 2; version++) {
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct err err = {0};
            struct nifti_file f;
            struct nifti_header h = {.offset = 77};
            make_header(&f, version, i % 2 == 1, NIFTI_UINT8, 8);
            set_field(&f, cases[i].field, cases[i].index, cases[i].value);
            assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                           cases[i].code, cases[i].message);
            assert_int_equal(h.offset, 77); /* written only on success */
        }
    }
}

static void ranks_above_three(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 1, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_DIM0, 0, 5); /* all trailing lengths are 1 */
    assert_ok(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err);
    set_field(&f, FIELD_DIM0, 4, 25);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_SUPPORT, "a 5D image (25 along axis 4)");
    set_field(&f, FIELD_DIM0, 4, 0);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_FORMAT, "dim[4] is 0");
}

/* 64-bit lengths whose product wraps to something small. */
static void products_do_not_wrap(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};

    make_header(&f, 2, false, NIFTI_UINT8, 8);
    set_field(&f, FIELD_DIM0, 1, 4294967296.0);
    set_field(&f, FIELD_DIM0, 2, 4294967296.0);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_SUPPORT, "dim[1] is 4294967296");
    set_field(&f, FIELD_DIM0, 1, 65536);
    set_field(&f, FIELD_DIM0, 2, 65536);
    set_field(&f, FIELD_DIM0, 3, 65536);
    assert_refused(nifti_header_parse(f.bytes, length_of(&f), &h, &err), err,
                   ERR_SUPPORT, "65536 x 65536 x 65536 voxels");
}

static void other_formats_are_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_file f;
    struct nifti_header h = {0};
    const uint8_t png[4] = {0x89, 'P', 'N', 'G'};

    assert_int_equal(nifti_header_length(png), 0);
    make_header(&f, 1, false, NIFTI_UINT8, 8);
    memcpy(f.bytes + 344, "ni1", 4);
    assert_refused(nifti_header_parse(f.bytes, 348, &h, &err), err, ERR_SUPPORT,
                   "two files");
    assert_refused(nifti_header_parse(f.bytes, 540, &h, &err), err, ERR_FORMAT,
                   "not a NIfTI file");
    make_header(&f, 2, true, NIFTI_UINT8, 8);
    memcpy(f.bytes + 4, "ni2", 4);
    assert_refused(nifti_header_parse(f.bytes, 540, &h, &err), err, ERR_SUPPORT,
                   "two files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_versions_in_both_orders),
        cmocka_unit_test(orientation_by_precedence),
        cmocka_unit_test(sform_of_another_size_is_refused),
        cmocka_unit_test(sizes_are_compared_in_any_unit),
        cmocka_unit_test(a_qform_may_contradict),
        cmocka_unit_test(half_turn_with_rounding),
        cmocka_unit_test(lengths_in_other_units),
        cmocka_unit_test(scaling_can_be_off),
        cmocka_unit_test(absurd_fields_are_refused),
        cmocka_unit_test(ranks_above_three),
        cmocka_unit_test(products_do_not_wrap),
        cmocka_unit_test(other_formats_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
