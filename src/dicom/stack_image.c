/* A stack's grid and pixels; see series.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/files.h"
#include "dicom/series.h"

static const struct dicom_frame *frame_of(const struct dicom_scan *scan,
                                          const struct dicom_stack *stack, size_t slice)
{
    return &scan->plane[stack->plane[slice]].frame;
}

static bool check_steps(const struct dicom_stack *k, struct err *err)
{
    if (!k->placed || k->planes == 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "no position, orientation or pixel spacing in the file");
    if (k->clash)
        return ERR_FAIL(err, ERR_FORMAT, "one instance UID, different positions");
    if (k->gaps > 0)
        return ERR_FAIL(err, ERR_FORMAT, "%zu of %zu slices are missing", k->gaps,
                        k->planes + k->gaps);
    if (k->off_grid_mm > DICOM_MAX_OFF_GRID * k->spacing_mm)
        return ERR_FAIL(err, ERR_FORMAT,
                        "uneven slices: one is %.2f mm off, the spacing is %.2f mm",
                        k->off_grid_mm, k->spacing_mm);
    return true;
}

bool dicom_stack_grid(const struct dicom_scan *scan, const struct dicom_stack *stack,
                      struct grid *out, struct err *err)
{
    static const double to_ras[3] = {-1.0, -1.0, 1.0};
    const struct dicom_instance *i = &scan->member[stack->member].instance;

    if (!check_steps(stack, err))
        return false;
    const size_t n = stack->planes;
    const struct dicom_frame *first = frame_of(scan, stack, 0),
                             *last = frame_of(scan, stack, n - 1);
    if (n == 1 && !(first->thickness_mm > 0.0))
        return ERR_FAIL(err, ERR_FORMAT, "one slice without a thickness");
    struct grid g = {.dim = {i->columns, i->rows, (int32_t)n}};
    for (int a = 0; a < 3; a++) {
        const double step =
            n > 1 ? (last->position_mm[a] - first->position_mm[a]) / (double)(n - 1)
                  : first->thickness_mm * stack->normal[a];
        g.to_mm[a][0] = to_ras[a] * first->column_mm * first->orientation[a];
        g.to_mm[a][1] = to_ras[a] * first->row_mm * first->orientation[3 + a];
        g.to_mm[a][2] = to_ras[a] * step;
        g.to_mm[a][3] = to_ras[a] * first->position_mm[a];
        for (int c = 0; c < 4; c++)
            g.to_mm[a][c] += 0.0; /* no minus before a zero */
    }
    if (!grid_check(&g, err))
        return false;
    *out = g;
    return true;
}

static bool describe(const struct dicom_scan *scan, const struct dicom_stack *stack,
                     const struct grid *grid, struct dicom_source *out, struct err *err)
{
    const struct dicom_header *h = &scan->header[stack->header];
    const struct dicom_frame *first = frame_of(scan, stack, 0);
    struct dicom_slice *slice = mem_alloc(stack->planes, sizeof *slice, err);

    if (!slice)
        return false;
    for (size_t k = 0; k < stack->planes; k++) {
        const struct dicom_plane *p = &scan->plane[stack->plane[k]];
        const struct dicom_instance *i = &scan->member[p->member].instance;
        memcpy(slice[k].sop_class, i->sop_class, sizeof i->sop_class);
        memcpy(slice[k].sop_instance, i->sop_instance, sizeof i->sop_instance);
        memcpy(slice[k].series, scan->header[scan->member[p->member].header].series.uid,
               sizeof slice[k].series);
        slice[k].frame = p->frame.number;
        slice[k].instance_number = i->instance_number;
        memcpy(slice[k].position_mm, p->frame.position_mm, sizeof p->frame.position_mm);
        memcpy(slice[k].orientation, p->frame.orientation, sizeof p->frame.orientation);
    }
    *out = (struct dicom_source){
        .patient = h->patient,
        .study = h->study,
        .series = h->series,
        .equipment = h->equipment,
        .grid = *grid,
        .columns = grid->dim[0],
        .rows = grid->dim[1],
        .column_mm = first->column_mm,
        .row_mm = first->row_mm,
        .spacing_mm = stack->planes > 1 ? stack->spacing_mm : first->thickness_mm,
        .thickness_mm = first->thickness_mm,
        .off_grid_mm = stack->off_grid_mm,
        .slice = slice,
        .slices = (int32_t)stack->planes,
    };
    for (size_t k = 0; k < stack->planes && !out->lossy.is; k++)
        out->lossy = scan->member[scan->plane[stack->plane[k]].member].instance.lossy;
    return true;
}

bool dicom_stack_image(const struct dicom_scan *scan, const struct dicom_stack *stack,
                       struct image *image, struct dicom_source *source,
                       struct err *err)
{
    struct grid grid;
    struct image made = {0};
    struct dicom_source from = {0};
    struct dicom_frame_ref *ref = NULL;
    bool ok = false;

    if (!dicom_stack_grid(scan, stack, &grid, err) || !image_alloc(&grid, &made, err) ||
        !describe(scan, stack, &grid, &from, err) ||
        !(ref = mem_alloc(stack->planes, sizeof *ref, err)))
        goto done;
    for (size_t k = 0; k < stack->planes; k++) {
        const struct dicom_plane *p = &scan->plane[stack->plane[k]];
        ref[k].place = scan->place[scan->member[p->member].place];
        memcpy(ref[k].sop_instance, from.slice[k].sop_instance,
               sizeof ref[k].sop_instance);
        ref[k].index = p->frame.number > 0 ? p->frame.number - 1 : 0;
    }
    if (!dicom_files_pixels(ref, stack->planes, grid.dim[1], grid.dim[0], made.vox,
                            err))
        goto done;
    *image = made;
    *source = from;
    made = (struct image){0}; /* moved */
    from = (struct dicom_source){0};
    ok = true;
done:
    mem_free(ref);
    dicom_source_clear(&from);
    image_clear(&made);
    return ok;
}
