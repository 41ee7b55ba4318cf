/*
 * results.h - what is known of one patient, as results.json; of all, as results.csv.
 *
 * Why:    one struct is filled by a command and written here, so that every command
 *         that measures writes the same keys.
 * Layer:  report (may use base, measure, ...); jansson stays behind it.
 * Thread: plain data.
 *
 * results.json (a number that is not available is null):
 *
 *   program   name, version, commit
 *   model     name, sha256 (of the weights file), arch, precision ("bf16", "f32")
 *   input     id, path (as given), format ("nifti", "dicom"), series_uid
 *   geometry  slices, rows, columns; pixel_mm [along a row, along a column];
 *             slice_spacing_mm (between slices, on their normal); slice_thickness_mm
 *   lv        myocardium_ml, myocardium_g, blood_pool_ml; wall_max_mm (the thickest
 *             wall), wall_max_segment (1 to 17)
 *   scar      ml, g, no_reflow_ml (part of ml), percent_lge,
 *             percent_lge_interval90 [low, high], probability_large, large (true,
 *             false), rule (">15", ">=15": per cent); islands (number),
 *             largest_island_ml; share_subendocardial, share_midwall,
 *             share_subepicardial (0 to 1, of the scar's volume by thirds of the wall)
 *   slices    of each: index (from 1, in the file's order, of DICOM along the images'
 *             normal; the number on overlay.png),
 *             level ("basal", "mid", "apical", "apex"; null without myocardium),
 *             myocardium_ml, scar_ml, percent_lge
 *   segment_reference
 *             by ("rv": from the right ventricle in the labels, "angle": given,
 *             "patient": a guess from how the picture lies), angle_deg (of the
 *             anterior insertion; zero and sense in measure/segments.h)
 *   segments  of each AHA segment with myocardium: aha (1 to 17), level, myocardium_ml,
 *             scar_ml, scar_percent, wall_mm (mean), wall_max_mm, transmurality (mean
 *             over the chords with scar), transmurality_max (0 to 1), score (0: less
 *             than a half, 1: to 25, 2: 26-50, 3: 51-75, 4: 76-100 % scar).
 *             Definitions: measure/segments.h
 *   quality   verdict ("accept", "review", "reject"), reasons [names of rules, see
 *             report/quality.h], shading (how many times as bright one side of the
 *             heart's surroundings is as the other, by slow changes over the field of
 *             view: unet/shading.h), shading_taken_out (did the network see the stack
 *             without them; both null where no network looked), features (numbers of
 *             measure/features.h by their names; null where no image was looked at)
 *   timing    read_s, network_s, total_s, per_slice_s, and where a network worked
 *             prepare_s (of its input), merge_s (of its output, to labels), measure_s,
 *             labels_s and report_s (making and writing these); the only part that
 *             differs between two runs
 *
 * results.csv: one row per stack, comma-separated, in the order of the inputs; a number
 * that is not available is an empty cell.  A rejected stack keeps its numbers: leave it
 * out by its verdict.  Columns:
 *
 *   id,input,verdict,reasons,myocardium_ml,myocardium_g,blood_pool_ml,scar_ml,scar_g,
 *   no_reflow_ml,percent_lge,large,rule,percent_lge_low90,percent_lge_high90,
 *   probability_large,slices,pixel_x_mm,pixel_y_mm,slice_spacing_mm,model,
 *   model_sha256,precision,version,series_uid
 *
 * where `reasons` are separated by blanks, `large` is 1 or 0, and series_uid is of
 * DICOM.
 */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"
#include "measure/features.h"
#include "measure/segments.h"
#include "measure/volumes.h"
#include "report/quality.h"

/* All strings and pointers are borrowed for as long as the struct is used; a string may
 * be NULL, a double NaN: not available. */
struct patient_result {
    struct {
        const char *name, *version, *commit;
    } program;
    struct {
        const char *name, *sha256, *arch, *precision;
    } model;
    struct {
        const char *id, *path, *format, *series_uid;
    } input;
    struct {
        int32_t slices, rows, columns;
        double pixel_mm[2], slice_spacing_mm, slice_thickness_mm;
    } geometry;
    const struct lv_measure *lv;
    const struct measure_lv_shape *shape; /* NULL: no segments, the rest null */
    struct {
        double percent_lge_interval90[2], probability_large;
        bool large; /* null in files where %LGE is not available */
        const char *rule;
    } scar;
    struct quality quality;
    double shading;         /* 1 or more; 0: cannot be told */
    bool shading_taken_out; /* null in the file where that is 0 */
    const char *reader; /* who corrected the labels, NULL: nobody or not said; not in
                           the file, where `view` tells it with the correction */
    const struct measure_features *features; /* NULL: null in the file */
    struct {
        double read_s, network_s, total_s, per_slice_s;
        bool staged; /* the stages are known, and in the file */
        double prepare_s, merge_s, measure_s, labels_s, report_s;
    } timing;
};

/** The document.  @return a new reference (json_decref), or NULL with ERR_NOMEM. */
json_t *report_result_json(const struct patient_result *r,
                           struct err *err) ATTR_MUST_USE;

/** Write results.json, atomically.  Errors: ERR_IO, ERR_NOMEM; name the file.
 *  Tests: tests/unit/report/results.c */
bool report_result_write(const char *path, const struct patient_result *r,
                         struct err *err) ATTR_MUST_USE;

/* Rows of results.csv so far.  All-zero is empty. */
struct result_table {
    char **row; /* owned; [rows] finished lines */
    size_t rows, room;
};

void report_table_clear(struct result_table *table);

/** Add a patient's row; nothing is borrowed afterwards.  Errors: ERR_NOMEM. */
bool report_table_add(struct result_table *table, const struct patient_result *r,
                      struct err *err) ATTR_MUST_USE;

/** Add a row that was made before, with the end of its line.  Errors: ERR_NOMEM. */
bool report_table_add_row(struct result_table *table, const char *row,
                          struct err *err) ATTR_MUST_USE;

/** Write header and rows, atomically: a run that is interrupted leaves the table of
 *  those who were done.  Errors: ERR_IO; names the file. */
bool report_table_write(const char *path, const struct result_table *table,
                        struct err *err) ATTR_MUST_USE;

#endif
