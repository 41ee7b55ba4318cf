#include "dicom/jpeg.h"

enum {
    MARK = 0xff,
    START_OF_IMAGE = 0xd8,
    START_OF_SCAN = 0xda,
    FRAME_LS = 0xf7, /* JPEG-LS */
    FRAME_SIZE = 6   /* bits, rows, columns, components */
};

/* The sixteen processes of JPEG, of which three codes mean something else. */
static bool is_frame(uint8_t code)
{
    return code == FRAME_LS || (code >= 0xc0 && code <= 0xcf && code != 0xc4 &&
                                code != 0xc8 && code != 0xcc);
}

static int32_t word(const uint8_t *b)
{
    return b[0] << 8 | b[1];
}

bool dicom_jpeg_begins(const uint8_t *data, size_t size)
{
    return size >= 3 && data[0] == MARK && data[1] == START_OF_IMAGE && data[2] == MARK;
}

static bool check_frame(const uint8_t *frame, int32_t rows, int32_t columns,
                        int32_t bits, struct err *err)
{
    const int32_t h = word(frame + 1), w = word(frame + 3);

    if (frame[5] != 1)
        return ERR_FAIL(err, ERR_SUPPORT, "JPEG with %d components", frame[5]);
    if (h != rows || w != columns)
        return ERR_FAIL(err, ERR_FORMAT,
                        "JPEG picture of %d x %d where the file says %d x %d", w, h,
                        columns, rows);
    if (frame[0] < 1 || frame[0] > bits)
        return ERR_FAIL(err, ERR_FORMAT, "JPEG picture of %d bits in %d", frame[0],
                        bits);
    return true;
}

bool dicom_jpeg_check(const uint8_t *data, size_t size, int32_t rows, int32_t columns,
                      int32_t bits, struct err *err)
{
    size_t at = 2;
    bool framed = false;

    if (!dicom_jpeg_begins(data, size))
        return ERR_FAIL(err, ERR_FORMAT, "no JPEG picture");
    while (size - at >= 4 && data[at] == MARK) {
        const uint8_t code = data[at + 1];
        const size_t length = (size_t)word(data + at + 2);
        if (code == MARK) { /* a marker may be preceded by any number of these */
            at++;
            continue;
        }
        if (code == START_OF_SCAN && framed)
            return true;
        if (length < 2 || length > size - at - 2 ||
            (is_frame(code) && length < 2 + FRAME_SIZE))
            break;
        if (is_frame(code)) {
            if (!check_frame(data + at + 4, rows, columns, bits, err))
                return false;
            framed = true;
        }
        at += 2 + length;
    }
    return ERR_FAIL(err, ERR_FORMAT, "damaged JPEG header");
}
