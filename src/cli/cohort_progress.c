#include "cli/cohort_progress.h"

#include "base/clock.h"

void cohort_progress_show(void *user, int64_t done, int64_t total)
{
    struct cohort_progress *d = user;
    struct progress *p = &d->bar;
    char note[64] = "";
    if (!d->started)
        progress_start(p, d->stream, d->what, done, total);
    d->started = true;
    const double took = clock_seconds() - p->started;
    if (took > 0.5)
        (void)snprintf(note, sizeof note, "%lld of %lld, %.1f patients/s",
                       (long long)done, (long long)total,
                       (double)(done - p->first) / took);
    progress_update(p, done, note);
}

void cohort_progress_end(struct cohort_progress *p, bool ok)
{
    if (ok)
        progress_finish(&p->bar, "");
    else if (p->bar.width > 0)
        (void)fputc('\n', p->stream);
}
