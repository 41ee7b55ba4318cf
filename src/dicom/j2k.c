#include "dicom/j2k.h"

#include <openjpeg.h>
#include <string.h>

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
    struct memory memory = {data, size, 0};
    opj_image_t *picture = NULL;
    opj_stream_t *stream = opj_stream_create((OPJ_SIZE_T)64 * 1024, OPJ_TRUE);
    opj_codec_t *codec =
        opj_create_decompress(is_jp2(data, size) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    bool ok = false;

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
