/* j2k: what OpenJPEG's encoder made comes back; damage is refused. */
#include "testing.h"

#include <openjpeg.h>

#include "base/rng.h"
#include "dicom/j2k.h"

enum { ROWS = 33, COLUMNS = 20 };

struct sink {
    uint8_t data[32768];
    size_t at, size;
};

static OPJ_SIZE_T sink_write(void *from, OPJ_SIZE_T n, void *user)
{
    struct sink *s = user;

    assert_true(s->at + n <= sizeof s->data);
    memcpy(s->data + s->at, from, n);
    s->at += n;
    s->size = s->at > s->size ? s->at : s->size;
    return n;
}

static OPJ_OFF_T sink_skip(OPJ_OFF_T n, void *user)
{
    struct sink *s = user;

    s->at += (size_t)n;
    return n;
}

static OPJ_BOOL sink_seek(OPJ_OFF_T to, void *user)
{
    struct sink *s = user;

    s->at = (size_t)to;
    return OPJ_TRUE;
}

/* A lossless codestream of `bits` with or without sign. */
static void encode(const int32_t *value, unsigned bits, bool with_sign, unsigned parts,
                   struct sink *out)
{
    opj_cparameters_t how;
    opj_image_cmptparm_t part[3];

    memset(part, 0, sizeof part);
    for (unsigned c = 0; c < parts; c++) {
        part[c].dx = part[c].dy = 1;
        part[c].w = COLUMNS;
        part[c].h = ROWS;
        part[c].prec = bits;
        part[c].sgnd = with_sign;
    }
    opj_image_t *picture = opj_image_create(parts, part, OPJ_CLRSPC_GRAY);
    assert_non_null(picture);
    picture->x1 = COLUMNS;
    picture->y1 = ROWS;
    for (unsigned c = 0; c < parts; c++)
        memcpy(picture->comps[c].data, value, sizeof(int32_t) * ROWS * COLUMNS);
    opj_set_default_encoder_parameters(&how);
    how.numresolution = 3;
    how.tcp_numlayers = 1;
    how.tcp_rates[0] = 0; /* lossless */
    how.cp_disto_alloc = 1;
    how.csty |= 1; /* precincts are told */
    how.res_spec = 1;
    how.prcw_init[0] = how.prch_init[0] = 256;
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(4096, OPJ_FALSE);
    opj_stream_set_write_function(stream, sink_write);
    opj_stream_set_skip_function(stream, sink_skip);
    opj_stream_set_seek_function(stream, sink_seek);
    opj_stream_set_user_data(stream, out, NULL);
    assert_true(opj_setup_encoder(codec, &how, picture));
    assert_true(opj_start_compress(codec, picture, stream));
    assert_true(opj_encode(codec, stream));
    assert_true(opj_end_compress(codec, stream));
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(picture);
}

static void fill(int32_t *value, unsigned bits, bool with_sign)
{
    struct rng r = rng_make(2, bits, with_sign);

    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        value[i] =
            (int32_t)rng_below(&r, 1u << bits) - (with_sign ? 1 << (bits - 1) : 0);
}

static void lossless_comes_back(void **state)
{
    (void)state;
    static int32_t in[ROWS * COLUMNS], got[ROWS * COLUMNS];
    static struct sink s;
    struct err err = {0};

    for (unsigned bits = 8; bits <= 16; bits += 4)
        for (int sign = 0; sign < 2; sign++) {
            memset(&s, 0, sizeof s);
            fill(in, bits, sign != 0);
            encode(in, bits, sign != 0, 1, &s);
            assert_true(dicom_j2k_begins(s.data, s.size));
            assert_ok(dicom_j2k_decode(s.data, s.size, ROWS, COLUMNS, got, &err), err);
            assert_memory_equal(got, in, sizeof in);
        }
}

/* As some archives write it, though DICOM wants the codestream alone. */
static void a_jp2_file_is_unwrapped(void **state)
{
    (void)state;
    static const uint8_t boxes[] = {0,    0,   0, 12, 'j', 'P', ' ', ' ', 13,  10,
                                    0x87, 10,  0, 0,  0,   10,  'f', 't', 'y', 'p',
                                    'x',  'x', 0, 0,  0,   0,   'j', 'p', '2', 'c'};
    static int32_t in[ROWS * COLUMNS], got[ROWS * COLUMNS];
    static struct sink s;
    static uint8_t file[sizeof boxes + sizeof s.data];
    struct err err = {0};

    fill(in, 12, false);
    encode(in, 12, false, 1, &s);
    memcpy(file, boxes, sizeof boxes);
    memcpy(file + sizeof boxes, s.data, s.size);
    assert_true(dicom_j2k_begins(file, sizeof boxes + s.size));
    assert_ok(dicom_j2k_decode(file, sizeof boxes + s.size, ROWS, COLUMNS, got, &err),
              err);
    assert_memory_equal(got, in, sizeof in);
    file[15] = 200; /* a box beyond the end */
    assert_refused(dicom_j2k_decode(file, 100, ROWS, COLUMNS, got, &err), err,
                   ERR_FORMAT, "damaged JPEG 2000 header");
}

/* A small stream can make a decoder allocate for each pixel, or for many layers. */
static void what_costs_memory_is_refused(void **state)
{
    (void)state;
    static int32_t in[ROWS * COLUMNS], got[ROWS * COLUMNS];
    static struct sink s;
    struct err err = {0};
    size_t at = 0;

    fill(in, 12, false);
    memset(&s, 0, sizeof s);
    encode(in, 12, false, 1, &s);
    while (at + 20 < s.size && (s.data[at] != 0xff || s.data[at + 1] != 0x52))
        at++;
    assert_int_equal(s.data[at + 4] & 1, 1);
    s.data[at + 14] = 0x33; /* the lowest resolution's */
    assert_refused(dicom_j2k_decode(s.data, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_SUPPORT, "precincts of 8 x 8");
    s.data[at + 14] = 0x88;
    s.data[at + 6] = 0xff;
    assert_refused(dicom_j2k_decode(s.data, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_SUPPORT, "layers");
    s.data[at + 6] = 0;
    s.data[at + 9] = 32; /* more resolutions than the segment has precincts */
    assert_refused(dicom_j2k_decode(s.data, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_FORMAT, "damaged JPEG 2000 header");
}

static void refusals(void **state)
{
    (void)state;
    static int32_t in[ROWS * COLUMNS], got[ROWS * COLUMNS];
    static struct sink s;
    struct err err = {0};

    fill(in, 12, false);
    encode(in, 12, false, 1, &s);
    assert_refused(dicom_j2k_decode(s.data, s.size, ROWS + 1, COLUMNS, got, &err), err,
                   ERR_FORMAT, "where the file says");
    assert_refused(dicom_j2k_decode(s.data, 20, ROWS, COLUMNS, got, &err), err,
                   ERR_FORMAT, "damaged JPEG 2000");
    /* no tiles; tiles of 1 x 1 of which the stream has one; a picture far from them
     */
    static uint8_t copy[sizeof s.data];
    memcpy(copy, s.data, s.size);
    for (int i = 0; i < 4; i++)
        copy[24 + i] = copy[28 + i] = 0;
    assert_refused(dicom_j2k_decode(copy, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_FORMAT, "damaged JPEG 2000 header");
    copy[27] = copy[31] = 1;
    assert_refused(dicom_j2k_decode(copy, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_FORMAT, "659 of 660 tiles are missing");
    copy[9] = copy[13] = copy[17] = copy[21] = 8;
    assert_refused(dicom_j2k_decode(copy, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_SUPPORT, "tiles");
    assert_false(dicom_j2k_begins(s.data + 1, s.size - 1));
    assert_false(dicom_j2k_begins(s.data, 3));
    memset(&s, 0, sizeof s);
    encode(in, 12, false, 3, &s);
    assert_refused(dicom_j2k_decode(s.data, s.size, ROWS, COLUMNS, got, &err), err,
                   ERR_SUPPORT, "3 components");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_comes_back),
        cmocka_unit_test(a_jp2_file_is_unwrapped),
        cmocka_unit_test(what_costs_memory_is_refused),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
