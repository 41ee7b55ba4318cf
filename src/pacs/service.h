/*
 * service.h - the plugin at work: one thread reads the log of changes and looks at
 * series, others work on them.
 *
 * Layer:  pacs.
 * Thread: every function but start and stop may be called from any thread.
 */
#ifndef PACS_SERVICE_H
#define PACS_SERVICE_H

#include "pacs/config.h"
#include "pacs/server.h"

struct pacs_service;

/** Start the threads; what was left in the work folder by a run that was killed is
 *  removed.
 *
 *  @param config, server  borrowed until pacs_service_stop()
 *  Errors: ERR_NOMEM, ERR_IO (no thread).  Tests: tests/unit/pacs/service.c */
bool pacs_service_start(const struct pacs_config *config,
                        const struct pacs_server *server, struct pacs_service **out,
                        struct err *err) ATTR_MUST_USE;

/** End the programs that run, the threads, and free all.  What was under way is taken
 *  up at the next start.  NULL is fine. */
void pacs_service_stop(struct pacs_service *s);

/** Something has changed: look at the log now. */
void pacs_service_poke(struct pacs_service *s);

/** What is under way, what ended lately and how, as JSON; owned by the caller.
 *  Errors: ERR_NOMEM. */
bool pacs_service_queue(struct pacs_service *s, struct bytes *json,
                        struct err *err) ATTR_MUST_USE;

/** The state of one series, as JSON; owned by the caller.
 *
 *  @param again  ask for a new run of it before, unless one is under way
 *  Errors: ERR_ARG (asked of what is no MR series), ERR_IO, ERR_FORMAT, ERR_NOMEM. */
enum pacs_reply pacs_service_series(struct pacs_service *s, const char *id, bool again,
                                    struct bytes *json, struct err *err);

#endif
