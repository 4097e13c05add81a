#include "exam/hall/sitting.h"

#include "tests/check.h"

enum { HOUR = 3600000 };

#define NOW INT64_C(1788000000000)

static struct sitting usual(void) {
	return (struct sitting){
		.title = "Giữa kỳ",
		.lobby_at_ms = NOW + HOUR,
		.starts_at_ms = NOW + 2 * HOUR,
		.window_end_ms = NOW + 3 * HOUR,
		.limit_ms = HOUR,
		.grace_ms = 2000,
		.variant_count = 4,
		.outage = SITTING_OUTAGE_NOTHING,
		.release = SITTING_RELEASE_HELD,
		.state = SITTING_PUBLISHED,
		.revision = 1,
	};
}

static void check_field(const char *name, const struct sitting *s, const char *want) {
	const char *field = "";
	CHECK_INT(name, sitting_check(s, NOW, &field), want ? ERR_INVAL : ERR_OK);
	CHECK_STR(name, field, want ? want : "");
}

static void check_check(void) {
	struct sitting s = usual();
	check_field("usual", &s, NULL);
	s.title[0] = '\0';
	check_field("no title", &s, "title");
	s = usual();
	s.limit_ms = SITTING_LIMIT_MIN_MS;
	check_field("shortest", &s, NULL);
	s.limit_ms--;
	check_field("too short", &s, "limitMs");
	s.limit_ms = SITTING_LIMIT_MAX_MS;
	check_field("longest", &s, NULL);
	s.limit_ms++;
	check_field("too long", &s, "limitMs");
	s = usual();
	s.variant_count = SITTING_VARIANTS_MAX;
	check_field("most variants", &s, NULL);
	s.variant_count++;
	check_field("too many variants", &s, "variants");
	s.variant_count = 0;
	check_field("no variant", &s, "variants");
	s = usual();
	s.starts_at_ms = NOW;
	check_field("starts now", &s, "startsAt");
	s.lobby_at_ms = NOW;
	s.is_practice = true;
	check_field("practice may be open", &s, NULL);
	s.window_end_ms = NOW;
	check_field("window over", &s, "windowEndAt");
	s = usual();
	s.starts_at_ms = NOW + SITTING_AHEAD_MAX_MS;
	s.window_end_ms = s.starts_at_ms + SITTING_WINDOW_MAX_MS;
	check_field("farthest", &s, NULL);
	s.starts_at_ms++;
	check_field("too far", &s, "startsAt");
	s.starts_at_ms -= 2;
	check_field("window too long", &s, "windowEndAt");
	s = usual();
	s.lobby_at_ms = s.starts_at_ms;
	check_field("lobby at the bell", &s, NULL);
	s.lobby_at_ms++;
	check_field("lobby behind it", &s, "lobbyAt");
	s = usual();
	s.grace_ms = PHASE_GRACE_MAX_MS;
	check_field("most grace", &s, NULL);
	s.grace_ms++;
	check_field("too much grace", &s, "graceMs");
}

static void check_move(void) {
	struct sitting s = usual();
	CHECK_INT("later", sitting_check_move(&s, NOW + 5 * HOUR, NOW), ERR_OK);
	CHECK_INT("into the past", sitting_check_move(&s, NOW, NOW), ERR_INVAL);
	CHECK_INT("just ahead", sitting_check_move(&s, NOW + 1, NOW), ERR_OK);
	CHECK_INT("at the bell", sitting_check_move(&s, NOW + 5 * HOUR, s.starts_at_ms),
			ERR_CONFLICT);
	s.state = SITTING_KEY_SENT;
	CHECK_INT("key sent", sitting_check_move(&s, NOW + 5 * HOUR, NOW), ERR_CONFLICT);
}

static void check_stage(void) {
	struct sitting s = usual();
	CHECK_STR("before", sitting_stage(&s, s.starts_at_ms - 1), "published");
	CHECK_STR("at the bell", sitting_stage(&s, s.starts_at_ms), "running");
	CHECK_STR("window and grace", sitting_stage(&s, s.window_end_ms + 2000), "running");
	CHECK_STR("over", sitting_stage(&s, s.window_end_ms + 2001), "ended");
	s.last_end_ms = s.window_end_ms + HOUR; /* somebody has extra time */
	CHECK_STR("extra time", sitting_stage(&s, s.window_end_ms + 2001), "running");
	CHECK_STR("over", sitting_stage(&s, s.last_end_ms + 2001), "ended");
	s.state = SITTING_DRAFT;
	CHECK_STR("draft", sitting_stage(&s, s.starts_at_ms), "draft");
}

static void check_release(void) {
	struct sitting s = usual();
	int64_t over = s.window_end_ms + 2001;
	CHECK("held", !sitting_shows_mark(&s, over) && !sitting_shows_answers(&s, over));
	s.release = SITTING_RELEASE_MARK;
	CHECK("somebody still works", !sitting_shows_mark(&s, over - 1));
	CHECK("mark", sitting_shows_mark(&s, over) && !sitting_shows_answers(&s, over));
	s.release = SITTING_RELEASE_ALL;
	CHECK("all", sitting_shows_answers(&s, over));
	s.released_at_ms = s.starts_at_ms + 1;
	CHECK("released by hand", sitting_shows_mark(&s, s.starts_at_ms + 1));
	CHECK("not before", !sitting_shows_mark(&s, s.starts_at_ms));
	CHECK("answers wait for all", !sitting_shows_answers(&s, over - 1));
	s.released_at_ms = 0;
	s.is_practice = true;
	CHECK("practice", sitting_shows_answers(&s, s.starts_at_ms + 1));
}

static void check_words(void) {
	enum sitting_outage outage = SITTING_OUTAGE_NOTHING;
	enum sitting_release release = SITTING_RELEASE_HELD;
	CHECK_INT("lost", sitting_outage_parse(str_from("lost"), &outage), ERR_OK);
	CHECK_STR("lost", sitting_outage_name(outage), "lost");
	CHECK_INT("other", sitting_outage_parse(str_from("held"), &outage), ERR_INVAL);
	CHECK_INT("all", sitting_release_parse(str_from("all"), &release), ERR_OK);
	CHECK_STR("all", sitting_release_name(release), "all");
	CHECK_INT("other", sitting_release_parse(str_from(""), &release), ERR_INVAL);
}

/* Whoever sits next to one another in the list has another variant, and all are used alike. */
static void check_deal(void) {
	for (unsigned variants = 2; variants <= SITTING_VARIANTS_MAX; variants++) {
		unsigned used[SITTING_VARIANTS_MAX] = { 0 };
		for (unsigned place = 0; place < variants * 3; place++) {
			unsigned mine = sitting_deal(place, 7, variants);
			CHECK("neighbour", mine != sitting_deal(place + 1, 7, variants));
			used[mine]++;
		}
		for (unsigned v = 0; v < variants; v++) {
			CHECK_INT("alike", used[v], 3);
		}
	}
	CHECK_INT("one variant", sitting_deal(5, 3, 1), 0);
}

int main(void) {
	check_check();
	check_move();
	check_stage();
	check_release();
	check_words();
	check_deal();
	return check_done();
}
