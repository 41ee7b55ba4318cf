#include "cli/study_dir.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { MAX_STATE = 4096 };

bool study_dir_join(const char *dir, const char *name, char out[AT_LEAST(STUDY_PATH)],
                    struct err *err)
{
    char path[STUDY_PATH];
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: the path is too long", dir);
    memcpy(out, path, sizeof path);
    return true;
}

static bool make_paths(const char *root, struct study_dir *d, struct err *err)
{
    if (strlen(root) >= sizeof d->root)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: the path is too long", root);
    (void)snprintf(d->root, sizeof d->root, "%s", root);
    return study_dir_join(root, "cohort", d->cohort, err) &&
           study_dir_join(root, "cohort/COHORT.csv", d->table, err) &&
           study_dir_join(root, "model3d.safetensors", d->model[STUDY_3D], err) &&
           study_dir_join(root, "model2d.safetensors", d->model[STUDY_2D], err) &&
           study_dir_join(root, "pred3d", d->pred[STUDY_3D], err) &&
           study_dir_join(root, "pred2d", d->pred[STUDY_2D], err) &&
           study_dir_join(root, "cohort/reader1", d->reading[0], err) &&
           study_dir_join(root, "cohort/reader2", d->reading[1], err) &&
           study_dir_join(root, "agreement/reader1", d->by_reader, err) &&
           study_dir_join(root, "agreement/truth", d->by_truth, err) &&
           study_dir_join(root, "timing.json", d->timing, err) &&
           study_dir_join(root, "report", d->report, err) &&
           study_dir_join(root, "report/study.json", d->json, err);
}

/* A folder that is missing counts as empty. */
static bool is_empty(const char *path)
{
    const struct dirent *e;
    bool empty = true;
    DIR *dir = opendir(path);
    if (!dir)
        return true;
    while (empty && (e = readdir(dir)) != NULL) /* this thread alone reads `dir` */
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    (void)closedir(dir);
    return empty;
}

/* The folder says whose it is; is it ours? */
static bool check_state(const char *path, const char *ours, struct err *err)
{
    struct bytes b = {0};
    if (!file_read(path, MAX_STATE, &b, err))
        return false;
    const bool same = b.size == strlen(ours) && memcmp(b.data, ours, b.size) == 0;
    if (!same) {
        char *theirs = (char *)b.data;
        theirs[strcspn(theirs, "\n")] = '\0';
        err_record(err, ERR_ARG,
                   "%s: another study (%.120s); choose another folder, or remove it",
                   path, theirs);
    }
    bytes_clear(&b);
    return same;
}

bool study_dir_claim(const char *root, const struct study_plan *plan,
                     struct study_dir *out, struct err *err)
{
    struct study_dir d;
    char state[STUDY_PATH], text[512], line[640];
    if (!make_paths(root, &d, err) || !study_dir_join(root, "study-state", state, err))
        return false;
    study_plan_text(plan, text, sizeof text);
    const int n = snprintf(line, sizeof line, "cicatrix study 1: %s\n", text);
    if (file_exists(state)) {
        if (!check_state(state, line, err))
            return false;
    } else {
        if (!is_empty(root))
            return ERR_FAIL(err, ERR_ARG,
                            "%s: not empty, and no study; choose another folder", root);
        if (!file_make_dirs(root, err) || !file_write(state, line, (size_t)n, err))
            return false;
    }
    *out = d;
    return true;
}
