/*
 * find_model.h - from a model's name to its file.
 *
 * Why:    the program finds its models where it was built and where it was installed,
 *         without configuration.
 * Layer:  cli.
 * Thread: call from one thread (it reads the environment).
 *
 * A name ("lge3d") is searched as <name>.safetensors in
 *   1. the folder $CICATRIX_MODELS, if that is set;
 *   2. ../models beside the program's folder (build/cicatrix -> models);
 *   3. ../share/cicatrix/models beside it (bin/cicatrix -> share/cicatrix/models).
 * What has a slash in it or ends in .safetensors is a file.
 */
#ifndef CLI_FIND_MODEL_H
#define CLI_FIND_MODEL_H

#include <stddef.h>

#include "base/err.h"

#define FIND_MODEL_DEFAULT "lge3d"
#define FIND_MODEL_ENDING ".safetensors"

struct model_paths {
    char **path; /* owned; [count] */
    size_t count;
};

void find_model_clear(struct model_paths *paths);

/** The file of a model, owned by the caller (mem_free).
 *  Errors: ERR_IO (no such file, or no model of that name; the message says where was
 *  searched), ERR_NOMEM.  @return NULL on failure */
char *find_model(const char *name, struct err *err) ATTR_MUST_USE;

/** All models in these folders, by name; of two with one name the first found.
 *  None is a valid answer.  Errors: ERR_NOMEM. */
bool find_model_all(struct model_paths *out, struct err *err) ATTR_MUST_USE;

#endif
