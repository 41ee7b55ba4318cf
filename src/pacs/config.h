/*
 * config.h - the section "Cicatrix" of Orthanc's configuration.
 *
 * Why:    a misspelt key that is let pass is a setting that is not in force; so what is
 *         not known, of the wrong kind or out of range is refused by name.
 * Layer:  pacs.
 * Thread: pure function.
 */
#ifndef PACS_CONFIG_H
#define PACS_CONFIG_H

#include <stddef.h>

#include "base/err.h"

/* The kinds of result that can be stored, as bits. */
enum pacs_store {
    PACS_STORE_SEG = 1,     /* seg.dcm */
    PACS_STORE_SR = 2,      /* sr.dcm */
    PACS_STORE_REPORT = 4,  /* report.dcm, the PDF */
    PACS_STORE_OVERLAY = 8, /* overlay.dcm, the pictures */
};

enum { PACS_TEXT_SIZE = 512 };

struct pacs_config {
    bool enabled;                 /* "Enabled": true */
    bool existing;                /* "Existing": what is there at the first start too */
    char program[PACS_TEXT_SIZE]; /* "Program": "/usr/bin/cicatrix", an absolute path */
    char models[PACS_TEXT_SIZE];  /* "ModelsDirectory": "", where the program looks */
    char model[PACS_TEXT_SIZE];   /* "Model": "", the program's own choice */
    char work[PACS_TEXT_SIZE];    /* "WorkDirectory": "/tmp" */
    char rule[8];                 /* "Rule": ">15" or ">=15" */
    char lang[8];                 /* "Language": "en" or "zh" */
    char prefer[16];              /* "Prefer": "psir" or "magnitude" */
    int workers;                  /* "Workers": 1, series at a time */
    int threads;                  /* "Threads": 0, of one series; 0: one per core */
    int timeout_s;                /* "TimeoutSeconds": 600, of one series */
    int memory_mb;                /* "MaxMemoryMB": 4096, of the program; 0: no limit */
    int instances;                /* "MaxInstances": 2000, of a series that is taken */
    int tries;                    /* "MaxTries": 5, starts of one series */
    int metadata;                 /* "Metadata": 20190, number of the mark */
    unsigned store;               /* "Store": ["seg", "sr", "report"] */
};

/**
 * Read the section out of the whole configuration; what is not said has its default.
 *
 * @param json  Orthanc's configuration as JSON; without the section all is default
 * Errors:  ERR_FORMAT, with the key and what is accepted
 * Tests:   tests/unit/pacs/config.c
 */
bool pacs_config_read(const char *json, struct pacs_config *out,
                      struct err *err) ATTR_MUST_USE;

#endif
