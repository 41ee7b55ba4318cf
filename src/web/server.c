#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>

#include "base/file.h"
#include "base/mem.h"

enum {
    MOST_CONNECTIONS = 32,
    IDLE_S = 60,    /* after which a connection is closed */
    LOOK_MS = 500,  /* how often is `stop` looked at */
    MEMORY = 65536, /* bytes for a connection, its headers included */
    LAST_ROUNDS = 3,
    HTTP_PORT = 80 /* which a browser leaves out of the name */
};

/* No content but the page's own, and none of it elsewhere. */
static const char POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: "
    "blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

struct web_server {
    struct web_options o;
    struct MHD_Daemon *daemon;
    int port;
};

/* A request on its way in; its body grows. */
struct incoming {
    struct bytes body;
    size_t room; /* of `body` */
};

bool web_server_token(char token[static WEB_TOKEN], struct err *err)
{
    unsigned char drawn[(WEB_TOKEN - 1) / 2];

    if (getrandom(drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        return ERR_FAIL(err, ERR_IO, "no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof drawn; i++)
        (void)snprintf(token + 2 * i, 3, "%02x", drawn[i]);
    return true;
}

/* ---- answers ---- */

static enum MHD_Result send_response(struct MHD_Connection *c, int status,
                                     struct MHD_Response *r, const char *type)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy", POLICY},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "no-store"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    bool ok = r != NULL;

    for (size_t i = 0; ok && i < ARRAY_LEN(headers); i++)
        ok = MHD_add_response_header(r, headers[i][0], headers[i][1]) == MHD_YES;
    ok = ok && MHD_add_response_header(r, "Content-Type", type ? type : "text/plain") ==
                   MHD_YES;
    ok = ok && MHD_queue_response(c, (unsigned)status, r) == MHD_YES;
    if (r)
        MHD_destroy_response(r);
    return ok ? MHD_YES : MHD_NO;
}

static enum MHD_Result refuse(struct MHD_Connection *c, int status, const char *why)
{
    char text[128];
    const int n = snprintf(text, sizeof text, "{\"error\": \"%s\"}\n", why);

    return send_response(
        c, status,
        MHD_create_response_from_buffer((size_t)n, text, MHD_RESPMEM_MUST_COPY),
        "application/json");
}

static const struct web_file *find_file(const struct web_server *s, const char *path)
{
    for (size_t i = 0; i < s->o.files; i++)
        if (strcmp(s->o.file[i].path, path) == 0)
            return &s->o.file[i];
    return NULL;
}

/* The library's argument is not const, but the bytes stay as they are. */
static enum MHD_Result send_file(struct MHD_Connection *c, const struct web_file *f)
{
    union {
        const void *given;
        void *taken;
    } data = {f->data};

    return send_response(
        c, MHD_HTTP_OK,
        MHD_create_response_from_buffer(f->size, data.taken, MHD_RESPMEM_PERSISTENT),
        f->type);
}

static enum MHD_Result answer(struct web_server *s, struct MHD_Connection *c,
                              const struct web_request *request)
{
    struct web_answer a = {.status = MHD_HTTP_INTERNAL_SERVER_ERROR};

    s->o.handle(s->o.user, request, &a);
    struct MHD_Response *r =
        a.body ? MHD_create_response_from_buffer_with_free_callback(a.size, a.body,
                                                                    mem_free)
               : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!r)
        mem_free(a.body);
    return send_response(c, a.status, r, a.type);
}

/* ---- who asks ---- */

static const char *header(struct MHD_Connection *c, const char *name)
{
    const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
    return value ? value : "";
}

/* Were the name another, a page from elsewhere has made the browser take us for its own
 * server. */
static bool is_loopback(const struct web_server *s, const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char want[32];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)snprintf(want, sizeof want, "%s:%d", names[i], s->port);
        if (strcmp(host, want) == 0 ||
            (s->port == HTTP_PORT && strcmp(host, names[i]) == 0))
            return true;
    }
    return false;
}

static enum MHD_Result refuse_name(const struct web_server *s, struct MHD_Connection *c)
{
    char why[96];

    (void)snprintf(why, sizeof why,
                   "open it as 127.0.0.1:%d alone; ssh must carry it to the same port",
                   s->port);
    return refuse(c, MHD_HTTP_FORBIDDEN, why);
}

/* Takes the same time whatever is wrong. */
static bool is_token(const struct web_server *s, const char *given)
{
    const size_t n = strlen(s->o.token);
    unsigned differ = strlen(given) != n;

    for (size_t i = 0; !differ && i < n; i++)
        differ |= (unsigned)(s->o.token[i] ^ given[i]) << 1;
    return differ == 0;
}

/* ---- requests ---- */

/* Before anything of the body is there.  Answers itself what is to be refused. */
static enum MHD_Result begin(struct web_server *s, struct MHD_Connection *c,
                             const char *path, const char *method, void **state)
{
    const bool page = find_file(s, path) != NULL;

    if (!is_loopback(s, header(c, "Host")))
        return refuse_name(s, c);
    if (page && strcmp(method, "GET") != 0)
        return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED, "a page is only read");
    if (!page && !is_token(s, header(c, "Cicatrix-Token")))
        return refuse(c, MHD_HTTP_FORBIDDEN,
                      "wrong token: open the address that the command printed");
    if (strtoull(header(c, "Content-Length"), NULL, 10) > s->o.most_body)
        return refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "too long");
    *state = mem_alloc(1, sizeof(struct incoming), NULL);
    return *state ? MHD_YES : MHD_NO;
}

/* NOLINTNEXTLINE(readability-function-size): the library's eight parameters */
static enum MHD_Result on_request(void *user, struct MHD_Connection *c,
                                  const char *path, const char *method,
                                  const char *version, const char *data, size_t *size,
                                  void **state)
{
    struct web_server *s = user;
    struct incoming *in = *state;
    (void)version;

    if (!in)
        return begin(s, c, path, method, state);
    if (*size > 0) {
        if (*size > s->o.most_body - in->body.size ||
            !bytes_add(&in->body, &in->room, data, *size, NULL))
            return MHD_NO; /* the connection is closed */
        *size = 0;
        return MHD_YES;
    }
    const struct web_file *file = find_file(s, path);
    if (file)
        return send_file(c, file);
    return answer(s, c,
                  &(struct web_request){method, path, in->body.data, in->body.size});
}

static void on_end(void *user, struct MHD_Connection *c, void **state,
                   enum MHD_RequestTerminationCode how)
{
    struct incoming *in = *state;
    (void)user, (void)c, (void)how;

    if (in)
        bytes_clear(&in->body);
    mem_free(in);
    *state = NULL;
}

/* ---- the server ---- */

/* The one that the system chose, if none was asked for. */
static bool find_port(struct web_server *s, struct err *err)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);

    s->port = info ? info->port : 0;
    return s->port > 0 || ERR_FAIL(err, ERR_IO, "no port to listen on");
}

bool web_server_open(const struct web_options *o, struct web_server **out,
                     struct err *err)
{
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)o->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct web_server *s = mem_alloc(1, sizeof *s, err);

    if (!s)
        return false;
    s->o = *o;
    errno = 0;
    s->daemon = MHD_start_daemon(
        MHD_NO_FLAG, (uint16_t)o->port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
        &at, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_END);
    if (!s->daemon) {
        err_record(err, ERR_IO, "127.0.0.1:%d: cannot listen: %s", o->port,
                   strerror(errno != 0 ? errno : EADDRINUSE));
        mem_free(s);
        return false;
    }
    if (!find_port(s, err)) {
        web_server_close(s);
        return false;
    }
    *out = s;
    return true;
}

int web_server_port(const struct web_server *server)
{
    return server->port;
}

bool web_server_run(struct web_server *server, const volatile sig_atomic_t *stop,
                    struct err *err)
{
    while (!*stop) {
        fd_set in, out, special;
        MHD_socket most = 0;
        MHD_UNSIGNED_LONG_LONG wait_ms = LOOK_MS;
        FD_ZERO(&in);
        FD_ZERO(&out);
        FD_ZERO(&special);
        if (MHD_get_fdset(server->daemon, &in, &out, &special, &most) != MHD_YES)
            return ERR_FAIL(err, ERR_IO, "too many files are open");
        if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES || wait_ms > LOOK_MS)
            wait_ms = LOOK_MS;
        struct timeval wait = {.tv_usec = (suseconds_t)(1000 * wait_ms)};
        if (select(most + 1, &in, &out, &special, &wait) < 0 && errno != EINTR)
            return ERR_FAIL(err, ERR_IO, "cannot wait for requests: %s",
                            strerror(errno));
        if (!*stop)
            (void)MHD_run(server->daemon);
    }
    for (int i = 0; i < LAST_ROUNDS; i++) /* what was done is answered before the end */
        (void)MHD_run(server->daemon);
    return true;
}

void web_server_close(struct web_server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon);
    mem_free(server);
}
