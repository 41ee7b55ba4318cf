/*
 * selftest_gallery.h - which hearts are shown on which sheet.
 *
 * Layer:  cli.
 * Thread: safe.
 */
#ifndef CLI_SELFTEST_GALLERY_H
#define CLI_SELFTEST_GALLERY_H

#include "cli/selftest_judge.h"

/** DIR/montage-<site>.png for each site: up to 12 patients, evenly from the cohort.
 *  Characters of a site's name that suit no file name become '_'.
 *  Errors: as selftest_sheet_write(). */
bool selftest_gallery_sites(const struct cohort *cohort,
                            const struct selftest_group *group, const char *dir,
                            struct err *err) ATTR_MUST_USE;

/** One sheet of 16 hearts of the cohort, from as many sites and subtypes as there are,
 *  and behind them 8 of another cohort (real ones), if `beside` is not NULL.
 *  Errors: as selftest_sheet_write(). */
bool selftest_gallery_write(const struct cohort *cohort,
                            const struct selftest_group *group,
                            const struct cohort *beside, const char *path,
                            struct err *err) ATTR_MUST_USE;

#endif
