/*
 * sample.h - an oblique series of 5 slices of 9 x 7 pixels, no two axes alike, and
 * labels on it: myocardium with scar and no-reflow in slices 1 to 3, blood in 1 and 2.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "testing.h"

#include "base/mem.h"
#include "dicom/source.h"
#include "dicom/uid.h"

enum { SAMPLE_COLUMNS = 9, SAMPLE_ROWS = 7, SAMPLE_SLICES = 5 };

static inline struct dicom_source sample_source(void)
{
    /* rows run along a unit vector (2, 3, 6) / 7, columns along (3, -6, 2) / 7 */
    static const double along[6] = {2. / 7, 3. / 7, 6. / 7, 3. / 7, -6. / 7, 2. / 7};
    static const double normal[3] = {6. / 7, 2. / 7, -3. / 7};
    struct err err = {0};
    struct dicom_source s = {
        .patient = {"M\xc3\xbcller^Hanna", "ID-17", "Klinik", "19510203", "F"},
        .study = {"1.2.3.4", "S17", "20240506", "101112.5", "A-9", "Herz MRT", "Ref^R",
                  "073Y", "1.71", "70.5"},
        .series = {"1.2.3.4.5", "1.2.3.4.6", "", "MR", "7", "20240506", "102030.7",
                   "LGE SA PSIR", "lge", "HEART", "HFS"},
        .equipment = {"SIEMENS", "Aera", "MR1", "Hospital", "E11", "SN4711"},
        .columns = SAMPLE_COLUMNS,
        .rows = SAMPLE_ROWS,
        .slices = SAMPLE_SLICES,
        .column_mm = 1.3,
        .row_mm = 1.7,
        .spacing_mm = 9.5,
        .thickness_mm = 8,
        .slice = mem_alloc(SAMPLE_SLICES, sizeof(struct dicom_slice), &err),
    };

    assert_non_null(s.slice);
    s.grid.dim[0] = SAMPLE_COLUMNS;
    s.grid.dim[1] = SAMPLE_ROWS;
    s.grid.dim[2] = SAMPLE_SLICES;
    for (int c = 0; c < 3; c++) {
        const double sign = c < 2 ? -1 : 1, first = -40.25 + 33.125 * c;
        s.grid.to_mm[c][0] = sign * s.column_mm * along[c];
        s.grid.to_mm[c][1] = sign * s.row_mm * along[3 + c];
        s.grid.to_mm[c][2] = sign * s.spacing_mm * normal[c];
        s.grid.to_mm[c][3] = sign * first;
        for (int k = 0; k < SAMPLE_SLICES; k++)
            s.slice[k].position_mm[c] = first + k * s.spacing_mm * normal[c];
    }
    for (int k = 0; k < SAMPLE_SLICES; k++) {
        memcpy(s.slice[k].orientation, along, sizeof along);
        (void)snprintf(s.slice[k].sop_class, DICOM_UID, "1.2.840.10008.5.1.4.1.1.4");
        (void)snprintf(s.slice[k].sop_instance, DICOM_UID, "1.2.3.4.5.%d", k + 1);
        s.slice[k].instance_number = k + 1;
    }
    return s;
}

static inline struct labels sample_labels(const struct dicom_source *s)
{
    struct labels l = {0};
    struct err err = {0};

    assert_ok(labels_alloc(&s->grid, &l, &err), err);
    for (int32_t k = 1; k <= 3; k++) {
        for (int32_t j = 1; j < 6; j++)
            for (int32_t i = 2; i < 8; i++)
                l.vox[grid_index(&l.grid, i, j, k)] = LABEL_MYOCARDIUM;
        l.vox[grid_index(&l.grid, 2, 1, k)] = LABEL_SCAR;
        l.vox[grid_index(&l.grid, 3 + k, 2, k)] = LABEL_NO_REFLOW;
        if (k < 3)
            l.vox[grid_index(&l.grid, 4, 3, k)] = LABEL_LV_BLOOD;
    }
    return l;
}

#endif
