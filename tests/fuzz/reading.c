/*
 * reading.c - any bytes as a reader's DICOM object: refused with a reason, or regions,
 * masks and contours that fit each other.  In this process, without the child that
 * contains it elsewhere, so that every fault is seen.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/reading_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char *__asan_default_options(void); /* NOLINT: the sanitizer's name */
const char *__asan_default_options(void)  /* NOLINT */
{
    return "max_allocation_size_mb=128";
}

enum { SIDE = 9, SLICES = 3, MOST_PLACED = 3 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Regions on a small stack, where seeds have theirs. */
static void place(const struct dicom_reading *r)
{
    static struct dicom_slice slice[SLICES];
    static uint8_t mask[SIDE * SIDE * SLICES];
    struct dicom_source s = {.columns = SIDE,
                             .rows = SIDE,
                             .slices = SLICES,
                             .column_mm = 1.25,
                             .row_mm = 1.5,
                             .spacing_mm = 8,
                             .slice = slice,
                             .grid = {.dim = {SIDE, SIDE, SLICES}}};

    for (int k = 0; k < SLICES; k++)
        slice[k] = (struct dicom_slice){.position_mm = {1, 2, 8 * k},
                                        .orientation = {0.8, 0, 0.6, 0, 1, 0}};
    for (size_t i = 0; i < r->regions && i < MOST_PLACED; i++) {
        struct err err = {0};
        memset(mask, 0, sizeof mask);
        if (!dicom_reading_place(r, i, &s, mask, &err))
            check(err.code != ERR_NONE && err.msg[0]);
        for (size_t v = 0; v < sizeof mask; v++)
            check(mask[v] <= 1);
    }
}

static void look_at(struct dicom_parsed *p)
{
    struct dicom_reading r = {0};
    struct err err = {0};

    if (!dicom_reading_parse(p, &r, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !r.region);
        return;
    }
    check(dicom_reading_check(&r, &err));
    place(&r);
    dicom_reading_clear(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dicom_object object; /* large */
    static bool begun;
    struct dicom_parsed *p = NULL;
    struct err err = {0};

    if (!begun) {
        check(dicom_object_begin(&err));
        (void)atexit(dicom_object_end);
        begun = true;
    }
    if (dicom_object_open(data, size, true, &p, &err) &&
        dicom_object_head(p, &object, &err))
        look_at(p);
    else
        check(err.code != ERR_NONE && err.msg[0]);
    dicom_object_close(p);
    return 0;
}
