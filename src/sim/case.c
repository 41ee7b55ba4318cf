#include "sim/case.h"

enum { CELLS = 2 * SIM_SITES };

/* Patients of the table in a site's training part (even cells) or test part (odd). */
static int64_t cell_patients(int cell)
{
    const struct sim_site *s = &sim_sites[cell / 2];
    return cell % 2 ? s->test : s->patients - s->test;
}

/* Patient a (0, 1, ...) of a cell with w patients in all has the place (a + 1/4) / w of
 * a round of the table: a divisor method as Webster's, whose first patients come
 * earlier, so that every site is in both parts within the first two dozen.  In whole
 * numbers; of equals the earlier cell comes first. */
struct sim_place sim_place_of(uint64_t index)
{
    int64_t given[CELLS] = {0}, total = 0;
    int next = 0;

    for (int c = 0; c < CELLS; c++)
        total += cell_patients(c);
    const int64_t rank = (int64_t)(index % (uint64_t)total);
    for (int64_t i = 0; i <= rank; i++) {
        next = 0;
        for (int c = 1; c < CELLS; c++)
            if ((4 * given[c] + 1) * cell_patients(next) <
                (4 * given[next] + 1) * cell_patients(c))
                next = c;
        given[next]++;
    }
    return (struct sim_place){.site = next / 2, .test = next % 2 == 1};
}

bool sim_case_make(uint64_t seed, uint64_t index, enum sim_mode mode,
                   struct sim_case *out, struct err *err)
{
    struct sim_case c = {.place = sim_place_of(index)};
    struct sim_heart *heart = NULL;
    struct sim_body *body = NULL;
    bool ok = false;

    sim_patient_draw(seed, index, mode, &c.patient);
    sim_scan_draw(seed, index, mode, c.place.site, &c.patient, &c.scan);
    if (!sim_heart_new(&c.patient, &heart, err) ||
        !sim_body_new(&c.patient, &body, err) ||
        !sim_scan_run(&c.scan, &c.patient, heart, body, &c.stack, err))
        goto done;
    sim_heart_facts(heart, &c.facts);
    /* training on random contrasts uses the exact truth: nobody reads these */
    for (int r = 0; !sim_mode_is_wide(mode) && r < SIM_READERS; r++)
        if (!sim_reader_read(&c.stack, seed, index, r, &c.reading[r], err))
            goto done;
    *out = c;
    c = (struct sim_case){0}; /* moved */
    ok = true;
done:
    sim_body_free(body);
    sim_heart_free(heart);
    sim_case_clear(&c);
    return ok;
}

void sim_case_clear(struct sim_case *c)
{
    for (int r = 0; r < SIM_READERS; r++)
        labels_clear(&c->reading[r]);
    sim_stack_clear(&c->stack);
    *c = (struct sim_case){0};
}
