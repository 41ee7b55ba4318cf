#include "sim/cohort_row.h"

#include <inttypes.h>

void sim_cohort_row_names(FILE *to)
{
    fputs("id,image,label,truth,reader2,site,vendor,field_t,split,labelled,"
          "seed,index,sex,age,bsa,subtype,max_wall_mm,mass_g,cavity_ml,"
          "true_percent_lge,true_scar_ml,true_myocardium_ml,large,"
          "reader1_percent_lge,reader2_percent_lge,"
          "reconstruction,ti_ms,ti_null_ms,t1_blood_ms,t1_myocardium_ms,t1_core_ms,"
          "dose,delay_min,hct,rr_ms,snr,ghost,pixel_mm,thickness_mm,gap_mm,slices,"
          "thick_segments,segment_scar\n",
          to);
}

/* Empty of who was not read, and without myocardium. */
static void put_percent(const struct labels *labels, FILE *to)
{
    const double percent = labels->vox ? sim_reader_percent_lge(labels) : -1.0;
    if (percent >= 0.0)
        fprintf(to, "%.4f", percent);
    fputc(',', to);
}

static void put_files(const struct sim_case *c, const char *id, bool dicom, FILE *to)
{
    const bool read = c->reading[0].vox != NULL;
    fprintf(to, "%s,images/%s%s,%s/%s.nii.gz,truth/%s.nii.gz,", id, id,
            dicom ? "" : ".nii.gz", read ? "reader1" : "truth", id, id);
    if (read)
        fprintf(to, "reader2/%s.nii.gz", id);
}

/* The scar shares of segments 1 to 17 are one cell, separated by blanks. */
static void put_segments(const struct sim_heart_facts *facts, FILE *to)
{
    fprintf(to, ",%d,", facts->thick_segments);
    for (size_t s = 0; s < ARRAY_LEN(facts->segment_scar); s++)
        fprintf(to, s > 0 ? " %.4f" : "%.4f", facts->segment_scar[s]);
    fputc('\n', to);
}

void sim_cohort_row(const struct sim_case *c, const char *id, bool dicom, FILE *to)
{
    const struct sim_patient *p = &c->patient;
    const struct sim_scan *s = &c->scan;
    const struct sim_site *site = &sim_sites[c->place.site];
    const bool cohort = !sim_mode_is_wide(p->mode);

    put_files(c, id, dicom, to);
    fprintf(to, ",%s,%s,%.1f,%s,%s,", site->name, site->vendor, s->field_t,
            cohort && c->place.test ? "test" : "train", cohort ? "123" : "12345");
    fprintf(to, "%" PRIu64 ",%" PRIu64 ",%s,%.1f,%.3f,%s,%.2f,%.2f,%.2f,", p->seed,
            p->index, p->male ? "M" : "F", p->age_years, p->bsa_m2,
            sim_subtype_name(p->subtype), c->facts.max_wall_mm, c->facts.mass_g,
            c->facts.cavity_ml);
    fprintf(to, "%.4f,%.4f,%.3f,%d,", c->stack.true_percent_lge, c->stack.true_scar_ml,
            c->stack.true_myocardium_ml, c->stack.true_percent_lge > 15.0);
    for (int r = 0; r < SIM_READERS; r++)
        put_percent(&c->reading[r], to);
    fprintf(to, "%s,%.1f,%.1f,%.1f,%.1f,%.1f,", s->psir ? "psir" : "magnitude",
            s->ti_ms, s->ti_null_ms, s->t1_blood_ms, s->t1_remote_ms, s->t1_core_ms);
    fprintf(to, "%.3f,%.2f,%.3f,%.1f,%.3f,%d,%.4f,%.2f,%.2f,%d", s->dose_mmol_kg,
            s->delay_min, s->hematocrit, s->rr_ms, s->snr, s->ghost,
            grid_edge_mm(&c->stack.image.grid, 0), s->thickness_mm, s->gap_mm,
            c->stack.image.grid.dim[2]);
    put_segments(&c->facts, to);
}
