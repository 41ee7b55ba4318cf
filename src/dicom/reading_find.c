#include "dicom/reading_find.h"

#include <stdlib.h>
#include <string.h>

#include "dicom/reading_place.h"

static int by_uid(const void *key, const void *reference)
{
    return strcmp(key, ((const struct dicom_reference *)reference)->uid);
}

static bool names(const struct dicom_reference *list, size_t count, const char *uid)
{
    return count > 0 && bsearch(uid, list, count, sizeof *list, by_uid);
}

/* How many of the stack's slices the object speaks of. */
static size_t meets(const struct dicom_reading *r, const struct dicom_scan *scan,
                    const struct dicom_stack *stack, bool instances)
{
    size_t n = 0;

    for (size_t k = 0; k < stack->planes; k++) {
        const struct dicom_member *m =
            &scan->member[scan->plane[stack->plane[k]].member];
        n += instances
                 ? names(r->instance, r->instances, m->instance.sop_instance)
                 : names(r->series, r->all_series, scan->header[m->header].series.uid);
    }
    return n;
}

static int64_t best(const struct dicom_reading *r, const struct dicom_scan *scan,
                    const struct dicom_stacks *stacks,
                    const struct dicom_choice *choice, bool instances)
{
    int64_t found = -1;
    size_t most = 0;

    for (size_t k = 0; k < stacks->count; k++) {
        const size_t n = meets(r, scan, &stacks->stack[k], instances);
        const bool better =
            n > most || (n == most && n > 0 && choice[k].taken && !choice[found].taken);
        if (better) {
            most = n;
            found = (int64_t)k;
        }
    }
    return found;
}

/* The one measured stack of the study and frame of reference. */
static int64_t only_one(const struct dicom_header *h, const struct dicom_scan *scan,
                        const struct dicom_stacks *stacks,
                        const struct dicom_choice *choice)
{
    int64_t found = -1;

    for (size_t k = 0; k < stacks->count; k++) {
        const struct dicom_header *of = &scan->header[stacks->stack[k].header];
        if (!choice[k].taken || strcmp(of->study.uid, h->study.uid) != 0 ||
            !dicom_reading_same_frame(of->series.frame_of_reference,
                                      h->series.frame_of_reference))
            continue;
        if (found >= 0)
            return -1;
        found = (int64_t)k;
    }
    return found;
}

int64_t dicom_reading_stack(const struct dicom_reading *reading,
                            const struct dicom_header *header,
                            const struct dicom_scan *scan,
                            const struct dicom_stacks *stacks,
                            const struct dicom_choice *choice)
{
    if (reading->instances == 0 && reading->all_series == 0)
        return only_one(header, scan, stacks, choice);
    const int64_t found = best(reading, scan, stacks, choice, true);
    return found >= 0 ? found : best(reading, scan, stacks, choice, false);
}
