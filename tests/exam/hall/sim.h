#ifndef TESTS_EXAM_HALL_SIM_H
#define TESTS_EXAM_HALL_SIM_H

/*
 * The simulation of an exam: the real room, the real decisions of the writer, the real healing
 * and clock, on a model of everything around them: a database that commits late, goes away,
 * loses the answer to a COMMIT or whole rows; a journal whose last records may not have reached
 * the disk; a process that is killed; networks that delay and cut; students with one device or
 * two, an invigilator, and hostile browsers. One seed is one exam; the same seed gives the same
 * exam to the last step. The invariants are those of docs/protocol.md, "Invariants".
 *
 *     sim_db.c      the database, and what workers do in it
 *     sim_writer.c  the writer thread and the journal
 *     sim_server.c  the process: room, connections, clock, kills and starts
 *     sim_browser.c honest students; sim_hostile.c the others
 *     sim_check.c   what must hold, at each step and at the end
 *     sim.c         the seed's plan, time, random numbers
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/grow.h"
#include "core/base/rng.h"
#include "exam/hall/batch.h"
#include "exam/hall/heal.h"
#include "exam/hall/room.h"

enum {
	SIM_STUDENTS_MAX = 10,
	SIM_BROWSERS_MAX = 32,
	SIM_SLOTS = 12,
	SIM_GENS_MAX = 24,
	SIM_ITEMS_MAX = 1 << 20, /* of any list */
	SIM_SCHOOL = 7,
	SIM_ROOM = 5,
	SIM_KID = 1,
	SIM_GRACE_MS = 2000,
	SIM_START_MS = 20000, /* behind the beginning of the run */
	SIM_LIMIT_MS = 60000,
	SIM_WINDOW_MS = 120000, /* behind the start */
	SIM_QUIET_MS = 230000,  /* from here no faults, and everyone comes back */
	SIM_END_MS = 330000,
	SIM_VALUE_COUNT = 24,
};

/* Wall time at the beginning of each run. */
#define SIM_EPOCH_MS INT64_C(1700000000000)

/* Rules broken on purpose, to see that the simulation finds it. */
enum sim_break {
	BREAK_NONE,
	BREAK_ACK_EARLY,     /* acks before the commit */
	BREAK_STALE_LEASE,   /* posts are taken under a lease that is not current */
	BREAK_COUNT_LATE,    /* a grace longer than stated */
	BREAK_KEY_EARLY,     /* the bell rings before the start */
	BREAK_STAMP_EARLY,   /* stamps before the journal is on the disk */
	BREAK_RENUMBER,      /* a join reads a tail that is one behind */
	BREAK_SAME_NUMBER,   /* other bytes under a taken number get the same ack */
	BREAK_CLOSE_FIRST,   /* closes overtake what waits */
	BREAK_NO_REVISION,   /* a close by time is not guarded by the revision of the end */
	BREAK_TIME_BACK,     /* the time of an event is the wall clock's */
	BREAK_HEAL_UNPROVEN, /* a log is believed without the server's macs */
	BREAK_WRONG_FOLD,    /* the receipt leaves out the last answer */
	BREAK_DROP_BATCH,    /* a batch whose COMMIT fails is forgotten */
	BREAK_UNTOLD,        /* a close is stored, and nobody hears of it */
	BREAK_COUNT_,
};
const char *sim_break_name(enum sim_break b);

struct sim;
struct sim_browser;
struct sim_conn;

/* --- the database --- */

struct sim_rows {
	struct event_row *items;
	size_t count;
	size_t cap;
};

struct sim_gen {
	struct sim_rows rows; /* by seq from 1, the close last */
	bool has_receipt;
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES];
};

struct sim_attempt {
	struct id16 id;
	uint64_t person;
	uint8_t salt[EVENT_SALT_BYTES];
	struct hash genesis;
	uint32_t gen;
	uint32_t lease;
	size_t lease_rows; /* that were there when the lease was raised: lost before them */
	struct phase_attempt times;
	uint32_t ends_revision;
	int close_why;
	int64_t closed_ms;
	struct sim_gen gens[SIM_GENS_MAX + 1]; /* from 1 */
	struct sim_rows forks;
	bool has_lost_rows; /* the database lost committed rows of it */
};

enum sim_db_state { DB_UP, DB_AWAY, DB_STALLED };

struct sim_db {
	enum sim_db_state state;
	int64_t clock_offset_ms;
	uint64_t connection; /* counts: each outage ends the connections */
	struct sim_attempt attempts[SIM_STUDENTS_MAX];
};

/* --- what is remembered for the checks --- */

/* An event that the room took. */
struct sim_taken {
	struct id16 attempt;
	uint32_t gen;
	uint32_t seq;
	enum event_kind kind;
	uint16_t slot;
	struct str value;
	int64_t at_ms;
	unsigned life;    /* of the process */
	unsigned resends; /* under way behind it */
	bool is_settled;
};

/* A proof that a browser holds. */
struct sim_proof {
	struct id16 attempt;
	uint32_t gen;
	uint32_t seq;
	struct hash head;
	bool is_stamp;
	int64_t at_ms;
	uint32_t lease;
	struct hash mac;
};

struct sim_takens {
	struct sim_taken *items;
	size_t count;
	size_t cap;
};

struct sim_proofs {
	struct sim_proof *items;
	size_t count;
	size_t cap;
};

/* --- time --- */

struct sim_task {
	int64_t at_ms;
	uint64_t order;
	void (*run)(struct sim *sim, void *arg, uint64_t number);
	void *arg;
	uint64_t number;
};

struct sim_tasks {
	struct sim_task *items;
	size_t count;
	size_t cap;
};

struct sim_writer;
struct sim_server;

struct sim {
	uint64_t seed;
	struct rng rng;
	enum sim_break broken;
	bool is_loud;
	int64_t now_ms; /* true time, from SIM_EPOCH_MS */
	uint64_t step;
	struct sim_tasks tasks; /* a heap */
	struct sim_db db;
	struct sim_server *server;
	struct sim_writer *writer;
	struct sim_browser *browsers[SIM_BROWSERS_MAX];
	size_t browser_count;
	size_t student_count;
	bool has_faults; /* until SIM_QUIET_MS */
	bool may_lose_rows;
	bool is_over; /* only memory is given back */
	uint8_t mac_key[HASH_KEY_BYTES];
	uint8_t sign_seed[SIGN_SEED_BYTES];
	struct sim_takens taken;
	struct sim_proofs proofs;
	uint32_t claimed_lease; /* by whoever speaks now; 0: nobody */
	uint64_t failures;
	char failure[200];
	/* For the report: what happened at all. */
	uint64_t kills, outages, takeovers, stamps, acks, refusals, heals, forks, extras, lost;
};

/* sim.c */
struct sim *sim_new(uint64_t seed, enum sim_break broken);
void sim_free(struct sim *sim);
void sim_run(struct sim *sim);
uint64_t sim_below(struct sim *sim, uint64_t bound);
bool sim_chance(struct sim *sim, unsigned percent);
/* Between least and most, both included. */
int64_t sim_between(struct sim *sim, int64_t least, int64_t most);
void sim_after(struct sim *sim, int64_t ms,
		void (*run)(struct sim *sim, void *arg, uint64_t number), void *arg,
		uint64_t number);
struct str sim_value(struct sim *sim, uint16_t slot);
struct str sim_value_at(size_t index);
/* The same bytes in memory that stays. */
struct str sim_value_static(struct sim *sim, struct str value);
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* sim_db.c */
void sim_db_init(struct sim *sim);
void sim_db_free(struct sim *sim);
struct sim_attempt *sim_db_find(struct sim *sim, const struct id16 *id);
struct sim_gen *sim_db_gen(struct sim_attempt *a);
int64_t sim_db_end_ms(const struct sim_attempt *a);
struct phase_sitting sim_sitting(void);
/* Runs a batch as one transaction. ERR_EXISTS: a tip was behind. */
enum err sim_db_batch(
		struct sim *sim, const struct tips *tips, bool may_use_known, struct batch *batch);
/* What workers do; each is one transaction. */
enum err sim_db_join(struct sim *sim, const struct id16 *id, bool raises);
enum err sim_db_begin(struct sim *sim, const struct id16 *id, int64_t at_ms);
enum err sim_db_heal(struct sim *sim, const struct id16 *id, const struct message_log *log);
enum err sim_db_extra(struct sim *sim, struct sim_attempt *a, int64_t ms);
/* Takes committed rows away: a cluster's worst day. */
void sim_db_lose(struct sim *sim);
void sim_rows_add(struct sim_rows *rows, const struct event_row *row);

/* sim_writer.c */
struct sim_writer *sim_writer_new(void);
void sim_writer_free(struct sim_writer *w);
/* The process dies: what was in memory is gone, and what was not synced may be. */
void sim_writer_kill(struct sim *sim);
/* Replays the journal before a process listens. */
enum err sim_writer_start(struct sim *sim);
enum err sim_writer_push(struct sim *sim, const struct room_event *event);
void sim_writer_know(struct sim *sim, const struct tip *tip);
bool sim_writer_is_away(const struct sim *sim);

/* sim_server.c */
struct sim_server *sim_server_new(void);
void sim_server_free(struct sim_server *s);
void sim_server_start(struct sim *sim);
void sim_server_kill(struct sim *sim);
bool sim_server_is_up(const struct sim *sim);
unsigned sim_server_life(const struct sim *sim);
struct room *sim_server_room(struct sim *sim);
int64_t sim_server_now_ms(struct sim *sim);
void sim_server_results(struct sim *sim, const struct room_result *results, size_t count);
void sim_server_db_back(struct sim *sim);
void sim_server_extra(struct sim *sim, struct sim_attempt *a);

/* What a browser sends. */
enum sim_frame_kind {
	FRAME_HELLO,
	FRAME_TAKE,
	FRAME_BEGIN,
	FRAME_EVENT,
	FRAME_PULSE,
	FRAME_LOG,
	FRAME_POST, /* HTTP: events under a lease */
};

enum { SIM_LOG_MAX = 600 };

struct sim_log {
	uint32_t gen;
	size_t event_count;
	struct message_event events[SIM_LOG_MAX];
	size_t proof_count;
	struct message_proof proofs[SIM_LOG_MAX];
};

struct sim_frame {
	enum sim_frame_kind kind;
	struct message_hello hello;
	struct message_event events[8];
	size_t event_count;
	uint32_t lease; /* of a post, or the one that the sender believes to hold */
	uint8_t nonce[MESSAGE_NONCE_BYTES];
	struct sim_log *log; /* owned by the frame */
};

/* A message to a browser with what it points at copied. */
struct sim_message {
	struct message m;
	struct message_proof tail;
	bool has_tail;
	bool has_answer[SIM_SLOTS + 1];
	struct str answers[SIM_SLOTS + 1];
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES];
	bool has_receipt;
};

struct sim_conn *sim_conn_open(struct sim *sim, struct sim_browser *b, bool is_post);
/* The browser's side is gone; the server may notice much later. */
void sim_conn_cut(struct sim *sim, struct sim_conn *conn);
void sim_conn_send(struct sim *sim, struct sim_conn *conn, struct sim_frame *frame);

/* sim_browser.c */
struct sim_browser *sim_browser_new(struct sim *sim, size_t student, bool is_second);
struct sim_browser *sim_hostile_new(struct sim *sim, size_t student);
size_t sim_browser_student(const struct sim_browser *b);
bool sim_browser_is_deaf(const struct sim_browser *b);
/* It has a receipt, or is none that listens. */
bool sim_browser_is_done(const struct sim_browser *b);
bool sim_browser_holds(const struct sim_browser *b, const uint8_t *receipt);
void sim_browser_free(struct sim_browser *b);
void sim_browser_start(struct sim *sim, struct sim_browser *b, int64_t after_ms);
uint64_t sim_browser_person(const struct sim_browser *b);
/* From the connection: something arrived, or it is gone (seen from this side). */
void sim_browser_got(struct sim *sim, struct sim_browser *b, struct sim_conn *conn,
		const struct sim_message *m);
void sim_browser_lost(struct sim *sim, struct sim_browser *b, struct sim_conn *conn);

/* sim_hostile.c: one mean act, and the next one later. */
void sim_hostile_act(struct sim *sim, void *browser, uint64_t number);
/* The mac key of a hostile browser's own making. */
extern const uint8_t sim_hostile_key[HASH_KEY_BYTES];

/* sim_check.c */
void sim_check_key(struct sim *sim, uint64_t person, const struct id16 *attempt);
void sim_check_taken(struct sim *sim, const struct room_event *event);
/* An item is reported as the same as what is stored. */
void sim_check_same(struct sim *sim, const struct event_row *row);
/* After a kill: `journal` is what reached the disk. */
void sim_check_stamps(struct sim *sim, const struct sim_rows *journal);
void sim_check_result(struct sim *sim, const struct room_result *result);
void sim_check_message(struct sim *sim, uint64_t person, const struct message *m,
		const struct id16 *attempt);
void sim_check_rows(struct sim *sim, const struct sim_attempt *a, const struct event_row *row,
		bool is_heal);
void sim_check_end(struct sim *sim);

#endif
