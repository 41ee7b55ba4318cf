#include "dicom/j2k.h"

#include <openjpeg.h>
#include <string.h>

/* Tiles of 128 x 128 in the largest picture; each costs the decoder some 6 kB. */
enum { MAX_TILES = 4096 };

/* Of the parts of a picture that are coded together; 2 to this power in pixels. */
enum { MAX_LAYERS = 256, MIN_PRECINCT = 4 };

/* Markers of a codestream. */
enum {
    CODING = 0xff52,
    CODING_OF_ONE = 0xff53,
    START_OF_TILE_PART = 0xff90,
    START_OF_DATA = 0xff93
};

/* A block of memory as OpenJPEG's stream. */
struct memory {
    const uint8_t *data;
    size_t size, at;
};

static OPJ_SIZE_T read_memory(void *to, OPJ_SIZE_T n, void *user)
{
    struct memory *m = user;
    const size_t left = m->size - m->at;

    if (left == 0)
        return (OPJ_SIZE_T)-1;
    n = n < left ? n : left;
    memcpy(to, m->data + m->at, n);
    m->at += n;
    return n;
}

static OPJ_OFF_T skip_memory(OPJ_OFF_T n, void *user)
{
    struct memory *m = user;

    if (n < 0)
        return -1;
    const size_t left = m->size - m->at;
    const size_t step = (uint64_t)n < left ? (size_t)n : left;
    m->at += step;
    return (OPJ_OFF_T)step;
}

static OPJ_BOOL seek_memory(OPJ_OFF_T to, void *user)
{
    struct memory *m = user;

    if (to < 0 || (uint64_t)to > m->size)
        return OPJ_FALSE;
    m->at = (size_t)to;
    return OPJ_TRUE;
}

static void be_silent(const char *text, void *user)
{
    (void)text;
    (void)user;
}

static bool is_jp2(const uint8_t *data, size_t size)
{
    static const uint8_t mark[12] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10};
    return size >= sizeof mark && memcmp(data, mark, sizeof mark) == 0;
}

bool dicom_j2k_begins(const uint8_t *data, size_t size)
{
    static const uint8_t mark[4] = {0xff, 0x4f, 0xff, 0x51}; /* SOC, SIZ */
    return is_jp2(data, size) ||
           (size >= sizeof mark && memcmp(data, mark, sizeof mark) == 0);
}

static uint32_t word(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* A JP2 file is a list of boxes, one of which is the codestream: move on to that.  What
 * the others say of colours has no meaning here. */
static bool unwrap(const uint8_t **data, size_t *size, struct err *err)
{
    if (!is_jp2(*data, *size))
        return true;
    while (*size >= 8) {
        const uint32_t length = word(*data);
        if (memcmp(*data + 4, "jp2c", 4) == 0) {
            const size_t head = length == 1 ? 16 : 8;
            if (*size < head)
                break;
            *data += head;
            *size -= head;
            return true;
        }
        if (length < 8 || length > *size)
            break;
        *data += length;
        *size -= length;
    }
    return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 header");
}

/* What the decoder would allocate for is decided by the codestream's first marker
 * segment (SIZ). */
static bool check_size(const uint8_t *data, size_t size, int32_t rows, int32_t columns,
                       size_t *out, struct err *err)
{
    enum { X, Y, X0, Y0, TILE_X, TILE_Y, TILE_X0, TILE_Y0, FIELDS };
    uint32_t field[FIELDS];

    if (size < 42 || !dicom_j2k_begins(data, size))
        return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 header");
    for (size_t f = 0; f < FIELDS; f++)
        field[f] = word(data + 8 + 4 * f);
    const unsigned parts = (unsigned)(data[40] << 8 | data[41]);
    if (parts != 1)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 with %u components", parts);
    if (field[X] < field[X0] || field[X] - field[X0] != (uint32_t)columns ||
        field[Y] < field[Y0] || field[Y] - field[Y0] != (uint32_t)rows)
        return ERR_FAIL(err, ERR_FORMAT,
                        "JPEG 2000 picture of %u x %u where the file says %d x %d",
                        field[X] - field[X0], field[Y] - field[Y0], columns, rows);
    if (field[TILE_X] == 0 || field[TILE_Y] == 0 || field[TILE_X0] > field[X0] ||
        field[TILE_Y0] > field[Y0])
        return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 header");
    const uint64_t tiles =
        ((uint64_t)(field[X] - field[TILE_X0] - 1) / field[TILE_X] + 1) *
        ((uint64_t)(field[Y] - field[TILE_Y0] - 1) / field[TILE_Y] + 1);
    if (tiles > MAX_TILES)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 picture of %llu tiles",
                        (unsigned long long)tiles);
    *out = (size_t)tiles;
    return true;
}

static unsigned half(const uint8_t *b)
{
    return (unsigned)(b[0] << 8 | b[1]);
}

/* How a picture or a tile is coded (COD, COC): a decoder allocates for each precinct,
 * some 600 bytes, and for each precinct of each layer. */
static bool check_coding(const uint8_t *segment, size_t length, struct err *err)
{
    const bool all = half(segment) == CODING;
    const size_t style = all ? 4 : 5, levels = all ? 9 : 6, first = levels + 5;

    if (length < first ||
        ((segment[style] & 1U) != 0 && length < first + segment[levels] + 1U))
        return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 header");
    if (all && half(segment + 6) > MAX_LAYERS)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 picture of %u layers",
                        half(segment + 6));
    for (size_t r = 0; (segment[style] & 1U) != 0 && r <= segment[levels]; r++) {
        const unsigned w = segment[first + r] & 15U, h = segment[first + r] >> 4U;
        if (w < MIN_PRECINCT || h < MIN_PRECINCT)
            return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 with precincts of %u x %u",
                            1U << w, 1U << h);
    }
    return true;
}

/* Walk over the headers of the picture and of its tiles.  All tiles have their part of
 * the stream: OpenJPEG leaves those without as they are. */
static bool check_tiles(const uint8_t *data, size_t size, size_t tiles, struct err *err)
{
    enum { LENGTH = 12 };
    bool seen[MAX_TILES] = {false};
    size_t at = 2, end = 0, missing = tiles;

    while (size - at >= 4 && data[at] == 0xff) { /* a marker and its length */
        const unsigned marker = half(data + at);
        const size_t length = 2 + (size_t)half(data + at + 2);
        if (marker == START_OF_DATA) {
            if (end <= at)
                break;
            at = end;
            continue;
        }
        if (length > size - at)
            break;
        if ((marker == CODING || marker == CODING_OF_ONE) &&
            !check_coding(data + at, length, err))
            return false;
        if (marker == START_OF_TILE_PART) {
            if (length != LENGTH)
                break;
            const size_t tile = half(data + at + 4), part = word(data + at + 6);
            if (tile < tiles && !seen[tile]) {
                seen[tile] = true;
                missing--;
            }
            if (part > size - at)
                break;
            end = part == 0 ? size : at + part; /* 0: up to the end */
        }
        at += length;
    }
    return missing == 0 || ERR_FAIL(err, ERR_FORMAT,
                                    "damaged JPEG 2000 picture: %zu of %zu tiles "
                                    "are missing",
                                    missing, tiles);
}

static bool check_picture(const opj_image_t *p, int32_t rows, int32_t columns,
                          struct err *err)
{
    if (p->numcomps != 1)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 with %u components", p->numcomps);
    const opj_image_comp_t *c = &p->comps[0];
    if (c->prec < 1 || c->prec > 16 || c->dx != 1 || c->dy != 1)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG 2000 of %u bits, sampled %u by %u",
                        c->prec, c->dx, c->dy);
    if (c->w != (OPJ_UINT32)columns || c->h != (OPJ_UINT32)rows)
        return ERR_FAIL(err, ERR_FORMAT,
                        "JPEG 2000 picture of %u x %u where the file says %d x %d",
                        c->w, c->h, columns, rows);
    return true;
}

static bool decode(opj_stream_t *stream, opj_codec_t *codec, opj_image_t **picture,
                   int32_t rows, int32_t columns, struct err *err)
{
    opj_dparameters_t parameters;

    opj_set_default_decoder_parameters(&parameters);
    opj_set_info_handler(codec, be_silent, NULL);
    opj_set_warning_handler(codec, be_silent, NULL);
    opj_set_error_handler(codec, be_silent, NULL);
    if (!opj_setup_decoder(codec, &parameters) ||
        !opj_read_header(stream, codec, picture) || !*picture)
        return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 header");
    if (!check_picture(*picture, rows, columns, err))
        return false;
    if (!opj_decode(codec, stream, *picture) || !(*picture)->comps[0].data)
        return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG 2000 picture");
    return check_picture(*picture, rows, columns, err);
}

bool dicom_j2k_decode(const uint8_t *data, size_t size, int32_t rows, int32_t columns,
                      int32_t *value, struct err *err)
{
    opj_image_t *picture = NULL;
    size_t tiles = 0;
    bool ok = false;

    if (!unwrap(&data, &size, err) ||
        !check_size(data, size, rows, columns, &tiles, err) ||
        !check_tiles(data, size, tiles, err))
        return false;
    struct memory memory = {data, size, 0};
    opj_stream_t *stream = opj_stream_create((OPJ_SIZE_T)64 * 1024, OPJ_TRUE);
    opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
    if (!stream || !codec) {
        err_record(err, ERR_NOMEM, "out of memory for JPEG 2000");
        goto done;
    }
    opj_stream_set_read_function(stream, read_memory);
    opj_stream_set_skip_function(stream, skip_memory);
    opj_stream_set_seek_function(stream, seek_memory);
    opj_stream_set_user_data(stream, &memory, NULL);
    opj_stream_set_user_data_length(stream, size);
    if (!decode(stream, codec, &picture, rows, columns, err))
        goto done;
    const size_t n = (size_t)rows * (size_t)columns;
    for (size_t i = 0; i < n; i++)
        value[i] = picture->comps[0].data[i];
    ok = true;
done:
    opj_image_destroy(picture);
    if (codec)
        opj_destroy_codec(codec);
    if (stream)
        opj_stream_destroy(stream);
    return ok;
}
