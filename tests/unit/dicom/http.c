/* http: what reaches the sink, what is asked again, and what is not. */
#include "testing.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "dicom/http.h"

#define OK(body) "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: " body

/* Answers in the order of the requests for a path. */
static const struct {
    const char *path, *answer[3];
} SCRIPT[] = {
    {"/good", {OK("5\r\n\r\nhello")}},
    {"/empty", {"HTTP/1.1 204 No\r\n\r\n"}},
    {"/again", {OK("9\r\n\r\nhell"), "", OK("5\r\n\r\nhello")}},
    {"/busy", {"HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n", OK("2\r\n\r\nok")}},
    {"/never", {"", "", ""}},
    {"/lost",
     {"HTTP/1.1 404 N\r\nContent-Length: 35\r\n\r\n"
      "{\"x\": 1, \"Message\": \"no\\nsuch <x>\"}"}},
    {"/warned",
     {"HTTP/1.1 200 OK\r\nWarning: 199 - \"slow\"\r\n"
      "Warning: 299 http://x: There are 3 <b>additional\t results\r\n"
      "Content-Length: 0\r\n\r\n"}},
    {"/warned-too",
     {"HTTP/1.1 200 OK\r\nWarning: 199 - \"a\", 299 - \"more\"\r\n"
      "Content-Length: 0\r\n\r\n"}},
    {"/slow", {"HTTP/1.1 200 OK\r\nWarning: 199 - 2990\r\nContent-Length: 0\r\n\r\n"}},
    {"/part",
     {"HTTP/1.1 206 P\r\nContent-Type: text/x\r\nContent-Length: 5\r\n\r\nhello"}},
    {"/here", {"HTTP/1.1 302 F\r\nLocation: /b/good\r\nContent-Length: 0\r\n\r\n"}},
    {"/there",
     {"HTTP/1.1 302 F\r\nLocation: http://localhost:1/b\r\nContent-Length: "
      "0\r\n\r\n"}},
    {"/file",
     {"HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\nContent-Length: "
      "0\r\n\r\n"}},
    {"/round", {"HTTP/1.1 302 F\r\nLocation: /b/round\r\nContent-Length: 0\r\n\r\n"}},
};

enum { PATHS = sizeof SCRIPT / sizeof SCRIPT[0], MANY = 100 };

/* What the server saw; shared with it. */
struct seen {
    int requests[PATHS];
    int with_login; /* requests with the right Authorization */
    int others;
};

struct server {
    struct seen *seen;
    pid_t pid;
    struct dicom_peer peer;
    struct dicom_http *http;
};

/* One request: from its head, and its body, to the canned answer. */
static void serve(int client, struct seen *seen)
{
    char text[4096] = "";
    size_t size = 0;
    const char *answer = "HTTP/1.1 500 what\r\nContent-Length: 0\r\n\r\n", *end = NULL;

    while (!end && size + 1 < sizeof text) {
        const ssize_t n = read(client, text + size, sizeof text - size - 1);
        if (n <= 0)
            return;
        size += (size_t)n;
        text[size] = '\0';
        end = strstr(text, "\r\n\r\n");
    }
    const char *path = strstr(text, " /b/");
    seen->with_login += strstr(text, "Authorization: Basic bGFiOnB3\r\n") != NULL;
    for (int i = 0; path && i < PATHS; i++) {
        const size_t n = strlen(SCRIPT[i].path);
        if (strncmp(path + 3, SCRIPT[i].path, n) != 0 || path[3 + n] != ' ')
            continue;
        const int k = seen->requests[i]++;
        answer = SCRIPT[i].answer[k < 3 && SCRIPT[i].answer[k] ? k : 0];
        path = NULL;
    }
    seen->others += path != NULL;
    (void)!write(client, answer, strlen(answer));
}

static int start(void **state)
{
    struct server *s = test_calloc(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    struct err err = {0};
    char url[64];

    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(s->seen != MAP_FAILED);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0) {
        for (int i = 0; i < MANY; i++) {
            const int client = accept(fd, NULL, NULL);
            serve(client, s->seen);
            (void)close(client);
        }
        _exit(0);
    }
    (void)close(fd);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/b", ntohs(at.sin_port));
    assert_ok(dicom_peer_parse(url, &s->peer, &err), err);
    s->peer.login = mem_strdup("lab:pw", &err);
    s->peer.timeout_s = 20;
    assert_ok(dicom_http_open(&s->peer, &s->http, &err), err);
    *state = s;
    return 0;
}

static int stop(void **state)
{
    struct server *s = *state;

    dicom_http_close(s->http);
    dicom_peer_clear(&s->peer);
    assert_int_equal(kill(s->pid, SIGKILL), 0);
    assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
    assert_int_equal(munmap(s->seen, sizeof *s->seen), 0);
    test_free(s);
    return 0;
}

static int requests_of(const struct server *s, const char *path)
{
    for (int i = 0; i < PATHS; i++)
        if (strcmp(SCRIPT[i].path, path) == 0)
            return s->seen->requests[i];
    fail_msg("no such path");
    return 0;
}

/* What came. */
struct got {
    char text[64], type[32];
    size_t size;
    int begun, again;
    bool refuse;
};

static bool begin(void *user, const char *type, struct err *err)
{
    struct got *g = user;
    (void)err;
    g->begun++;
    (void)snprintf(g->type, sizeof g->type, "%s", type);
    return true;
}

static bool data(void *user, const void *bytes, size_t size, struct err *err)
{
    struct got *g = user;
    assert_true(g->size + size < sizeof g->text);
    memcpy(g->text + g->size, bytes, size);
    g->size += size;
    return !g->refuse || ERR_FAIL(err, ERR_SUPPORT, "not wanted");
}

static bool again(void *user, struct err *err)
{
    struct got *g = user;
    (void)err;
    g->again++;
    g->size = 0;
    return true;
}

static bool get(struct server *s, const char *path, struct got *g, struct err *err)
{
    const struct dicom_http_sink sink = {g, begin, data, again};
    return dicom_http_get(s->http, path, "text/x", &sink, err);
}

static void an_answer_reaches_the_sink(void **state)
{
    struct server *s = *state;
    struct got g = {0}, none = {0}, moved = {0};
    struct err err = {0};

    assert_ok(get(s, "/good", &g, &err), err);
    assert_string_equal(g.text, "hello");
    assert_string_equal(g.type, "text/x");
    assert_int_equal(g.begun, 1);
    assert_int_equal(dicom_http_status(s->http), 200);
    assert_ok(get(s, "/empty", &none, &err), err);
    assert_int_equal(none.begun, 0);
    assert_int_equal(dicom_http_status(s->http), 204);
    assert_ok(get(s, "/here", &moved, &err), err);
    assert_string_equal(moved.text, "hello");
    assert_int_equal(s->seen->with_login, 4); /* on the same server, after a redirect */
}

static void what_broke_is_asked_again(void **state)
{
    struct server *s = *state;
    struct got g = {0}, busy = {0}, never = {0};
    struct err err = {0};

    assert_ok(get(s, "/again", &g, &err), err);
    assert_string_equal(g.text, "hello"); /* without the half of before */
    assert_int_equal(requests_of(s, "/again"), 3);
    assert_int_equal(g.again, 2);
    assert_ok(get(s, "/busy", &busy, &err), err);
    assert_string_equal(busy.text, "ok");
    assert_refused(get(s, "/never", &never, &err), err, ERR_IO, s->peer.url);
    assert_int_equal(requests_of(s, "/never"), DICOM_HTTP_TRIES);
    assert_int_equal(never.begun, 0);
}

static void what_is_sent_is_sent_once(void **state)
{
    struct server *s = *state;
    char text[] = "x";
    const struct bytes body = {(uint8_t *)text, 1};
    struct got g = {0};
    const struct dicom_http_sink sink = {&g, begin, data, again};
    struct err err = {0};

    assert_refused(
        dicom_http_post(s->http, "/never", &body, "text/x", "text/x", &sink, &err), err,
        ERR_IO, s->peer.url);
    assert_int_equal(requests_of(s, "/never"), 1);
    assert_refused(
        dicom_http_post(s->http, "/here", &body, "text/x", "text/x", &sink, &err), err,
        ERR_FORMAT, "not followed");
    assert_int_equal(requests_of(s, "/good"), 0);
    assert_ok(dicom_http_post(s->http, "/good", &body, "text/x", "text/x", &sink, &err),
              err);
    assert_string_equal(g.text, "hello");
}

static void it_does_not_go_elsewhere(void **state)
{
    struct server *s = *state;
    struct got g = {0};
    struct err err = {0};

    assert_refused(get(s, "/there", &g, &err), err, ERR_FORMAT, "localhost:1/b");
    assert_refused(get(s, "/file", &g, &err), err, ERR_FORMAT, "not followed");
    assert_refused(get(s, "/round", &g, &err), err, ERR_FORMAT, "on and on");
    assert_int_equal(requests_of(s, "/round"), DICOM_HTTP_REDIRECTS + 1);
    assert_int_equal(g.begun, 0);
    assert_int_equal(s->seen->others, 0);
}

/* Nor is it shown: it may be a patient's. */
static void a_part_is_no_answer(void **state)
{
    struct server *s = *state;
    struct got g = {0};
    struct err err = {0};

    assert_refused(get(s, "/part", &g, &err), err, ERR_FORMAT,
                   "HTTP 206 (a part of it only)");
    assert_null(strstr(err.msg, "hello"));
    assert_int_equal(g.begun, 0);
    assert_int_equal(requests_of(s, "/part"), 1);
}

static void a_warning_is_heard(void **state)
{
    struct server *s = *state;
    struct got g = {0};
    char said[DICOM_HTTP_SAID] = "";
    struct err err = {0};

    assert_ok(get(s, "/slow", &g, &err), err);
    assert_false(dicom_http_warned(s->http, said));
    assert_ok(get(s, "/warned", &g, &err), err);
    assert_true(dicom_http_warned(s->http, said));
    assert_string_equal(said, "299 http://x: There are 3 additional results");
    assert_ok(get(s, "/warned-too", &g, &err), err);
    assert_true(dicom_http_warned(s->http, said));
    assert_ok(get(s, "/good", &g, &err), err);
    assert_false(dicom_http_warned(s->http, said)); /* of the last answer */
}

static void a_failure_is_told_in_one_line(void **state)
{
    struct server *s = *state;
    struct got g = {.refuse = true};
    struct err err = {0};

    assert_refused(get(s, "/lost", &g, &err), err, ERR_FORMAT,
                   "HTTP 404 (not found): no such");
    assert_int_equal(g.begun, 0);
    assert_refused(get(s, "/good", &g, &err), err, ERR_SUPPORT, "not wanted");
    assert_int_equal(requests_of(s, "/good"), 1); /* the sink's word is final */
}

int main(void)
{
#define ON_A_SERVER(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        ON_A_SERVER(an_answer_reaches_the_sink),
        ON_A_SERVER(what_broke_is_asked_again),
        ON_A_SERVER(what_is_sent_is_sent_once),
        ON_A_SERVER(it_does_not_go_elsewhere),
        ON_A_SERVER(a_part_is_no_answer),
        ON_A_SERVER(a_warning_is_heard),
        ON_A_SERVER(a_failure_is_told_in_one_line),
    };
    (void)setenv("no_proxy", "*", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
