#include "unet/small.h"

#include "base/sha256.h"
#include "unet/feed.h"

enum { ITEMS = 5, TICKETS = 23, MAX_TICKETS = 32 };

/* The digest of each sample, and whose it was. */
struct run {
    char hex[MAX_TICKETS][SHA256_HEX];
    size_t item[MAX_TICKETS];
    int64_t n;
};

static struct feed_options options_of(const struct unet_net_config *net, int64_t first,
                                      int workers)
{
    return (struct feed_options){.net = net,
                                 .augment = augment_segment(),
                                 .seed = 77,
                                 .stage = 1,
                                 .first = first,
                                 .end = TICKETS,
                                 .workers = workers};
}

static void digest(const struct feed_sample *s, const struct unet_net_config *net,
                   char hex[SHA256_HEX])
{
    struct err err = {0};
    const size_t count = (size_t)net->depth * (size_t)net->size * (size_t)net->size;
    const size_t bytes = count * sizeof *s->image;
    uint8_t *all = mem_alloc(bytes + count, 1, NULL);
    assert_non_null(all);
    memcpy(all, s->image, bytes);
    memcpy(all + bytes, s->target, count);
    assert_ok(sha256_hex(all, bytes + count, hex, &err), err);
    mem_free(all);
}

static struct run run_through(const struct dataset *d, const struct feed_options *o)
{
    struct err err = {0};
    struct feed *f = NULL;
    struct feed_sample s;
    struct run r = {0};
    assert_ok(feed_new(d, o, &f, &err), err);
    while (feed_take(f, &s)) {
        assert_true(r.n < MAX_TICKETS);
        digest(&s, o->net, r.hex[r.n]);
        r.item[r.n++] = s.item;
        assert_int_equal(s.classes, 0x1f);
        feed_give(f);
    }
    feed_free(f);
    return r;
}

static void workers_do_not_matter(void **state)
{
    (void)state;
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, ITEMS);
    struct feed_options o = options_of(&c.segment, 0, 1);
    const struct run one = run_through(&d, &o);
    assert_int_equal(one.n, TICKETS);
    for (int64_t i = 1; i < one.n; i++) /* each is new */
        for (int64_t j = 0; j < i; j++)
            assert_string_not_equal(one.hex[i], one.hex[j]);
    for (int workers = 2; workers <= 3; workers++) {
        o.workers = workers;
        const struct run more = run_through(&d, &o);
        assert_memory_equal(&more, &one, sizeof one);
    }
    dataset_clear(&d);
}

static void middle_is_the_tail_of_the_whole(void **state)
{
    (void)state;
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, ITEMS);
    struct feed_options o = options_of(&c.segment, 0, 2);
    const struct run whole = run_through(&d, &o);
    static const int64_t from[] = {1, 12, TICKETS - 1, TICKETS};
    for (size_t k = 0; k < ARRAY_LEN(from); k++) {
        o.first = from[k];
        const struct run tail = run_through(&d, &o);
        assert_int_equal(tail.n, TICKETS - from[k]);
        for (int64_t i = 0; i < tail.n; i++) {
            assert_string_equal(tail.hex[i], whole.hex[from[k] + i]);
            assert_int_equal(tail.item[i], whole.item[from[k] + i]);
        }
    }
    /* another seed or stage is another run */
    o.first = 0;
    o.stage = 0;
    const struct run stage = run_through(&d, &o);
    o.stage = 1;
    o.seed = 78;
    const struct run seed = run_through(&d, &o);
    for (int i = 0; i < TICKETS; i++) {
        assert_string_not_equal(stage.hex[i], whole.hex[i]);
        assert_string_not_equal(seed.hex[i], whole.hex[i]);
    }
    dataset_clear(&d);
}

static void epochs_are_permutations(void **state)
{
    (void)state;
    enum { N = 13, EPOCHS = 40 };
    const struct dataset d = {.items = N, .own = N}, one = {.items = 1, .own = 1};
    const struct feed_options o = {.seed = 5, .stage = 1};
    size_t order[N], first[EPOCHS];
    int same = 0;
    for (int64_t e = 0; e < EPOCHS; e++) {
        int seen[N] = {0};
        for (int64_t i = 0; i < N; i++)
            seen[feed_item_of(&o, &d, e * N + i, order)]++;
        for (int i = 0; i < N; i++)
            assert_int_equal(seen[i], 1);
        first[e] = feed_item_of(&o, &d, e * N, order);
        same += e > 0 && first[e] == first[e - 1];
    }
    assert_in_range(same, 0, EPOCHS / 3); /* each epoch in a new order */
    assert_int_equal(feed_item_of(&o, &one, 1000, order), 0);
}

/* Own patients once an epoch, others in their share, each as often as the others. */
static void others_are_drawn_in_their_share(void **state)
{
    (void)state;
    enum { OWN = 7, OTHERS = 30, DRAWN = 4, EPOCHS = 1500 };
    const struct dataset d = {.items = OWN + OTHERS, .own = OWN, .drawn = DRAWN};
    const struct feed_options o = {.seed = 5, .stage = 1};
    size_t order[OWN + DRAWN];
    int drawn[OTHERS] = {0}, at_start = 0;
    assert_int_equal(dataset_epoch(&d), OWN + DRAWN);
    for (int64_t e = 0; e < EPOCHS; e++) {
        int seen[OWN] = {0};
        for (int64_t i = 0; i < OWN + DRAWN; i++) {
            const size_t k = feed_item_of(&o, &d, e * (OWN + DRAWN) + i, order);
            assert_in_range(k, 0, OWN + OTHERS - 1);
            if (k < OWN)
                seen[k]++;
            else
                drawn[k - OWN]++;
            at_start += i == 0 && k >= OWN;
        }
        for (int i = 0; i < OWN; i++)
            assert_int_equal(seen[i], 1);
    }
    /* 200 times each on average, standard deviation 14 */
    for (int i = 0; i < OTHERS; i++)
        assert_in_range(drawn[i], 140, 260);
    /* anywhere in the epoch: 545 of 1500, standard deviation 19 */
    assert_in_range(at_start, 450, 640);
}

/* Large burdens take the turn of others in their share, each as often as the others;
 * whoever else has a turn is who had it without them. */
static void large_burdens_take_turns(void **state)
{
    (void)state;
    enum { N = 20, TURNS = 4000 };
    size_t large[] = {3, 11}, order[N];
    const struct dataset plain = {.items = N, .own = N};
    const struct dataset d = {.items = N, .own = N, .large = large, .larges = 2};
    const struct feed_options none = {.seed = 5, .stage = 1};
    const struct feed_options some = {.seed = 5, .stage = 1, .large_share = 0.3};
    int taken = 0, third = 0;
    for (int64_t i = 0; i < TURNS; i++) {
        const size_t was = feed_item_of(&none, &d, i, order);
        const size_t is = feed_item_of(&some, &d, i, order);
        assert_int_equal(was, feed_item_of(&some, &plain, i, order));
        assert_true(is == was || is == 3 || is == 11);
        taken += is == 3 || is == 11;
        third += is == 3;
    }
    /* 0.3 and a tenth of the rest: 1480, standard deviation 30; half of them each */
    assert_in_range(taken, 1360, 1600);
    assert_in_range(third, 640, 840);
}

/* What three ranks take is what one takes, dealt in turn within each epoch. */
static void ranks_share_an_epoch(void **state)
{
    (void)state;
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, ITEMS);
    struct feed_options o = options_of(&c.segment, 0, 2);
    o.end = 3 * ITEMS;
    const struct run whole = run_through(&d, &o);
    int64_t all = 0;
    for (int rank = 0; rank < 7; rank++) {
        const int64_t share = feed_share(&d, rank, 7);
        assert_int_equal(share, rank < ITEMS);
    }
    for (int rank = 0; rank < 3; rank++) {
        const int64_t share = feed_share(&d, rank, 3);
        o.rank = rank;
        o.ranks = 3;
        o.first = share; /* from the second epoch on */
        o.end = 3 * share;
        const struct run r = run_through(&d, &o);
        assert_int_equal(r.n, 2 * share);
        all += share;
        for (int64_t i = 0; i < r.n; i++) {
            const int64_t at = (1 + i / share) * ITEMS + i % share * 3 + rank;
            assert_string_equal(r.hex[i], whole.hex[at]);
        }
    }
    assert_int_equal(all, ITEMS);
    dataset_clear(&d);
}

static void stops_at_any_moment(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, 2);
    struct feed_sample s;
    for (int taken = 0; taken <= 4; taken++) {
        struct feed_options o = options_of(&c.segment, 0, 1 + taken % 3);
        struct feed *f = NULL;
        o.end = 1000000000000; /* never reached */
        assert_ok(feed_new(&d, &o, &f, &err), err);
        for (int i = 0; i < taken; i++) {
            assert_true(feed_take(f, &s));
            if (i % 2 == 0)
                feed_give(f);
        }
        feed_free(f);
    }
    feed_free(NULL);
    dataset_clear(&d);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, 1), none = {0};
    struct feed_options o = options_of(&c.segment, 0, 1);
    struct feed *f = NULL;
    assert_refused(feed_new(&none, &o, &f, &err), err, ERR_ARG, "0 patients");
    o.workers = 0;
    assert_refused(feed_new(&d, &o, &f, &err), err, ERR_ARG, "0 workers");
    o.workers = 65;
    assert_refused(feed_new(&d, &o, &f, &err), err, ERR_ARG, "65 workers");
    assert_null(f);
    dataset_clear(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_do_not_matter),
        cmocka_unit_test(middle_is_the_tail_of_the_whole),
        cmocka_unit_test(epochs_are_permutations),
        cmocka_unit_test(others_are_drawn_in_their_share),
        cmocka_unit_test(large_burdens_take_turns),
        cmocka_unit_test(ranks_share_an_epoch),
        cmocka_unit_test(stops_at_any_moment),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
