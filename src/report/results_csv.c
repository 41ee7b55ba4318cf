/*
 * results_csv.c - the table of report/results.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/json_out.h"
#include "report/results.h"
#include "report/utf8.h"

static const char HEADER[] =
    "id,input,verdict,reasons,myocardium_ml,myocardium_g,blood_pool_ml,scar_ml,scar_g,"
    "no_reflow_ml,percent_lge,large,rule,percent_lge_low90,percent_lge_high90,"
    "probability_large,"
    "slices,pixel_x_mm,pixel_y_mm,slice_spacing_mm,model,"
    "model_sha256,precision,version,series_uid\n";

/* In UTF-8 whatever a file is called, or the whole table could not be read. */
static bool put_text(FILE *to, const char *text, char after)
{
    char *clean = text ? report_utf8_clean(text) : NULL;
    const bool ok =
        (!text || (clean && csv_write_text(to, clean))) && fputc(after, to) != EOF;

    mem_free(clean);
    return ok;
}

static bool put_number(FILE *to, double value)
{
    if (!isfinite(value))
        return fputc(',', to) != EOF;
    return fprintf(to, "%.*g,", REPORT_DIGITS, value == 0.0 ? 0.0 : value) > 0;
}

static bool put_reasons(FILE *to, const struct quality *q)
{
    const char *between = "";

    for (int i = 0; i < QUALITY_REASONS; i++) {
        if (!q->reason[i])
            continue;
        if (fprintf(to, "%s%s", between, report_reason_name((enum quality_reason)i)) <
            0)
            return false;
        between = " ";
    }
    return fputc(',', to) != EOF;
}

static bool put_row(FILE *to, const struct patient_result *r)
{
    const struct lv_measure *lv = r->lv;
    const char *large = !isfinite(lv->percent_lge) ? "" : r->scar.large ? "1" : "0";

    return put_text(to, r->input.id, ',') && put_text(to, r->input.path, ',') &&
           put_text(to, report_verdict_text(r->quality.verdict), ',') &&
           put_reasons(to, &r->quality) && put_number(to, lv->myocardium_ml) &&
           put_number(to, lv->myocardium_g) && put_number(to, lv->blood_pool_ml) &&
           put_number(to, lv->scar_ml) && put_number(to, lv->scar_g) &&
           put_number(to, lv->no_reflow_ml) && put_number(to, lv->percent_lge) &&
           put_text(to, large, ',') && put_text(to, r->scar.rule, ',') &&
           put_number(to, r->scar.percent_lge_interval90[0]) &&
           put_number(to, r->scar.percent_lge_interval90[1]) &&
           put_number(to, r->scar.probability_large) &&
           put_number(to, r->geometry.slices) &&
           put_number(to, r->geometry.pixel_mm[0]) &&
           put_number(to, r->geometry.pixel_mm[1]) &&
           put_number(to, r->geometry.slice_spacing_mm) &&
           put_text(to, r->model.name, ',') && put_text(to, r->model.sha256, ',') &&
           put_text(to, r->model.precision, ',') &&
           put_text(to, r->program.version, ',') &&
           put_text(to, r->input.series_uid, '\n');
}

void report_table_clear(struct result_table *table)
{
    for (size_t i = 0; i < table->rows; i++)
        mem_free(table->row[i]);
    mem_free(table->row);
    *table = (struct result_table){0};
}

bool report_table_add_row(struct result_table *table, const char *row, struct err *err)
{
    if (table->rows == table->room) {
        const size_t room = table->room > 0 ? 2 * table->room : 16;
        char **rows = mem_grow(table->row, table->room, room, sizeof *rows, err);
        if (!rows)
            return false;
        table->row = rows;
        table->room = room;
    }
    char *line = mem_strdup(row, err);
    if (!line)
        return false;
    table->row[table->rows++] = line;
    return true;
}

bool report_table_add(struct result_table *table, const struct patient_result *r,
                      struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    const bool written = stream != NULL && put_row(stream, r);
    const bool closed = stream != NULL && fclose(stream) == 0;
    const bool ok = written && closed ? report_table_add_row(table, text, err)
                                      : ERR_FAIL(err, ERR_NOMEM,
                                                 "results table: no memory for a row");
    free(text);
    return ok;
}

bool report_table_write(const char *path, const struct result_table *table,
                        struct err *err)
{
    struct file_writer writer = {0};

    if (!file_writer_open(path, &writer, err))
        return false;
    /* a failed write stays with the stream, and commit reports it */
    (void)fputs(HEADER, writer.stream);
    for (size_t i = 0; i < table->rows; i++)
        (void)fputs(table->row[i], writer.stream);
    const bool ok = file_writer_commit(&writer, err);
    file_writer_abort(&writer);
    return ok;
}
