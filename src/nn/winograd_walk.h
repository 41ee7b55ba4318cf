/*
 * winograd_walk.h - along rows of tiles, for each kind of nn/winograd_tile.h the same.
 *
 * Why:    what differs between kinds is arithmetic: how pixels are read and written,
 *         how a line of them is mixed, how many tiles are multiplied at a time.
 * Layer:  nn, private: a part of the kind's file, which before it says
 *
 *   TARGET, INLINE, UNROLLED   the CPU's instructions; loops over registers
 *   LANES, STEP, SPAN, GROUP   channels of a block; pixels of a tile of the result, of
 *                              the source; tiles that are multiplied at a time
 *   NEXT                       weights of so many channels lie side by side
 *   number, vector             of the source, of V and of the result; LANES floats
 *   load(), put(), times()     a vector from and to numbers; a b + c
 *   g                          G, [SPAN][WINO_SIDE]
 *
 * and after it what is declared here.
 */

/* The pixels of a tile that are in one column, or one row. */
struct source {
    vector of[SPAN];
};

struct result {
    vector of[STEP];
};

/* One weight from each of NEXT channels to a block. */
struct weight {
    vector of[NEXT];
};

INLINE vector nothing(void);
INLINE vector load_sum(const float *m);

/* Of the precision that weights have; and into U. */
INLINE struct weight load_weight(const float *w);
INLINE void put_weight(number *u, struct weight x);

/* B' d and A' m of a line. */
INLINE struct source mix(struct source d);
INLINE struct result mix_back(struct source m);

/* Products of GROUP tiles; `outs` is 1 or 2, so that it can be unrolled. */
INLINE void multiply_group(const struct wino_product *p, size_t outs, size_t tile);

/* One row of G times three weights. */
INLINE struct weight mix_three(const float *row, struct weight a, struct weight b,
                               struct weight c)
{
    struct weight y;
    UNROLLED (i, NEXT)
        y.of[i] = row[0] * a.of[i] + row[1] * b.of[i] + row[2] * c.of[i];
    return y;
}

/* U = G w G' */
static TARGET void kernels(const float *w, void *to, size_t pitch)
{
    number *u = to;
    struct weight tap[WINO_TAPS];
    UNROLLED (t, WINO_TAPS)
        tap[t] = load_weight(w + t * (size_t)NEXT * LANES);
    for (size_t i = 0; i < SPAN; i++) {
        struct weight down[WINO_SIDE];
        UNROLLED (j, WINO_SIDE)
            down[j] = mix_three(g + i * WINO_SIDE, tap[j], tap[j + WINO_SIDE],
                                tap[j + (size_t)2 * WINO_SIDE]);
        for (size_t j = 0; j < SPAN; j++, u += pitch)
            put_weight(u, mix_three(g + j * WINO_SIDE, down[0], down[1], down[2]));
    }
}

/* A column of which the plane holds all pixels. */
INLINE struct source inner_column(struct wino_plane p, const number *at)
{
    const size_t below = (size_t)p.w * LANES;
    struct source d;
    UNROLLED (i, SPAN)
        d.of[i] = load(at + i * below);
    return mix(d);
}

static TARGET struct source any_column(struct wino_plane p, const number *src, int y,
                                       int x)
{
    struct source d;
    UNROLLED (i, SPAN) {
        const int at = y + (int)i;
        d.of[i] = at < 0 || at >= p.h || x < 0 || x >= p.w
                      ? nothing()
                      : load(src + ((size_t)at * (size_t)p.w + (size_t)x) * LANES);
    }
    return mix(d);
}

INLINE void store_tile(const struct source column[SPAN], number *v, size_t pitch)
{
    UNROLLED (i, SPAN) {
        struct source row;
        UNROLLED (j, SPAN)
            row.of[j] = column[j].of[i];
        row = mix(row);
        UNROLLED (j, SPAN)
            put(v + (i * SPAN + j) * pitch, row.of[j]);
    }
}

/* V = B' d B */
static TARGET void transform(struct wino_plane p, const void *source, int row, void *to,
                             size_t pitch)
{
    const number *src = source;
    number *v = to;
    const int y = STEP * row - 1;
    const bool inner = y >= 0 && y + SPAN <= p.h;
    struct source column[SPAN];
    column[STEP] = any_column(p, src, y, -1);
    column[STEP + 1] = any_column(p, src, y, 0);
    for (int x = 1; x <= p.w; x += STEP, v += LANES) {
        /* its first two columns are the last of the tile before */
        column[0] = column[STEP];
        column[1] = column[STEP + 1];
        if (inner && x + STEP <= p.w) {
            const number *at = src + ((size_t)y * (size_t)p.w + (size_t)x) * LANES;
            UNROLLED (j, STEP)
                column[2 + j] = inner_column(p, at + j * LANES);
        } else {
            UNROLLED (j, STEP)
                column[2 + j] = any_column(p, src, y, x + (int)j);
        }
        store_tile(column, v, pitch);
    }
}

/* M = U V */
static TARGET void multiply_1(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += GROUP)
        multiply_group(p, 1, t);
}

static TARGET void multiply_2(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += GROUP)
        multiply_group(p, 2, t);
}

static void multiply(const struct wino_product *p)
{
    if (p->outs == 1)
        multiply_1(p);
    else
        multiply_2(p);
}

INLINE struct result column_of_m(const float *m, size_t pitch)
{
    struct source d;
    UNROLLED (i, SPAN)
        d.of[i] = load_sum(m + i * SPAN * pitch);
    return mix_back(d);
}

/* A' M A */
static TARGET void transform_back(struct wino_plane p, const float *m, size_t pitch,
                                  int row, void *dst)
{
    const size_t line = (size_t)p.w * LANES;
    const size_t rows = (size_t)(p.h - STEP * row < STEP ? p.h - STEP * row : STEP);
    number *y = (number *)dst + (size_t)(STEP * row) * line;
    for (int x = 0; x < p.w; x += STEP, m += LANES, y += (size_t)STEP * LANES) {
        const size_t columns = (size_t)(p.w - x < STEP ? p.w - x : STEP);
        struct result column[SPAN];
        UNROLLED (j, SPAN)
            column[j] = column_of_m(m + j * pitch, pitch);
        UNROLLED (i, STEP) {
            struct source line_of_m;
            UNROLLED (j, SPAN)
                line_of_m.of[j] = column[j].of[i];
            const struct result pixels = mix_back(line_of_m);
            UNROLLED (j, STEP)
                if (i < rows && j < columns)
                    put(y + i * line + j * LANES, pixels.of[j]);
        }
    }
}
