/* Pieces in a ring of wall, slice by slice as this draws them, before a reader. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/reader_pieces.h"

enum { SIDE = 56, PLANE = SIDE * SIDE, SLICES = 3, VOXELS = PLANE * SLICES };
enum { REMOTE = 40, THRESHOLD = 140 };

struct view {
    struct sim_sketch d;
    struct sim_reader_window window[SLICES];
};

/* Wall between 11 and 23 mm from the centre, as bright as `wall` (0 remote, 1 the
 * threshold). */
static void begin(struct view *v, double wall)
{
    struct err err = {0};
    *v = (struct view){.d = {.dim = {SIDE, SIDE, SLICES},
                             .edge_mm = {1.0, 1.0},
                             .plane = PLANE,
                             .voxels = VOXELS}};
    struct sim_sketch *d = &v->d;
    float **const floats[] = {&d->value, &d->epi,  &d->endo,
                              &d->depth, &d->wall, &d->work};
    for (size_t i = 0; i < ARRAY_LEN(floats); i++)
        assert_non_null(*floats[i] = mem_alloc(VOXELS, sizeof(float), &err));
    assert_non_null(d->truth = mem_alloc(VOXELS, 1, &err));
    assert_non_null(d->scar = mem_alloc(VOXELS, 1, &err));
    for (size_t at = 0; at < VOXELS; at++) {
        const double x = (double)(at % SIDE) - SIDE / 2.0,
                     y = (double)(at % PLANE / SIDE) - SIDE / 2.0, r = hypot(x, y);
        d->epi[at] = (float)(r - 23);
        d->endo[at] = (float)(r - 11);
        d->depth[at] = (float)fmin(r - 11, 23 - r);
        d->value[at] = (float)(REMOTE + wall * (THRESHOLD - REMOTE));
    }
    for (int k = 0; k < SLICES; k++)
        v->window[k] = (struct sim_reader_window){
            .seen = true, .remote = REMOTE, .threshold = THRESHOLD, .blood = 300};
}

static void end(struct view *v)
{
    sim_sketch_clear(&v->d);
}

/* A square with its middle so far right of the heart's, 17 mm below it; `core` of its
 * columns are half as bright again as the rest. */
struct square {
    int slice, right, side, core;
    double bright;
};

static void draw(struct view *v, struct square s)
{
    const int left = SIDE / 2 + s.right - s.side / 2, top = SIDE / 2 + 17 - s.side / 2;
    for (int j = 0; j < s.side; j++)
        for (int i = 0; i < s.side; i++) {
            const int at = s.slice * PLANE + (top + j) * SIDE + left + i;
            const double bright = s.bright * (i < s.core ? 1.5 : 1.0);
            v->d.value[at] = (float)(REMOTE + bright * (THRESHOLD - REMOTE));
            v->d.scar[at] = 1;
        }
}

/* Pixels that are left in a slice. */
static int left_in(const struct view *v, int slice)
{
    int n = 0;
    for (size_t at = 0; at < PLANE; at++)
        n += v->d.scar[(size_t)slice * PLANE + at];
    return n;
}

static void judge(struct view *v)
{
    struct err err = {0};
    assert_ok(sim_reader_pieces_judge(&v->d, v->window, &err), err);
}

static const struct square clear = {1, 0, 7, 7, 1.4};
/* hardly brighter than the threshold but for two columns */
static const struct square doubtful = {0, 0, 7, 2, 1.05};

/* What stands out is scar by itself; specks, and what is nowhere clearly bright, never
 * are, however they lie. */
static void clear_pieces_are_scar(void **state)
{
    (void)state;
    struct view v;
    begin(&v, .2);
    draw(&v, clear);
    draw(&v, (struct square){0, 0, 3, 3, 1.4});
    draw(&v, (struct square){2, 0, 7, 0, 1.3});
    judge(&v);
    assert_int_equal(left_in(&v, 0), 0);
    assert_int_equal(left_in(&v, 1), 49);
    assert_int_equal(left_in(&v, 2), 0);
    end(&v);
}

/* What stands out less is scar where it goes on scar of the slice before or after it,
 * mostly, and with a breath-hold's shift; not elsewhere, and not because of what is in
 * doubt itself. */
static void doubtful_pieces_must_go_on(void **state)
{
    (void)state;
    static const struct {
        int slice, right; /* of the clear piece, -1: none */
        bool scar;
    } cases[] = {{-1, 0, false}, {1, 0, true},   {1, 4, true},
                 {1, 8, true},   {1, 10, false}, {2, 0, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int up = 0; up < 2; up++) { /* seen from below, from above */
            struct view v;
            struct square a = doubtful, b = clear, c = doubtful;
            a.slice = up ? 2 : 0;
            b.slice = up ? 2 - cases[i].slice : cases[i].slice;
            b.right = cases[i].right;
            c.slice = 1;
            begin(&v, .35);
            draw(&v, a);
            draw(&v, cases[i].slice == -1 ? c : b); /* c: as doubtful as a */
            judge(&v);
            assert_int_equal(left_in(&v, a.slice), cases[i].scar ? 49 : 0);
            end(&v);
        }
}

/* From slice to slice, whichever way it is followed. */
static void scar_is_followed(void **state)
{
    (void)state;
    for (int up = 0; up < 2; up++) {
        struct view v;
        struct square a = clear, b = doubtful, c = doubtful;
        a.slice = up ? 2 : 0;
        b.slice = 1;
        b.right = 3;
        c.slice = 2 - a.slice;
        c.right = 6; /* within reach of b, not of a */
        begin(&v, .35);
        draw(&v, a);
        draw(&v, b);
        draw(&v, c);
        judge(&v);
        for (int k = 0; k < SLICES; k++)
            assert_int_equal(left_in(&v, k), 49);
        end(&v);
    }
}

/* The same piece does not stand out of a wall that is nearly as bright, and not even
 * what it goes on makes it scar. */
static void shading_is_not_scar(void **state)
{
    (void)state;
    struct view v;
    struct square a = doubtful;
    begin(&v, .85);
    draw(&v, clear);
    draw(&v, a);
    a.slice = 2;
    a.right = 12;
    draw(&v, a);
    judge(&v);
    assert_int_equal(left_in(&v, 0), 0);
    assert_int_equal(left_in(&v, 2), 0);
    end(&v);
}

/* Of two pieces that stand out alike the larger catches the eye. */
static void size_counts(void **state)
{
    (void)state;
    struct view v;
    begin(&v, .35);
    draw(&v, (struct square){0, 0, 6, 2, 1.25});
    draw(&v, (struct square){2, 0, 10, 3, 1.25});
    judge(&v);
    assert_int_equal(left_in(&v, 0), 0);
    assert_int_equal(left_in(&v, 2), 100);
    end(&v);
}

/* Where all of the wall is bright nothing is left to compare with. */
static void a_wall_full_of_scar_is_seen(void **state)
{
    (void)state;
    struct view v;
    int marked = 0;
    begin(&v, 2.0);
    for (size_t at = 0; at < PLANE; at++) {
        const bool below = at / SIDE > SIDE / 2 + 2;
        v.d.scar[at] = below && sim_sketch_in_wall(&v.d, at);
        marked += v.d.scar[at];
    }
    /* what is not marked is not wall either */
    for (size_t at = 0; at < VOXELS; at++)
        if (!v.d.scar[at])
            v.d.wall[at] = 10.0f;
    judge(&v);
    assert_int_equal(left_in(&v, 0), marked);
    end(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_pieces_are_scar),
        cmocka_unit_test(doubtful_pieces_must_go_on),
        cmocka_unit_test(scar_is_followed),
        cmocka_unit_test(shading_is_not_scar),
        cmocka_unit_test(size_counts),
        cmocka_unit_test(a_wall_full_of_scar_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
