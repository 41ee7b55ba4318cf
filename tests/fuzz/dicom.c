/*
 * dicom.c - any bytes as a DICOM file: refused with a reason, or attributes and values
 * that keep their promises.  In this process, without the child that contains it
 * elsewhere (dicom/guard.h), so that every fault is seen.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing that a file of this size may ask for is larger; what asks for more ends the
 * program. */
const char *__asan_default_options(void); /* NOLINT: the sanitizer's name */
const char *__asan_default_options(void)  /* NOLINT */
{
    return "max_allocation_size_mb=128";
}

/* Larger pictures cost time and find nothing more. */
enum { MAX_PIXELS = 1 << 20, MAX_DECODED = 3 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_uid(const char *uid)
{
    check(strlen(uid) <= 64 && strspn(uid, "0123456789.") == strlen(uid));
}

static void check_frame(const struct dicom_frame *f)
{
    check(isfinite(f->slope) && isfinite(f->intercept));
    if (f->placed) {
        check(f->row_mm > 0.0 && f->column_mm > 0.0);
        for (int a = 0; a < 3; a++)
            check(isfinite(f->position_mm[a]));
        for (int a = 0; a < 6; a++)
            check(fabs(f->orientation[a]) <= 1.0 + 1e-9);
    }
}

static void look_at_frames(struct dicom_parsed *p, const struct dicom_instance *i,
                           bool pixels)
{
    const size_t plane = (size_t)i->rows * (size_t)i->columns;
    struct err err = {0};
    float *value = plane <= MAX_PIXELS ? mem_alloc(plane, sizeof *value, &err) : NULL;

    for (int32_t f = 0; f < i->frames && f < MAX_DECODED; f++) {
        struct dicom_frame frame;
        err = (struct err){0};
        if (dicom_object_frame(p, f, &frame, &err))
            check_frame(&frame);
        else
            check(err.code != ERR_NONE && err.msg[0]);
        err = (struct err){0};
        if (!pixels || !value)
            continue;
        if (!dicom_object_decode(p, f, value, &err)) {
            check(err.code != ERR_NONE && err.msg[0]);
            break;
        }
        for (size_t v = 0; v < plane; v++)
            check(isfinite(value[v]));
    }
    mem_free(value);
}

static void look_at(const uint8_t *data, size_t size, bool pixels)
{
    static struct dicom_object object; /* large */
    struct dicom_parsed *p = NULL;
    struct err err = {0};

    if (!dicom_object_open(data, size, pixels, &p, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !p);
        return;
    }
    if (dicom_object_head(p, &object, &err)) {
        const struct dicom_instance *i = &object.instance;
        check_uid(i->sop_class);
        check_uid(i->sop_instance);
        check_uid(object.header.series.uid);
        check(i->frames >= 0 && i->frames <= DICOM_MAX_FRAMES);
        check(i->rows <= DICOM_MAX_SIDE && i->columns <= DICOM_MAX_SIDE);
        look_at_frames(p, i, pixels);
    } else {
        check(err.code != ERR_NONE && err.msg[0]);
    }
    dicom_object_close(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    struct err err = {0};

    if (!begun) {
        check(dicom_object_begin(&err));
        (void)atexit(dicom_object_end);
        begun = true;
    }
    look_at(data, size, false);
    look_at(data, size, true);
    return 0;
}
