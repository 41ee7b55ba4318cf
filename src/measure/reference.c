#include "measure/reference.h"

#include <math.h>

#define NEAR_MM 5.0
#define NEAR_PX 2.0
#define RV_WALL_MM 4.0 /* blood ends this short of the insertion */
enum { LEAST_SEPTUM = 40, MOST_SEPTUM = 200 }; /* degrees */

/* Where the anterior insertion lies from the axis of the LV: right, forward and up; and
 * in a picture of the usual display. */
static const double anterior[3] = {0.206, 0.735, 0.643};
#define IN_PICTURE_DEG 120.0

/* Is RV blood at this place (mm from the ring's centre) beside the wall?  Which way? */
static bool touches(const struct measure_ring *ring, const double mm[static 2],
                    double near_mm, int *way)
{
    double inner, outer;
    const double angle = measure_plane_angle(mm);

    if (!measure_ring_at(ring, angle, &inner, &outer) ||
        hypot(mm[0], mm[1]) - outer > near_mm)
        return false;
    *way = (int)angle % MEASURE_RAYS;
    return true;
}

bool measure_reference_of_slice(const struct labels *labels, int32_t slice,
                                const struct measure_plane *plane,
                                const struct measure_ring *ring, double *degrees)
{
    const struct grid *g = &labels->grid;
    const uint8_t *vox = labels->vox + grid_index(g, 0, 0, slice);
    const double near_mm =
        fmax(NEAR_MM, NEAR_PX * fmax(grid_edge_mm(g, 0), grid_edge_mm(g, 1)));
    bool septum[MEASURE_RAYS] = {false};
    int found = 0;

    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++) {
            double mm[2];
            int way;
            if (vox[(size_t)j * (size_t)g->dim[0] + (size_t)i] != LABEL_RV_BLOOD)
                continue;
            measure_plane_mm(plane, i - ring->centre_px[0], j - ring->centre_px[1], mm);
            if (touches(ring, mm, near_mm, &way)) {
                septum[way] = true;
                found++;
            }
        }
    if (found == 0)
        return false;
    int gap = 0, widest = 0, first = 0;
    for (int k = 0; k < 2 * MEASURE_RAYS;
         k++) { /* twice round: gaps may begin before 0 */
        if (!septum[k % MEASURE_RAYS]) {
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
    const double wall_deg =
        RV_WALL_MM / fmax(ring->outer[first], RV_WALL_MM) * 180 / M_PI;
    *degrees = measure_plane_wrap(first - wall_deg);
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
    double mm[2] = {0, 0};

    if (!plane->oriented)
        return IN_PICTURE_DEG;
    for (int a = 0; a < 2; a++)
        for (int k = 0; k < 3; k++)
            mm[a] += plane->axis[a][k] * anterior[k];
    return measure_plane_angle(mm);
}
