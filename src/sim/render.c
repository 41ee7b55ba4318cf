#include "sim/render.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#define CELL_MM 0.92  /* of the fine grid, at most */
#define HEART_MM 84.0 /* half the side of the heart's window, at most */
enum { CHEST_SLABS = 2 };

static size_t area(int32_t a, int32_t b)
{
    return (size_t)a * (size_t)b;
}

/* The next multiple of 12 that a Fourier transform likes: 2, 3 and 5 only. */
static int32_t good_size(double least)
{
    for (int32_t n = 12 * (int32_t)ceil(least / 12);; n += 12) {
        int32_t rest = n;
        for (int32_t p = 2; p <= 5; p++)
            while (rest % p == 0)
                rest /= p;
        if (rest == 1)
            return n;
    }
}

static void choose_sizes(const struct sim_scan *scan, const struct sim_heart *heart,
                         struct sim_render *r)
{
    r->dim[0] = good_size(fmax(scan->fov_ro_mm / CELL_MM, 1.1 * scan->acquired_ro));
    r->fov_rows = good_size(fmax(scan->fov_pe_mm / CELL_MM, 1.1 * scan->acquired_pe));
    r->edge_mm[0] = scan->fov_ro_mm / r->dim[0];
    r->edge_mm[1] = scan->fov_pe_mm / r->fov_rows;
    r->dim[1] = scan->wrap ? r->fov_rows * 3 / 2 : r->fov_rows;
    for (int a = 0; a < 2; a++)
        r->coarse[a] = r->dim[a] * 2 / 3;
    const double half = fmin(sim_heart_radius_mm(heart), HEART_MM);
    r->side = 2 * (int32_t)ceil(half / fmin(r->edge_mm[0], r->edge_mm[1]));
}

bool sim_render_init(const struct sim_scan *scan, const struct sim_heart *heart,
                     struct sim_render *out, struct err *err)
{
    struct sim_render r = {.side = 0};
    choose_sizes(scan, heart, &r);
    const size_t fine = area(r.dim[0], r.dim[1]),
                 coarse = area(r.coarse[0], r.coarse[1]);
    const size_t window = area(r.side, r.side);
    const int layers = scan->psir ? SIM_LAYERS : SIM_LAYER_WATER_REF;
    const size_t points = coarse > window ? coarse : window;
    const size_t floats = (size_t)layers * (fine + coarse + window) +
                          (SIM_SHARES + 1) * window + 2 * points;
    if (!(r.block = mem_alloc(floats, sizeof *r.block, err)) ||
        !(r.tissue = mem_alloc(2 * points, sizeof *r.tissue, err)) ||
        !(r.index =
              mem_alloc((size_t)r.dim[0] + (size_t)r.dim[1], sizeof *r.index, err))) {
        sim_render_clear(&r);
        return false;
    }
    r.label = r.tissue + points;
    float *next = r.block;
    for (int k = 0; k < layers; k++) {
        r.layer[k] = next;
        r.chest[k] = r.layer[k] + fine;
        r.heart[k] = r.chest[k] + coarse;
        next = r.heart[k] + window;
    }
    for (int k = 0; k < SIM_SHARES; k++, next += window)
        r.share[k] = next;
    r.cover = next;
    r.scar = r.cover + window;
    r.diffuse = r.scar + points;
    *out = r;
    return true;
}

void sim_render_clear(struct sim_render *render)
{
    mem_free(render->block);
    mem_free(render->tissue);
    mem_free(render->index);
    *render = (struct sim_render){.side = 0};
}

/* A plane of points: `first` and `step` in cells of the fine grid. */
static struct sim_plane plane_of(const struct sim_render *r,
                                 const struct sim_frame *frame,
                                 const struct sim_render_slice *slice,
                                 const double first[2], double step, double depth_mm)
{
    struct sim_plane plane;
    const double u = (first[0] - .5 * r->dim[0]) * r->edge_mm[0];
    const double v = (first[1] - .5 * r->dim[1]) * r->edge_mm[1];
    sim_frame_point(frame, u + slice->shift_mm[0], v + slice->shift_mm[1],
                    slice->at_mm + slice->shift_mm[2] + depth_mm, plane.origin);
    for (int a = 0; a < 3; a++) {
        plane.column[a] = step * r->edge_mm[0] * frame->u[a];
        plane.row[a] = step * r->edge_mm[1] * frame->v[a];
    }
    plane.columns = plane.rows = 0;
    return plane;
}

/* Texture indices of columns and rows that start at `first` cells. */
static void texture_lines(const struct sim_render *r,
                          const struct sim_render_slice *slice, const int32_t first[2],
                          const int32_t count[2], double step, int32_t *line[2])
{
    line[0] = r->index;
    line[1] = r->index + r->dim[0];
    for (int a = 0; a < 2; a++)
        for (int32_t i = 0; i < count[a]; i++)
            line[a][i] = sim_texture_index((first[a] + i * step) * r->edge_mm[a] +
                                           slice->texture_mm[a]);
}

static int wall_step(const struct sim_signals *s, float scar, float diffuse)
{
    const float f = s->remote + s->per_scar * scar + s->per_diffuse * diffuse;
    const float step = f * ((SIM_WALL_STEPS - 1) / (float)SIM_WALL_MAX) + .5F;
    return step <= 0 ? 0 : step >= SIM_WALL_STEPS - 1 ? SIM_WALL_STEPS - 1 : (int)step;
}

static int fat_layer(uint8_t tissue)
{
    return tissue == SIM_FAT || tissue == SIM_MARROW ? SIM_LAYER_FAT : SIM_LAYER_WATER;
}

/* Add one sub-slice of the chest. */
static void add_chest(struct sim_render *r, const struct sim_texture *texture,
                      const struct sim_signals *s, int32_t *const line[2],
                      bool reference)
{
    const float *tile[SIM_TISSUES];
    sim_texture_tiles(texture, tile);
    for (int32_t y = 0; y < r->coarse[1]; y++) {
        const size_t row = area(y, r->coarse[0]);
        const int32_t tile_row = line[1][y] * SIM_TEXTURE_SIDE;
        for (int32_t x = 0; x < r->coarse[0]; x++) {
            const uint8_t tissue = r->tissue[row + (size_t)x];
            if (tissue <= SIM_AIR)
                continue;
            const int32_t at = tile_row + line[0][x];
            const float factor = tile[tissue][at] / CHEST_SLABS;
            float image = s->image[tissue];
            if (tissue == SIM_BOWEL)
                image += s->bowel_gain * texture->tile[SIM_TEXTURE_BOWEL][at];
            const int layer = fat_layer(tissue);
            r->chest[layer][row + (size_t)x] += factor * image;
            if (reference)
                r->chest[layer + SIM_LAYER_WATER_REF][row + (size_t)x] +=
                    factor * s->reference[tissue];
        }
    }
}

static void draw_chest(struct sim_render *r, const struct sim_scan *scan,
                       const struct sim_frame *frame, const struct sim_body *body,
                       const struct sim_texture *texture,
                       const struct sim_render_slice *slice)
{
    static const double jitter[CHEST_SLABS] = {-.25, .25};
    const size_t coarse = area(r->coarse[0], r->coarse[1]);
    for (int k = 0; k < SIM_LAYERS; k++)
        if (r->chest[k])
            memset(r->chest[k], 0, coarse * sizeof *r->chest[k]);
    const int32_t zero[2] = {0, 0};
    int32_t *line[2];
    texture_lines(r, slice, zero, r->coarse, 1.5, line);
    for (int k = 0; k < CHEST_SLABS; k++) {
        const double first[2] = {1.5 * jitter[k], -1.5 * jitter[k]};
        struct sim_plane plane =
            plane_of(r, frame, slice, first, 1.5, jitter[k] * scan->profile_mm);
        plane.columns = r->coarse[0];
        plane.rows = r->coarse[1];
        const struct sim_matter matter = {.tissue = r->tissue};
        struct sim_matter out = matter;
        sim_body_plane(body, &plane, &out);
        add_chest(r, texture, &slice->signals, line, scan->psir);
    }
}

/* The part of the fine grid where the heart can be. */
static void place_window(struct sim_render *r, const struct sim_frame *frame,
                         const struct sim_render_slice *slice)
{
    /* the long axis at this depth, seen from the centre of the field of view */
    double away[3], u = 0, v = 0;
    const double depth = slice->at_mm + slice->shift_mm[2];
    sim_frame_point(frame, 0, 0, depth, away);
    for (int a = 0; a < 2; a++) {
        u -= away[a] * frame->u[a];
        v -= away[a] * frame->v[a];
    }
    const double at[2] = {u - slice->shift_mm[0], v - slice->shift_mm[1]};
    for (int a = 0; a < 2; a++) {
        const int32_t middle = (int32_t)lround(at[a] / r->edge_mm[a]) + r->dim[a] / 2;
        const int32_t lo = middle - r->side / 2, hi = lo + r->side;
        r->window.first[a] = lo < 0 ? 0 : lo > r->dim[a] ? r->dim[a] : lo;
        r->window.last[a] = hi < 0 ? 0 : hi > r->dim[a] ? r->dim[a] : hi;
        if (r->window.last[a] < r->window.first[a])
            r->window.last[a] = r->window.first[a];
    }
}

static void add_shares(struct sim_render *r, size_t at, uint8_t label, float weight)
{
    switch ((enum label)label) {
    case LABEL_MYOCARDIUM:
        r->share[SIM_SHARE_WALL][at] += weight;
        break;
    case LABEL_SCAR:
        r->share[SIM_SHARE_WALL][at] += weight;
        r->share[SIM_SHARE_SCAR][at] += weight;
        break;
    case LABEL_NO_REFLOW:
        r->share[SIM_SHARE_WALL][at] += weight;
        r->share[SIM_SHARE_SCAR][at] += weight;
        r->share[SIM_SHARE_DARK][at] += weight;
        break;
    case LABEL_LV_BLOOD:
        r->share[SIM_SHARE_LV][at] += weight;
        break;
    case LABEL_RV_BLOOD:
        r->share[SIM_SHARE_RV][at] += weight;
        break;
    case LABEL_BACKGROUND:
    case LABEL_COUNT:
        break;
    }
}

/* Add one sub-slice of the heart. */
static void add_heart(struct sim_render *r, const struct sim_texture *texture,
                      const struct sim_signals *s, int32_t *const line[2],
                      bool reference, float weight)
{
    const float *tile[SIM_TISSUES];
    sim_texture_tiles(texture, tile);
    const int32_t columns = r->window.last[0] - r->window.first[0];
    const int32_t rows = r->window.last[1] - r->window.first[1];
    for (int32_t y = 0; y < rows; y++) {
        const int32_t tile_row = line[1][y] * SIM_TEXTURE_SIDE;
        size_t at = area(y, columns);
        for (int32_t x = 0; x < columns; x++, at++) {
            const uint8_t tissue = r->tissue[at];
            if (tissue == SIM_NONE)
                continue;
            add_shares(r, at, r->label[at], weight);
            r->cover[at] += weight;
            float image = s->image[tissue], ref = s->reference[tissue];
            if (tissue == SIM_MYOCARDIUM) {
                const int step = wall_step(s, r->scar[at], r->diffuse[at]);
                image = s->wall[step];
                ref = s->wall_reference[step];
            }
            const float factor = weight * tile[tissue][tile_row + line[0][x]];
            const int layer = fat_layer(tissue);
            r->heart[layer][at] += factor * image;
            if (reference)
                r->heart[layer + SIM_LAYER_WATER_REF][at] += factor * ref;
        }
    }
}

static void draw_heart(struct sim_render *r, const struct sim_scan *scan,
                       const struct sim_frame *frame, const struct sim_heart *heart,
                       const struct sim_texture *texture,
                       const struct sim_render_slice *slice)
{
    /* a lattice of seven: no two in the same row, column or depth */
    static const double weights[SIM_RENDER_SLABS] = {.6, 1, 1, 1, 1, 1, .6};
    static const int across[SIM_RENDER_SLABS] = {0, 3, 6, 2, 5, 1, 4};
    static const int down[SIM_RENDER_SLABS] = {0, 5, 3, 1, 6, 4, 2};
    place_window(r, frame, slice);
    const int32_t size[2] = {r->window.last[0] - r->window.first[0],
                             r->window.last[1] - r->window.first[1]};
    const size_t n = area(size[0], size[1]);
    for (int k = 0; k < SIM_SHARES; k++)
        memset(r->share[k], 0, n * sizeof *r->share[k]);
    for (int k = 0; k < SIM_LAYERS; k++)
        if (r->heart[k])
            memset(r->heart[k], 0, n * sizeof *r->heart[k]);
    memset(r->cover, 0, n * sizeof *r->cover);
    if (n == 0)
        return;
    int32_t *line[2];
    texture_lines(r, slice, r->window.first, size, 1, line);
    for (int k = 0; k < SIM_RENDER_SLABS; k++) {
        const double first[2] = {r->window.first[0] + across[k] / 7.0 - 3 / 7.0,
                                 r->window.first[1] + down[k] / 7.0 - 3 / 7.0};
        struct sim_plane plane =
            plane_of(r, frame, slice, first, 1,
                     ((double)k / (SIM_RENDER_SLABS - 1) - .5) * scan->profile_mm);
        plane.columns = size[0];
        plane.rows = size[1];
        struct sim_matter out = {r->tissue, r->label, r->scar, r->diffuse};
        sim_heart_plane(heart, &plane, &out);
        add_heart(r, texture, &slice->signals, line, scan->psir,
                  (float)(weights[k] / 6.2));
    }
}

/* One row of a chest layer, interpolated to the fine grid. */
static void raise_row(const struct sim_render *r, const float *chest, int32_t y,
                      float *out)
{
    const int32_t w = r->coarse[0], h = r->coarse[1];
    const int32_t y0 = y * 2 / 3, y1 = y0 + 1 < h ? y0 + 1 : y0;
    const float t = (float)(y * 2 % 3) / 3;
    const float *top = chest + area(y0, w), *low = chest + area(y1, w);
    for (int32_t x = 0; x < w; x += 2) { /* two coarse points make three fine ones */
        const int32_t x2 = x + 2 < w ? x + 2 : x + 1;
        const float a = top[x] + t * (low[x] - top[x]);
        const float b = top[x + 1] + t * (low[x + 1] - top[x + 1]);
        const float c = top[x2] + t * (low[x2] - top[x2]);
        float *to = out + (ptrdiff_t)(x / 2) * 3;
        to[0] = a;
        to[1] = a + (b - a) * (2 / 3.0F);
        to[2] = b + (c - b) * (1 / 3.0F);
    }
}

/* Heart over chest, and the texture of everything. */
static void compose(struct sim_render *r, const struct sim_texture *texture,
                    const struct sim_render_slice *slice)
{
    const int32_t zero[2] = {0, 0};
    int32_t *line[2];
    texture_lines(r, slice, zero, r->dim, 1, line);
    const struct sim_window *w = &r->window;
    const int32_t width = w->last[0] - w->first[0];
    for (int k = 0; k < SIM_LAYERS; k++)
        for (int32_t y = 0; r->layer[k] && y < r->dim[1]; y++) {
            float *row = r->layer[k] + area(y, r->dim[0]);
            raise_row(r, r->chest[k], y, row);
            if (y >= w->first[1] && y < w->last[1]) {
                const size_t from = area(y - w->first[1], width);
                for (int32_t x = 0; x < width; x++) {
                    float *to = row + w->first[0] + x;
                    *to = r->heart[k][from + (size_t)x] +
                          (1 - r->cover[from + (size_t)x]) * *to;
                }
            }
            const float *tile =
                texture->tile[SIM_TEXTURE_ALL] + area(line[1][y], SIM_TEXTURE_SIDE);
            for (int32_t x = 0; x < r->dim[0]; x++)
                row[x] *= tile[line[0][x]];
        }
}

void sim_render_slice(struct sim_render *render, const struct sim_scan *scan,
                      const struct sim_heart *heart, const struct sim_body *body,
                      const struct sim_texture *texture,
                      const struct sim_render_slice *slice)
{
    struct sim_frame frame;
    sim_frame_make(scan, &frame);
    draw_chest(render, scan, &frame, body, texture, slice);
    draw_heart(render, scan, &frame, heart, texture, slice);
    compose(render, texture, slice);
}

/* The pixels that cell `c` of axis `a` lies in: the first of at most three, and how
 * much of each pixel it fills. */
enum { REACH = 4 };
static int32_t pixels_of(const struct sim_render *r, const struct sim_scan *scan, int a,
                         int32_t c, float fill[REACH])
{
    const double cell = r->edge_mm[a] / scan->pixel_mm;
    const double lo = (c - .5 * r->dim[a] - .5) * cell + .5, hi = lo + cell;
    const int32_t first = (int32_t)floor(lo);
    for (int k = 0; k < REACH; k++) {
        const double part = fmin(hi, first + k + 1) - fmax(lo, first + k);
        fill[k] = part > 0 ? (float)part : 0;
    }
    return first + (a == 0 ? scan->columns : scan->rows_made) / 2;
}

void sim_render_average(const struct sim_render *render, const struct sim_scan *scan,
                        enum sim_share share, float *out)
{
    const struct sim_window *w = &render->window;
    const int32_t width = w->last[0] - w->first[0];
    for (int32_t y = w->first[1]; y < w->last[1]; y++) {
        const float *from = render->share[share] + area(y - w->first[1], width);
        float down[REACH], across[REACH];
        const int32_t row = pixels_of(render, scan, 1, y, down);
        for (int32_t x = 0; x < width; x++) {
            if (from[x] <= 0)
                continue;
            const int32_t column = pixels_of(render, scan, 0, w->first[0] + x, across);
            for (int p = 0; p < REACH * REACH; p++) {
                const int32_t i = column + p % REACH, j = row + p / REACH;
                const float part = across[p % REACH] * down[p / REACH];
                if (part > 0 && i >= 0 && i < scan->columns && j >= 0 &&
                    j < scan->rows_made)
                    out[area(j, scan->columns) + (size_t)i] += part * from[x];
            }
        }
    }
}
