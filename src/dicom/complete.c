#include "dicom/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Of an instance; borrowed from the scan. */
struct name {
    const char *series, *instance;
};

static int by_name(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    const int order = strcmp(x->series, y->series);

    return order != 0 ? order : strcmp(x->instance, y->instance);
}

/* Those of all instances, sorted, each once.  NULL: no memory. */
static struct name *sort_names(const struct dicom_scan *scan, size_t *count,
                               struct err *err)
{
    struct name *name = mem_alloc(scan->members, sizeof *name, err);
    size_t n = 0;

    if (!name)
        return NULL;
    for (size_t i = 0; i < scan->members; i++) {
        const struct dicom_member *m = &scan->member[i];
        name[i] =
            (struct name){scan->header[m->header].series.uid, m->instance.sop_instance};
    }
    if (scan->members > 1)
        qsort(name, scan->members, sizeof *name, by_name);
    for (size_t i = 0; i < scan->members; i++)
        if (n == 0 || by_name(&name[n - 1], &name[i]) != 0)
            name[n++] = name[i];
    *count = n;
    return name;
}

/* How many of the names come before this series. */
static size_t before(const struct name *name, size_t count, const char *series)
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(name[middle].series, series) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool dicom_complete_check(const struct dicom_scan *scan,
                          const struct dicom_remote_list *list, struct err *err)
{
    size_t count = 0;
    struct name *name = sort_names(scan, &count, err);
    bool ok = name != NULL;

    for (size_t i = 0; ok && i < list->count; i++) {
        const struct dicom_remote_series *s = &list->series[i];
        const int64_t said = s->instances > 0 ? s->instances : 1;
        const size_t first = before(name, count, s->uid);
        size_t n = first;
        while (n < count && strcmp(name[n].series, s->uid) == 0)
            n++;
        if ((uint64_t)(n - first) < (uint64_t)said)
            ok = ERR_FAIL(err, ERR_FORMAT,
                          "%zu of %lld different instances came of series %s",
                          n - first, (long long)said, s->uid);
    }
    mem_free(name);
    return ok;
}
