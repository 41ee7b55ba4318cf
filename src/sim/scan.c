#include "sim/scan.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "sim/coil.h"
#include "sim/kspace.h"
#include "sim/render.h"
#include "sim/stored.h"

#define FLOOR_POWER                                                                    \
    0.8 /* sum of squares of several coils: the floor of air is higher */
#define REFERENCE_NOISE 0.35
#define CHEMICAL_SHIFT_HZ (220 / 1.5) /* per tesla */

/* Everything that one run works with. */
struct run {
    const struct sim_scan *scan;
    const struct sim_heart *heart;
    const struct sim_body *body;
    struct rng noise;
    struct sim_texture texture;
    struct sim_render render;
    struct sim_kspace *image, *reference;
    struct sim_coil_waves bias;
    float *coil;    /* [render rows][render columns] */
    float *correct; /* [rows_made][columns]: 1 / coil of the normalisation */
    float *amplify; /* as correct: g-factor's extra noise */
    float *made;    /* [SIM_SHARES] planes of the image */
    float *vox;     /* [slices][rows][columns], base to apex */
    uint8_t *label, *wall, *scar; /* as vox */
    double noise_sd;
};

static size_t area(int32_t a, int32_t b)
{
    return (size_t)a * (size_t)b;
}

/* What only slices need. */
static void run_clear_slice(struct run *run)
{
    sim_texture_clear(&run->texture);
    sim_render_clear(&run->render);
    sim_kspace_free(run->image);
    sim_kspace_free(run->reference);
    mem_free(run->coil);
    mem_free(run->correct);
    mem_free(run->amplify);
    mem_free(run->made);
    run->image = run->reference = NULL;
    run->coil = run->correct = run->amplify = run->made = NULL;
}

static void run_clear(struct run *run)
{
    run_clear_slice(run);
    mem_free(run->vox);
    mem_free(run->label);
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The reference of PSIR is smooth: half the samples, half the resolution. */
static bool open_kspace(struct run *run, struct err *err)
{
    const struct sim_scan *s = run->scan;
    struct sim_kspace_size size = {run->render.dim[0], run->render.fov_rows,
                                   s->acquired_ro,     s->acquired_pe,
                                   s->columns,         s->rows_made};
    if (!sim_kspace_new(&size, s->filter, &run->image, err))
        return false;
    if (!s->psir)
        return true;
    size.fine_ro /= 2;
    size.fine_pe /= 2;
    size.acquired_ro = least(size.acquired_ro, size.fine_ro / 2 * 2 - 2);
    size.acquired_pe = least(size.acquired_pe, size.fine_pe / 2 * 2 - 2);
    return sim_kspace_new(&size, .5, &run->reference, err);
}

/* Noise follows from the contrast at the null, not from how well it was hit. */
static double noise_level(const struct sim_scan *scan)
{
    struct sim_signals s;
    sim_tissue_signals(scan, scan->ti_null_ms, &s);
    const double contrast = (double)(s.image[SIM_BLOOD] - s.image[SIM_MYOCARDIUM]);
    return fabs(contrast) / scan->snr;
}

/* In half of the field g is 1.25. */
static void amplify(struct run *run)
{
    const struct sim_scan *s = run->scan;
    const struct sim_coil_waves g = sim_coil_waves_draw(90, &run->noise);
    for (int32_t j = 0; s->parallel && j < s->rows_made; j++)
        for (int32_t i = 0; i < s->columns; i++)
            if (sim_coil_waves_at(&g, (i - .5 * s->columns) * s->pixel_mm,
                                  (j - .5 * s->rows_made) * s->pixel_mm) > 0)
                run->amplify[area(j, s->columns) + (size_t)i] =
                    sqrtf(1.25F * 1.25F - 1);
}

static bool run_init(struct run *run, struct err *err)
{
    const struct sim_scan *s = run->scan;
    const size_t voxels = area(s->columns, s->rows) * (size_t)s->slices;
    const size_t pixels = area(s->columns, s->rows_made);
    if (!sim_texture_init(&run->noise, &run->texture, err) ||
        !sim_render_init(s, run->heart, &run->render, err) || !open_kspace(run, err) ||
        !(run->coil = mem_alloc(area(run->render.dim[0], run->render.dim[1]),
                                sizeof *run->coil, err)) ||
        !(run->correct = mem_alloc(pixels, sizeof *run->correct, err)) ||
        !(run->amplify = mem_alloc(pixels, sizeof *run->amplify, err)) ||
        !(run->made = mem_alloc(pixels * SIM_SHARES, sizeof *run->made, err)) ||
        !(run->vox = mem_alloc(voxels, sizeof *run->vox, err)) ||
        !(run->label = mem_alloc(3 * voxels, sizeof *run->label, err)))
        return false;
    run->wall = run->label + voxels;
    run->scar = run->wall + voxels;
    run->bias = sim_coil_waves_draw(80, &run->noise);
    amplify(run);
    run->noise_sd = noise_level(s);
    sim_coil_field(s, &run->bias, run->render.dim, run->render.edge_mm, run->coil);
    const int32_t dim[2] = {s->columns, s->rows_made};
    const double edge[2] = {s->pixel_mm, s->pixel_mm};
    struct sim_scan plain = *s; /* the scanner knows its coils, not the rest */
    plain.bias = 0;
    sim_coil_field(&plain, &run->bias, dim, edge, run->correct);
    for (size_t p = 0; p < pixels; p++)
        run->correct[p] =
            powf(fmaxf(run->correct[p], .15F), (float)(-.9 * s->coil_correction));
    return true;
}

/* Water and fat as one complex image seen by the coils; fat lies a little aside. */
static void magnetisation(const struct run *run, const float *water, const float *fat,
                          kiss_fft_cpx *out)
{
    const struct sim_scan *s = run->scan;
    const struct sim_render *r = &run->render;
    const double shift_hz = CHEMICAL_SHIFT_HZ * s->field_t;
    const double phase = 2 * M_PI * shift_hz * s->te_ms * 1e-3;
    const double cells =
        shift_hz / s->bandwidth_hz * s->fov_ro_mm / s->acquired_ro / r->edge_mm[0];
    const float c = (float)cos(phase), q = (float)sin(phase);
    const int32_t whole = (int32_t)floor(cells), columns = r->dim[0];
    const float part = (float)(cells - whole);
    memset(out, 0, area(columns, r->fov_rows) * sizeof *out);
    for (int32_t y = 0; y < r->dim[1]; y++) {
        const size_t from = area(y, columns);
        kiss_fft_cpx *to = out + area(sim_render_fold(r, y), columns);
        for (int32_t x = 0; x < columns; x++) {
            const int32_t a = x - whole, b = a - 1;
            float f = 0;
            if (b >= 0)
                f = fat[from + (size_t)a] * (1 - part) + fat[from + (size_t)b] * part;
            const float coil = run->coil[from + (size_t)x];
            to[x].r += coil * (water[from + (size_t)x] + f * c);
            to[x].i += coil * f * q;
        }
    }
}

/* Every second sample of a smoothed field. */
static void thin_out(const kiss_fft_cpx *from, int32_t columns, int32_t rows,
                     kiss_fft_cpx *to)
{
    for (int32_t y = 0; y < rows; y += 2)
        for (int32_t x = 0; x < columns; x += 2) {
            const int32_t left = x > 0 ? x - 1 : columns - 1;
            const int32_t above = y > 0 ? y - 1 : rows - 1;
            const kiss_fft_cpx *line[3] = {from + area(above, columns),
                                           from + area(y, columns),
                                           from + area(y + 1, columns)};
            kiss_fft_cpx sum = {0, 0};
            for (int k = 0; k < 3; k++) {
                const float w = k == 1 ? .25F : .125F;
                sum.r +=
                    w * (line[k][x].r + .5F * (line[k][left].r + line[k][x + 1].r));
                sum.i +=
                    w * (line[k][x].i + .5F * (line[k][left].i + line[k][x + 1].i));
            }
            *to++ = sum;
        }
}

/* Motion and ghosts of one slice. */
static struct sim_kspace_path draw_path(struct rng *r, const struct sim_scan *s)
{
    const double x = fabs(s->motion_mm[0] * rng_normal(r));
    const double y = .25 + fabs(s->motion_mm[1] * rng_normal(r));
    struct sim_kspace_path path = {.blur_ro = fmin(x, 1.5) / s->fov_ro_mm,
                                   .blur_pe = fmin(y, 2.0) / s->fov_pe_mm,
                                   .ghost_lines = rng_range(r, 5, 25),
                                   .ghost_phase = rng_range(r, 0, 2 * M_PI)};
    const double usual = rng_range(r, .01, .05), arrhythmia = rng_range(r, .05, .15);
    const bool irregular = rng_chance(r, .03) != 0;
    if (s->ghost)
        path.ghost = irregular ? arrhythmia : usual;
    return path;
}

/* Parallel imaging amplifies noise in some places: more of it, to be added there. */
static void make_g_noise(struct run *run)
{
    sim_kspace_clear(run->image);
    sim_kspace_noise(run->image, run->noise_sd, &run->noise);
    const kiss_fft_cpx *more = sim_kspace_make(run->image);
    const size_t n = area(run->scan->columns, run->scan->rows_made);
    for (size_t p = 0; p < n; p++) {
        run->made[p] = run->amplify[p] * more[p].r;
        run->made[n + p] = run->amplify[p] * more[p].i;
    }
}

/* The image of one slice, into its place in the volume. */
static void image_slice(struct run *run, int32_t slice)
{
    const struct sim_scan *s = run->scan;
    struct sim_render *r = &run->render;
    const struct sim_kspace_path path = draw_path(&run->noise, s);
    const size_t n = area(s->columns, s->rows_made);
    memset(run->made, 0, 2 * n * sizeof *run->made);
    if (s->parallel)
        make_g_noise(run);
    kiss_fft_cpx *fine = sim_kspace_fine(run->image);
    const kiss_fft_cpx *reference = NULL;
    if (s->psir) {
        magnetisation(run, r->layer[SIM_LAYER_WATER_REF], r->layer[SIM_LAYER_FAT_REF],
                      fine);
        thin_out(fine, r->dim[0], r->fov_rows, sim_kspace_fine(run->reference));
        sim_kspace_acquire(run->reference);
        sim_kspace_disturb(run->reference, &path);
        sim_kspace_noise(run->reference, REFERENCE_NOISE * run->noise_sd, &run->noise);
        reference = sim_kspace_make(run->reference);
    }
    magnetisation(run, r->layer[SIM_LAYER_WATER], r->layer[SIM_LAYER_FAT], fine);
    sim_kspace_acquire(run->image);
    sim_kspace_disturb(run->image, &path);
    sim_kspace_noise(run->image, run->noise_sd, &run->noise);
    const kiss_fft_cpx *image = sim_kspace_make(run->image);
    float *to = run->vox + area(s->columns, s->rows) * (size_t)slice +
                area((s->rows - s->rows_made) / 2, s->columns);
    const float floor_power = (float)(FLOOR_POWER * run->noise_sd * run->noise_sd);
    for (size_t p = 0; p < n; p++) {
        const float re = image[p].r + run->made[p], im = image[p].i + run->made[n + p];
        float v = sqrtf(re * re + im * im + floor_power);
        if (reference) {
            const kiss_fft_cpx q = reference[p];
            v = (re * q.r + im * q.i) / sqrtf(q.r * q.r + q.i * q.i + 1e-20F);
        }
        to[p] = v * run->correct[p];
    }
}

static uint8_t byte_of(float share)
{
    const float v = share * 255 + .5F;
    if (v >= 255)
        return 255;
    if (v <= 0)
        return 0;
    return (uint8_t)v;
}

/* Truth of one slice by the half-volume rule. */
static void truth_slice(struct run *run, int32_t slice)
{
    enum { HALF = 128 };
    const struct sim_scan *s = run->scan;
    const size_t n = area(s->columns, s->rows_made);
    memset(run->made, 0, n * SIM_SHARES * sizeof *run->made);
    for (int k = 0; k < SIM_SHARES; k++)
        sim_render_average(&run->render, s, (enum sim_share)k,
                           run->made + (size_t)k * n);
    const size_t first = area(s->columns, s->rows) * (size_t)slice +
                         area((s->rows - s->rows_made) / 2, s->columns);
    for (size_t p = 0; p < n; p++) {
        const float wall = run->made[SIM_SHARE_WALL * n + p];
        const float scar = run->made[SIM_SHARE_SCAR * n + p];
        const float dark = run->made[SIM_SHARE_DARK * n + p];
        const float lv = run->made[SIM_SHARE_LV * n + p];
        const float rv = run->made[SIM_SHARE_RV * n + p];
        const float rest = 1 - wall - lv - rv;
        const uint8_t w = byte_of(wall), e = byte_of(scar);
        run->wall[first + p] = w;
        run->scar[first + p] = e;
        uint8_t label = LABEL_BACKGROUND;
        if (w >= HALF && e >= HALF)
            label = dark > scar / 2 ? LABEL_NO_REFLOW : LABEL_SCAR;
        else if (w >= HALF)
            label = LABEL_MYOCARDIUM;
        else if (lv > rv && lv > rest)
            label = LABEL_LV_BLOOD;
        else if (rv > rest)
            label = LABEL_RV_BLOOD;
        run->label[first + p] = label;
    }
}

/* Breath-hold position and inversion time of a slice. */
static void scan_slice(struct run *run, int32_t slice)
{
    const struct sim_scan *s = run->scan;
    struct sim_render_slice place = {.at_mm = sim_frame_slice_mm(s, slice)};
    const double far = rng_chance(&run->noise, .05) ? 3 : 1;
    for (int a = 0; a < 3; a++)
        place.shift_mm[a] = far * s->shift_mm[a] * rng_normal(&run->noise);
    for (int a = 0; a < 2; a++)
        place.texture_mm[a] = rng_range(&run->noise, 0, 400);
    const double along = s->slices > 1 ? (double)slice / (s->slices - 1) - .5 : 0;
    const double ti = s->ti_ms - s->drift_ms * along + 3 * rng_normal(&run->noise);
    sim_tissue_signals(s, ti, &place.signals);
    sim_render_slice(&run->render, s, run->heart, run->body, &run->texture, &place);
    image_slice(run, slice);
    truth_slice(run, slice);
}

/* Distortion correction and padding leave black borders. */
static void blank_border(const struct sim_scan *s, struct rng *r, float blank,
                         float *vox)
{
    const int32_t pad = (s->rows - s->rows_made) / 2;
    int32_t side[4];
    for (int a = 0; a < 4; a++)
        side[a] = s->zero_border ? (int32_t)(rng_range(r, 0, .06) * s->columns) : 0;
    for (int32_t k = 0; k < s->slices; k++)
        for (int32_t j = 0; j < s->rows; j++)
            for (int32_t i = 0; i < s->columns; i++, vox++)
                if (i < side[0] || i >= s->columns - side[1] || j < pad + side[2] ||
                    j >= s->rows - pad - side[3])
                    *vox = blank;
}

static double sum_ml(const uint8_t *share, size_t n, double voxel_ml)
{
    double sum = 0;
    for (size_t p = 0; p < n; p++)
        sum += share[p];
    return sum / 255 * voxel_ml;
}

/* Move the volumes to their stored order. */
static bool deliver(struct run *run, struct sim_stack *out, struct err *err)
{
    const struct sim_scan *s = run->scan;
    const struct grid grid = sim_frame_grid(s);
    run_clear_slice(run); /* make room */
    const size_t n = grid_voxels(&grid);
    struct sim_stack stack = {.slope = 1};
    sim_stored_values(s, &run->noise, run->vox, n, &stack.slope, &stack.inter);
    blank_border(s, &run->noise, sim_stored_blank(stack.inter), run->vox);
    if (!image_alloc(&grid, &stack.image, err) ||
        !labels_alloc(&grid, &stack.truth, err) ||
        !(stack.myocardium_share = mem_alloc(n, 1, err)) ||
        !(stack.scar_share = mem_alloc(n, 1, err))) {
        sim_stack_clear(&stack);
        return false;
    }
    sim_stored_order_image(s, run->vox, &grid, stack.image.vox);
    sim_stored_order_bytes(s, run->label, &grid, stack.truth.vox);
    sim_stored_order_bytes(s, run->wall, &grid, stack.myocardium_share);
    sim_stored_order_bytes(s, run->scar, &grid, stack.scar_share);
    const double ml = grid_voxel_ml(&grid);
    stack.true_myocardium_ml = sum_ml(stack.myocardium_share, n, ml);
    stack.true_scar_ml = sum_ml(stack.scar_share, n, ml);
    if (stack.true_myocardium_ml > 0)
        stack.true_percent_lge = 100 * stack.true_scar_ml / stack.true_myocardium_ml;
    *out = stack;
    return true;
}

bool sim_scan_run(const struct sim_scan *scan, const struct sim_patient *patient,
                  const struct sim_heart *heart, const struct sim_body *body,
                  struct sim_stack *out, struct err *err)
{
    struct run run = {.scan = scan,
                      .heart = heart,
                      .body = body,
                      .noise = rng_make(scan->seed, patient->index, SIM_STREAM_NOISE)};
    bool ok = false;
    if (!run_init(&run, err))
        goto done;
    for (int32_t k = 0; k < scan->slices; k++)
        scan_slice(&run, k);
    ok = deliver(&run, out, err);
done:
    run_clear(&run);
    return ok;
}

void sim_stack_clear(struct sim_stack *stack)
{
    image_clear(&stack->image);
    labels_clear(&stack->truth);
    mem_free(stack->myocardium_share);
    mem_free(stack->scar_share);
    *stack = (struct sim_stack){.slope = 0};
}
