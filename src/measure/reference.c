#include "measure/reference.h"

#include <math.h>

#define NEAR_MM 5.0
#define NEAR_PX 2.0
#define RV_WALL_MM 4.0 /* blood ends this short of the insertion */
enum { LEAST_SEPTUM = 40, MOST_SEPTUM = 200 }; /* degrees */

/* Where the anterior insertion lies in a picture of the usual display. */
#define IN_PICTURE_DEG 125.0

/* How far outside the wall a place (mm from the ring's centre) lies; false if there is
 * no wall on that side. */
static bool gap_of(const struct measure_ring *ring, const double mm[static 2],
                   double *gap)
{
    double inner, outer;

    if (!measure_ring_at(ring, measure_plane_angle(mm), &inner, &outer))
        return false;
    *gap = hypot(mm[0], mm[1]) - outer;
    return true;
}

/* For each degree round the centre: how far from it the wall ends beside RV blood that
 * touches it; 0 where none does.  Returns whether any does. */
static bool find_septum(const struct labels *labels, int32_t slice,
                        const struct measure_plane *plane,
                        const struct measure_ring *ring,
                        const double centre_px[static 2],
                        double septum_mm[static MEASURE_RAYS])
{
    const struct grid *g = &labels->grid;
    const uint8_t *vox = labels->vox + grid_index(g, 0, 0, slice);
    const double near_mm =
        fmax(NEAR_MM, NEAR_PX * fmax(grid_edge_mm(g, 0), grid_edge_mm(g, 1)));
    bool any = false;

    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++) {
            double mm[2], gap;
            if (*vox++ != LABEL_RV_BLOOD)
                continue;
            measure_plane_mm(plane, i - ring->centre_px[0], j - ring->centre_px[1], mm);
            if (!gap_of(ring, mm, &gap) || gap > near_mm)
                continue;
            measure_plane_mm(plane, i - centre_px[0], j - centre_px[1], mm);
            const int way = (int)measure_plane_angle(mm) % MEASURE_RAYS;
            septum_mm[way] = fmax(hypot(mm[0], mm[1]) - fmax(gap, 0.0), RV_WALL_MM);
            any = true;
        }
    return any;
}

bool measure_reference_of_slice(const struct labels *labels, int32_t slice,
                                const struct measure_plane *plane,
                                const struct measure_ring *ring,
                                const double centre_px[static 2], double *degrees)
{
    double septum_mm[MEASURE_RAYS] = {0};

    if (!find_septum(labels, slice, plane, ring, centre_px, septum_mm))
        return false;
    int gap = 0, widest = 0, first = 0;
    for (int k = 0; k < 2 * MEASURE_RAYS;
         k++) { /* twice round: gaps may begin before 0 */
        if (!(septum_mm[k % MEASURE_RAYS] > 0.0)) {
            gap++;
            continue;
        }
        if (gap > widest) {
            widest = gap;
            first = k % MEASURE_RAYS;
        }
        gap = 0;
    }
    const int width = MEASURE_RAYS - widest;
    if (width < LEAST_SEPTUM || width > MOST_SEPTUM)
        return false;
    const double wall_deg = RV_WALL_MM / septum_mm[first] * (180.0 / M_PI);
    *degrees = measure_plane_wrap(first + 0.5 - wall_deg);
    return true;
}

double measure_reference_mean(const double *degrees, int32_t n)
{
    double sum[2] = {0, 0};

    for (int32_t k = 0; k < n; k++) {
        sum[0] += cos(degrees[k] * (M_PI / 180.0));
        sum[1] += sin(degrees[k] * (M_PI / 180.0));
    }
    return measure_plane_angle(sum);
}

double measure_reference_of_patient(const struct measure_plane *plane)
{
    double right = 360; /* of the picture: the axis of the grid nearest to 0 degrees */

    for (int axis = 0; axis < 2; axis++) {
        const double mm[2] = {plane->to_mm[0][axis], plane->to_mm[1][axis]};
        const double half = fmod(measure_plane_angle(mm), 180.0); /* either way */
        const double angle = half > 90.0 ? half - 180.0 : half;
        if (fabs(angle) < fabs(right))
            right = angle;
    }
    return measure_plane_wrap(right + IN_PICTURE_DEG);
}
