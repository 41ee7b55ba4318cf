/*
 * server.h - a web server for the one person in front of this machine.
 *
 * Why:    a picture is looked at and corrected best in a browser, and every computer
 *         has one; but what is shown are patients.  So the server listens on loopback
 *         alone, answers nothing to who does not know its token (others may be logged
 *         on to the same machine), and nothing to pages from elsewhere (its name must
 * be that of the loopback, which a page that rebinds DNS cannot send, and the token is
 * in a header, which a foreign page may not set). Layer:  web. Thread: one; requests
 * are answered one after the other. Source: libmicrohttpd 0.9.75; RFC 9110, RFC 9112
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <signal.h>
#include <stddef.h>

#include "base/err.h"

enum { WEB_TOKEN = 33 }; /* bytes of a token, its end included */

/* A file of the page, which anybody may have.  Borrowed. */
struct web_file {
    const char *path, *type; /* "/view.js", "text/javascript; charset=utf-8" */
    const void *data;
    size_t size;
};

/* Borrowed for the call. */
struct web_request {
    const char *method, *path; /* "PUT", "/api/cases/P1/corrected": no query */
    const void *body;
    size_t size;
};

/* All-zero is status 500 without a body. */
struct web_answer {
    int status;
    const char *type; /* borrowed, of static storage */
    void *body;       /* of base/mem; owned by the server once it is answered */
    size_t size;
};

/* Whatever is not a file of the page, once the token was right. */
typedef void web_handle(void *user, const struct web_request *request,
                        struct web_answer *answer);

struct web_options {
    int port;          /* 0: one that is free */
    const char *token; /* that requests have in the header Cicatrix-Token */
    const struct web_file *file;
    size_t files;
    size_t most_body; /* bytes; longer bodies are refused before they are read */
    web_handle *handle;
    void *user;
};

struct web_server;

/** Draw a token nobody can guess.  Errors: ERR_IO. */
bool web_server_token(char token[AT_LEAST(WEB_TOKEN)], struct err *err) ATTR_MUST_USE;

/**
 * Listen on 127.0.0.1.
 *
 * @param o  what it points to is borrowed until web_server_close()
 * Errors:   ERR_IO (the port is taken), ERR_NOMEM
 * Tests:    tests/cli/view.t
 */
bool web_server_open(const struct web_options *o, struct web_server **out,
                     struct err *err) ATTR_MUST_USE;

/** The port that it listens on. */
int web_server_port(const struct web_server *server);

/** Answer until `*stop` is not zero (set by a signal handler; looked at at least twice
 * a second).  Errors: ERR_IO. */
bool web_server_run(struct web_server *server, const volatile sig_atomic_t *stop,
                    struct err *err) ATTR_MUST_USE;

/** NULL is fine. */
void web_server_close(struct web_server *server);

#endif
