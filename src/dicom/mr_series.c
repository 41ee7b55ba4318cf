#include "dicom/mr_series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "dicom/derived.h"

enum { MAX_SLICES = 9999, MAX_SIDE = 65535 };

/* ---- geometry ---- */

/* Unit vector of DICOM's frame (LPS) along an axis of the grid. */
static void direction(const struct grid *grid, int axis, double out[static 3])
{
    for (int c = 0; c < 3; c++)
        out[c] = (c < 2 ? -1 : 1) * grid->to_mm[c][axis] / grid_edge_mm(grid, axis);
}

/* How far one slice lies from the one before, along the normal. */
static double step_mm(const struct grid *grid)
{
    double row[3], column[3], next[3];

    direction(grid, 0, row);
    direction(grid, 1, column);
    direction(grid, 2, next);
    return grid_edge_mm(grid, 2) *
           (next[0] * (row[1] * column[2] - row[2] * column[1]) +
            next[1] * (row[2] * column[0] - row[0] * column[2]) +
            next[2] * (row[0] * column[1] - row[1] * column[0]));
}

bool dicom_mr_series_is_reversed(const struct grid *grid)
{
    return step_mm(grid) < 0;
}

bool dicom_mr_series_place(const struct grid *grid, double thickness_mm,
                           struct dicom_source *source, struct err *err)
{
    if (!grid_check(grid, err))
        return false;
    struct dicom_slice *slice = mem_alloc((size_t)grid->dim[2], sizeof *slice, err);
    if (!slice)
        return false;
    for (int32_t k = 0; k < grid->dim[2]; k++) {
        const double first[3] = {0, 0, k};
        grid_point_mm(grid, first, slice[k].position_mm);
        slice[k].position_mm[0] *= -1;
        slice[k].position_mm[1] *= -1;
        direction(grid, 0, slice[k].orientation);
        direction(grid, 1, slice[k].orientation + 3);
        slice[k].instance_number = k + 1;
    }
    mem_free(source->slice);
    source->slice = slice;
    source->slices = grid->dim[2];
    source->grid = *grid;
    source->columns = grid->dim[0];
    source->rows = grid->dim[1];
    source->column_mm = grid_edge_mm(grid, 0);
    source->row_mm = grid_edge_mm(grid, 1);
    source->spacing_mm = fabs(step_mm(grid));
    source->thickness_mm = thickness_mm;
    return true;
}

/* ---- pixels ---- */

/* Whole numbers of a volume, and whether they fit 12 bits without a sign. */
struct stored {
    int16_t *value; /* owned; [slices][rows][columns] */
    bool twelve_bits;
};

static bool store(const struct dicom_mr *mr, const struct image *image,
                  struct stored *out, struct err *err)
{
    const size_t n = grid_voxels(&image->grid);
    struct stored s = {mem_alloc(n, sizeof *s.value, err), true};

    if (!s.value)
        return false;
    for (size_t v = 0; v < n; v++) {
        const double x = floor(((double)image->vox[v] - mr->inter) / mr->slope + .5);
        if (!(x >= INT16_MIN && x <= INT16_MAX)) {
            mem_free(s.value);
            return ERR_FAIL(err, ERR_ARG, "a value of %g does not fit 16 bits",
                            (double)image->vox[v]);
        }
        s.value[v] = (int16_t)x;
        s.twelve_bits = s.twelve_bits && s.value[v] >= 0 && s.value[v] <= 4095;
    }
    *out = s;
    return true;
}

static bool put_pixels(struct dicom_encoder *e, const struct dicom_source *source,
                       const struct stored *stored, int32_t k, struct err *err)
{
    const size_t n = (size_t)source->rows * (size_t)source->columns;
    uint8_t *bytes = mem_alloc(n, 2, err);

    if (!bytes)
        return false;
    for (size_t p = 0; p < n; p++) {
        const uint16_t bits = (uint16_t)stored->value[(size_t)k * n + p];
        bytes[2 * p] = (uint8_t)(bits & 0xffU);
        bytes[2 * p + 1] = (uint8_t)(bits >> 8);
    }
    dicom_encode_whole(e, DICOM_SAMPLES, 1);
    dicom_encode_text(e, DICOM_PHOTOMETRIC, "MONOCHROME2");
    dicom_encode_whole(e, DICOM_ROWS, source->rows);
    dicom_encode_whole(e, DICOM_COLUMNS, source->columns);
    dicom_encode_whole(e, DICOM_BITS_ALLOCATED, 16);
    dicom_encode_whole(e, DICOM_BITS_STORED, stored->twelve_bits ? 12 : 16);
    dicom_encode_whole(e, DICOM_HIGH_BIT, stored->twelve_bits ? 11 : 15);
    dicom_encode_whole(e, DICOM_PIXEL_REPRESENTATION, stored->twelve_bits ? 0 : 1);
    dicom_encode_bytes(e, DICOM_PIXEL_DATA, bytes, 2 * n);
    mem_free(bytes);
    return true;
}

/* ---- modules ---- */

static void put_series(struct dicom_encoder *e, const struct dicom_source *s)
{
    const struct dicom_series_module *series = &s->series;
    const struct dicom_equipment *equipment = &s->equipment;

    dicom_encode_text(e, DICOM_MODALITY, "MR");
    dicom_encode_text(e, DICOM_SERIES_UID, series->uid);
    dicom_encode_text(e, DICOM_SERIES_NUMBER, series->number);
    dicom_encode_text(e, DICOM_SERIES_DATE, series->date);
    dicom_encode_text(e, DICOM_SERIES_TIME, series->time);
    dicom_encode_text(e, DICOM_ACQUISITION_DATE, series->date);
    dicom_encode_text(e, DICOM_ACQUISITION_TIME, series->time);
    dicom_encode_text(e, DICOM_CONTENT_DATE, series->date);
    dicom_encode_text(e, DICOM_CONTENT_TIME, series->time);
    dicom_encode_text(e, DICOM_SERIES_DESCRIPTION, series->description);
    dicom_encode_text_if(e, DICOM_PROTOCOL_NAME, series->protocol);
    dicom_encode_text_if(e, DICOM_BODY_PART, series->body_part);
    dicom_encode_text(e, DICOM_PATIENT_POSITION, series->patient_position);
    dicom_encode_text(e, DICOM_MANUFACTURER, equipment->manufacturer);
    dicom_encode_text_if(e, DICOM_MODEL_NAME, equipment->model);
    dicom_encode_text_if(e, DICOM_STATION_NAME, equipment->station);
    dicom_encode_text_if(e, DICOM_INSTITUTION, equipment->institution);
    dicom_encode_text_if(e, DICOM_SOFTWARE, equipment->software);
    dicom_encode_text_if(e, DICOM_SERIAL_NUMBER, equipment->serial);
}

static void put_scan(struct dicom_encoder *e, const struct dicom_mr *mr)
{
    dicom_encode_text(e, DICOM_IMAGE_TYPE, mr->image_type);
    dicom_encode_text(e, DICOM_SCANNING_SEQUENCE, mr->scanning_sequence);
    dicom_encode_text(e, DICOM_SEQUENCE_VARIANT, mr->sequence_variant);
    dicom_encode_text(e, DICOM_SCAN_OPTIONS, mr->scan_options);
    dicom_encode_text_if(e, DICOM_SEQUENCE_NAME, mr->sequence_name);
    dicom_encode_text(e, DICOM_ACQUISITION_TYPE, mr->three_d ? "3D" : "2D");
    dicom_encode_real(e, DICOM_TR, mr->tr_ms);
    dicom_encode_real(e, DICOM_TE, mr->te_ms);
    dicom_encode_real(e, DICOM_TI, mr->ti_ms);
    dicom_encode_real(e, DICOM_FLIP_ANGLE, mr->flip_deg);
    dicom_encode_real(e, DICOM_FIELD_STRENGTH, mr->field_t);
    dicom_encode_real(e, DICOM_PIXEL_BANDWIDTH, mr->bandwidth_hz);
    dicom_encode_whole(e, DICOM_ECHO_TRAIN, mr->echo_train);
    dicom_encode_whole(e, DICOM_NOMINAL_INTERVAL, (int64_t)(mr->rr_ms + .5));
    dicom_encode_real(e, DICOM_TRIGGER_TIME, mr->trigger_ms);
    dicom_encode_text(e, DICOM_IMAGED_NUCLEUS, "1H");
    dicom_encode_text(e, DICOM_CONTRAST_AGENT, mr->contrast_agent);
    dicom_encode_text_if(e, DICOM_IMAGE_COMMENTS, mr->comments);
    dicom_encode_real(e, DICOM_WINDOW_CENTER, mr->window_centre);
    dicom_encode_real(e, DICOM_WINDOW_WIDTH, mr->window_width);
    if (mr->slope < 1 || mr->slope > 1 || mr->inter < 0 || mr->inter > 0) {
        dicom_encode_real(e, DICOM_RESCALE_SLOPE, mr->slope);
        dicom_encode_real(e, DICOM_RESCALE_INTERCEPT, mr->inter);
        dicom_encode_text(e, DICOM_RESCALE_TYPE, "US"); /* unspecified */
    }
}

static void put_plane(struct dicom_encoder *e, const struct dicom_source *s, int32_t k)
{
    const double spacing[2] = {s->row_mm, s->column_mm};

    dicom_encode_whole(e, DICOM_INSTANCE_NUMBER, s->slice[k].instance_number);
    dicom_encode_whole(e, DICOM_ACQUISITION_NUMBER, 1);
    dicom_encode_reals(e, DICOM_PIXEL_SPACING, spacing, 2);
    dicom_encode_real(e, DICOM_SLICE_THICKNESS, s->thickness_mm);
    dicom_encode_real(e, DICOM_SLICE_SPACING, s->spacing_mm);
    dicom_encode_real(e, DICOM_SLICE_LOCATION, k * s->spacing_mm);
    dicom_encode_reals(e, DICOM_POSITION, s->slice[k].position_mm, 3);
    dicom_encode_reals(e, DICOM_ORIENTATION, s->slice[k].orientation, 6);
}

static bool write_slice(const char *dir, const struct dicom_mr *mr,
                        const struct stored *stored, const struct dicom_source *source,
                        int32_t k, char uid[static DICOM_UID_SIZE], struct err *err)
{
    struct dicom_encoder e = {0};
    char name[32];

    (void)snprintf(name, sizeof name, "IM%04d.dcm", k + 1);
    char *path = file_join(dir, name, err);
    bool ok = path != NULL;
    if (ok) {
        dicom_derived_put_study(&e, source);
        put_series(&e, source);
        put_scan(&e, mr);
        put_plane(&e, source, k);
        ok = dicom_derived_put_frame_of_reference(&e, source, err) &&
             put_pixels(&e, source, stored, k, err) &&
             dicom_encode_write(&e, DICOM_CLASS_MR, path, uid, err);
    }
    dicom_encode_clear(&e);
    mem_free(path);
    return ok;
}

bool dicom_mr_series_write(const char *dir, const struct dicom_mr *mr,
                           const struct image *image, struct dicom_source *source,
                           struct err *err)
{
    struct stored stored = {0};
    bool ok = true;

    if (!image->vox || !source->slice || source->slices != image->grid.dim[2] ||
        !grid_same(&image->grid, &source->grid, 1e-3) || !(mr->slope > 0))
        return ERR_FAIL(err, ERR_ARG,
                        "%s: the image is not on the series' grid, or its "
                        "slope not positive",
                        dir);
    if (source->slices > MAX_SLICES || source->rows > MAX_SIDE ||
        source->columns > MAX_SIDE)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d slices, or %d rows", dir,
                        (int)MAX_SLICES, (int)MAX_SIDE);
    if (!store(mr, image, &stored, err)) {
        err_prefix(err, "%s", dir);
        return false;
    }
    ok = file_make_dirs(dir, err);
    for (int32_t k = 0; ok && k < source->slices; k++) {
        char uid[DICOM_UID_SIZE];
        struct dicom_slice *slice = &source->slice[k];
        ok = write_slice(dir, mr, &stored, source, k, uid, err);
        if (ok) {
            (void)snprintf(slice->sop_class, sizeof slice->sop_class, "%s",
                           DICOM_CLASS_MR);
            (void)snprintf(slice->sop_instance, sizeof slice->sop_instance, "%s", uid);
            (void)snprintf(slice->series, sizeof slice->series, "%s",
                           source->series.uid);
        }
    }
    mem_free(stored.value);
    return ok;
}
