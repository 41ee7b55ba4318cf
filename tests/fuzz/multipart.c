/* Fuzz target: an answer of a DICOMweb server.  Its first line is the Content-Type;
 * however the rest is cut, the same comes out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dicom/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool truth)
{
    if (!truth)
        abort();
}

/* What came out, as numbers. */
struct sum {
    uint64_t bytes, hash, begun, ended;
};

static bool begin(void *user, struct err *err)
{
    struct sum *s = user;
    (void)err;
    check(s->begun == s->ended);
    s->begun++;
    return true;
}

static bool add(void *user, const void *data, size_t size, struct err *err)
{
    struct sum *s = user;
    const uint8_t *b = data;
    (void)err;
    check(s->begun == s->ended + 1 && size > 0);
    s->bytes += size;
    for (size_t i = 0; i < size; i++)
        s->hash = (s->hash ^ b[i]) * 1099511628211U;
    return true;
}

static bool end(void *user, struct err *err)
{
    struct sum *s = user;
    (void)err;
    s->ended++;
    return true;
}

static bool parse(const char *boundary, const uint8_t *data, size_t size, size_t step,
                  struct sum *sum)
{
    const struct dicom_multipart_sink sink = {sum, begin, add, end};
    static struct dicom_multipart m;
    struct err err = {0};
    bool ok = true;

    dicom_multipart_init(&m, boundary, &sink);
    for (size_t at = 0; ok && at < size; at += step)
        ok = dicom_multipart_feed(&m, data + at, size - at < step ? size - at : step,
                                  &err);
    ok = ok && dicom_multipart_finish(&m, &err);
    check(ok == (err.code == ERR_NONE) && ok == (err.msg[0] == '\0'));
    check(!ok || sum->begun == sum->ended);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    char type[256], boundary[DICOM_BOUNDARY];
    struct err err = {0};
    struct sum whole = {0}, cut = {0};

    if (!line || (size_t)(line - data) >= sizeof type)
        return 0;
    memcpy(type, data, (size_t)(line - data));
    type[line - data] = '\0';
    if (!dicom_multipart_boundary(type, boundary, &err)) {
        check(err.code == ERR_FORMAT && err.msg[0]);
        return 0;
    }
    const uint8_t *rest = line + 1;
    const size_t n = size - (size_t)(rest - data);
    const bool ok = parse(boundary, rest, n, n > 0 ? n : 1, &whole);
    const bool again =
        parse(boundary, rest, n, n > 0 ? 1U + rest[n - 1] % 16U : 1, &cut);
    check(ok == again);
    check(memcmp(&whole, &cut, sizeof whole) == 0);
    return 0;
}
