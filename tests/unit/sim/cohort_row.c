#include "testing.h"

#include "base/csv.h"
#include "sim/cohort_row.h"

/* As many cells as names, each where its name is, and none for what is not there. */
static void names_and_cells_agree(void **state)
{
    (void)state;
    struct err err = {0};
    struct csv table = {0};
    struct sim_case c = {
        .patient = {.seed = UINT64_MAX,
                    .index = 41,
                    .age_years = 61.25,
                    .bsa_m2 = 1.875,
                    .subtype = SIM_APICAL},
        .place = {.site = 6, .test = true},
        .facts = {.mass_g = 205.125,
                  .max_wall_mm = 23.25,
                  .cavity_ml = 97.75,
                  .thick_segments = 5,
                  .segment_scar = {[16] = 0.25}},
        .scan = {.dose_mmol_kg = 0.15,
                 .ghost = true,
                 .gap_mm = 2,
                 .thickness_mm = 8.25,
                 .ti_ms = 301.5,
                 .ti_null_ms = 288.5,
                 .t1_blood_ms = 320.5,
                 .t1_remote_ms = 460.5,
                 .t1_core_ms = 290.5,
                 .delay_min = 14.25,
                 .hematocrit = 0.415,
                 .rr_ms = 910.5,
                 .snr = 14.125,
                 .field_t = 3},
        .stack = {.true_percent_lge = 15.5,
                  .true_scar_ml = 31.25,
                  .true_myocardium_ml = 201.625},
    };
    static const char *const want[][2] = {
        {"id", "sim-0042"},
        {"site", "S7"},
        {"vendor", "Siemens"},
        {"split", "test"},
        {"index", "41"},
        {"seed", "18446744073709551615"},
        {"sex", "F"},
        {"mass_g", "205.12"},
        {"true_percent_lge", "15.5000"},
        {"large", "1"},
        {"true_scar_ml", "31.2500"},
        {"reader1_percent_lge", ""},
        {"dose", "0.150"},
        {"reconstruction", "magnitude"},
        {"ghost", "1"},
        {"gap_mm", "2.00"},
        {"thickness_mm", "8.25"},
        {"ti_ms", "301.5"},
        {"ti_null_ms", "288.5"},
        {"t1_blood_ms", "320.5"},
        {"t1_myocardium_ms", "460.5"},
        {"t1_core_ms", "290.5"},
        {"delay_min", "14.25"},
        {"hct", "0.415"},
        {"rr_ms", "910.5"},
        {"snr", "14.125"},
        {"age", "61.2"},
        {"bsa", "1.875"},
        {"subtype", "apical"},
        {"max_wall_mm", "23.25"},
        {"cavity_ml", "97.75"},
        {"true_myocardium_ml", "201.625"},
        {"field_t", "3.0"},
        {"pixel_mm", "1.2500"},
        {"slices", "9"},
        {"thick_segments", "5"},
        {"segment_scar", "0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 "
                         "0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 "
                         "0.2500"},
    };
    char text[8192] = "";
    FILE *to = fmemopen(text, sizeof text, "w");

    assert_non_null(to);
    c.stack.image.grid =
        grid_make((const int32_t[3]){4, 5, 9}, (const double[3]){1.25, 1.5, 10});
    sim_cohort_row_names(to);
    sim_cohort_row(&c, "sim-0042", false, to);
    assert_int_equal(fclose(to), 0);
    assert_ok(csv_parse(text, strlen(text), "row", &table, &err), err);
    assert_int_equal(table.rows, 2);
    assert_int_equal(csv_columns(&table, 0), csv_columns(&table, 1));
    for (size_t w = 0; w < ARRAY_LEN(want); w++) {
        size_t column = 0;
        while (column < csv_columns(&table, 0) &&
               strcmp(csv_cell(&table, 0, column), want[w][0]) != 0)
            column++;
        assert_string_equal(csv_cell(&table, 1, column), want[w][1]);
    }
    csv_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_cells_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
