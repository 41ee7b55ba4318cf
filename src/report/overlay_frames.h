/*
 * overlay_frames.h - overlay.png slice by slice, as pictures of one size in colour.
 *
 * Why:    in a PACS one pages through slices; a sheet of all of them is too small
 *         there.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_OVERLAY_FRAMES_H
#define REPORT_OVERLAY_FRAMES_H

#include "report/overlay.h"

/* All-zero is empty. */
struct report_frames {
    uint8_t *rgb; /* owned; [count][rows][columns][3] */
    int32_t columns, rows, count;
};

/**
 * Draw each slice as report_overlay_write() draws it, on a sheet of its own.
 *
 * @param overlay   with one reading
 * @param[out] out  owned by the caller (report_frames_clear); written only on success
 * Errors:  those of report_overlay_write() but for files; ERR_ARG (several readings)
 * Cost:    about 5 ms a slice
 * Tests:   tests/unit/report/overlay_frames.c
 */
bool report_overlay_frames(const struct overlay *overlay, struct report_frames *out,
                           struct err *err) ATTR_MUST_USE;

void report_frames_clear(struct report_frames *frames);

#endif
