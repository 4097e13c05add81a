#include "ws/http/route.h"

#include "core/auth/access.h"
#include "ws/http/about_http.h"
#include "ws/http/account_http.h"
#include "ws/http/act_http.h"
#include "ws/http/audit_http.h"
#include "ws/http/bank_http.h"
#include "ws/http/class_http.h"
#include "ws/http/class_marks_http.h"
#include "ws/http/class_year_http.h"
#include "ws/http/closing_http.h"
#include "ws/http/completion_http.h"
#include "ws/http/conduct_http.h"
#include "ws/http/delivery_http.h"
#include "ws/http/desk_http.h"
#include "ws/http/destination_http.h"
#include "ws/http/document_http.h"
#include "ws/http/enrolment_http.h"
#include "ws/http/family_http.h"
#include "ws/http/guardian_http.h"
#include "ws/http/hall_http.h"
#include "ws/http/health_http.h"
#include "ws/http/import_http.h"
#include "ws/http/inbox_http.h"
#include "ws/http/judgement_http.h"
#include "ws/http/lessons_http.h"
#include "ws/http/letter_http.h"
#include "ws/http/mark_file_http.h"
#include "ws/http/mark_http.h"
#include "ws/http/notice_http.h"
#include "ws/http/oneroster_http.h"
#include "ws/http/openapi_http.h"
#include "ws/http/paper_http.h"
#include "ws/http/password_http.h"
#include "ws/http/people_http.h"
#include "ws/http/presence_http.h"
#include "ws/http/reassess_http.h"
#include "ws/http/remark_http.h"
#include "ws/http/result_http.h"
#include "ws/http/roster_http.h"
#include "ws/http/schedule_http.h"
#include "ws/http/school_http.h"
#include "ws/http/sitting_http.h"
#include "ws/http/slip_http.h"
#include "ws/http/staff_import_http.h"
#include "ws/http/student_http.h"
#include "ws/http/teacher_http.h"
#include "ws/http/ticket_http.h"
#include "ws/http/year_http.h"

/*
 * Every address of the program. Grouped by subject, a blank line and a comment between groups.
 * enum access starts at ACCESS_NOBODY, so a row without a role is shut.
 */

/* Somebody with a password of his own: any role but a ticket's. */
#define ACCESS_PERSON (ACCESS_HELD_MASK & ~(uint32_t)ACCESS_TICKET)
/* Somebody of a school. */
#define ACCESS_MEMBER (ACCESS_OFFICE | ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT)

/* clang-format off */
static const struct route rows[] = {
	/* The program itself (health_http.c) */
	{ HTTP_GET,    "/healthz",                             ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   health_get },
	{ HTTP_GET,    "/readyz",                              ACCESS_PUBLIC,    0,       ROUTE_PLAIN,   ready_get },
	{ HTTP_GET,    "/metrics",                             ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   metrics_get },
	{ HTTP_GET,    "/api/v1/openapi.json",                 ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   openapi_get },

	/* Signing in, accounts (account_http.c) */
	{ HTTP_POST,   "/api/v1/session",                      ACCESS_PUBLIC,    KIB(4),  ROUTE_SIGN_IN, session_create },
	{ HTTP_GET,    "/api/v1/session",                      ACCESS_SIGNED_IN, 0,       ROUTE_PLAIN,   session_get },
	{ HTTP_DELETE, "/api/v1/session",                      ACCESS_SIGNED_IN, 0,       ROUTE_PLAIN,   session_end },
	{ HTTP_PUT,    "/api/v1/session/school",               ACCESS_PERSON,    KIB(1),  ROUTE_PLAIN,   session_school },
	{ HTTP_PUT,    "/api/v1/session/language",             ACCESS_PERSON,    KIB(1),  ROUTE_PLAIN,   session_language },
	{ HTTP_POST,   "/api/v1/activation",                   ACCESS_PUBLIC,    KIB(1),  ROUTE_PLAIN,   activation_look },
	{ HTTP_POST,   "/api/v1/activation/use",               ACCESS_PUBLIC,    KIB(4),  ROUTE_ARGON2,  activation_use },
	{ HTTP_PUT,    "/api/v1/account/password",             ACCESS_PERSON,    KIB(4),  ROUTE_ARGON2,  password_change },
	{ HTTP_GET,    "/api/v1/keys",                         ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   keys_get },
	{ HTTP_GET,    "/api/v1/time",                         ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   time_get },
	{ HTTP_GET,    "/api/v1/about",                        ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   about_get },

	/* At a province: what schools send, each signed by its key (inbox_http.c, enrolment_http.c) */
	{ HTTP_POST,   "/api/v1/exchange/batches",             ACCESS_PUBLIC,    MIB(2),  ROUTE_PROVINCE | ROUTE_RAW, batch_create },
	{ HTTP_POST,   "/api/v1/exchange/tree",                ACCESS_PUBLIC,    KIB(4),  ROUTE_PROVINCE, tree_ask },
	{ HTTP_POST,   "/api/v1/exchange/enrolments",          ACCESS_PUBLIC,    KIB(4),  ROUTE_PROVINCE, enrolment_create },
	{ HTTP_POST,   "/api/v1/exchange/keys",                ACCESS_PUBLIC,    KIB(4),  ROUTE_PROVINCE, school_key_create },
	{ HTTP_GET,    "/api/v1/exchange/keys",                ACCESS_PUBLIC,    0,       ROUTE_PROVINCE | ROUTE_NO_DB, province_keys_get },

	/* How the school is made up (school_http.c, year_http.c, lessons_http.c) */
	{ HTTP_GET,    "/api/v1/school",                       ACCESS_OFFICE | ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT,
		                                                                 0,       ROUTE_PLAIN,   school_get },
	{ HTTP_GET,    "/api/v1/subjects",                     ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, subject_list },
	{ HTTP_POST,   "/api/v1/subjects",                     ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   subject_create },
	{ HTTP_PUT,    "/api/v1/subjects/{subject}",           ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   subject_put },
	{ HTTP_POST,   "/api/v1/years",                        ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   year_create },
	{ HTTP_PUT,    "/api/v1/years/{year}",                 ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   year_put },
	{ HTTP_GET,    "/api/v1/years/{year}/lessons",         ACCESS_OFFICE,    0,       ROUTE_PLAIN,   lessons_get },
	{ HTTP_PUT,    "/api/v1/years/{year}/lessons",         ACCESS_OFFICE,    KIB(64), ROUTE_PLAIN,   lessons_put },
	{ HTTP_PUT,    "/api/v1/school/year",                  ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   year_choose },
	{ HTTP_GET,    "/api/v1/my/classes",                   ACCESS_TEACHER,   0,       ROUTE_PLAIN,   my_classes },

	/* Families: children of all schools, and what is new of one (family_http.c, today_http.c) */
	{ HTTP_GET,    "/api/v1/my/children",                  ACCESS_PARENT,    0,       ROUTE_PLAIN,   my_children },
	{ HTTP_POST,   "/api/v1/account/schools",              ACCESS_OFFICE | ACCESS_TEACHER | ACCESS_PARENT,
		                                                                 KIB(1),  ROUTE_PLAIN,   family_join },
	{ HTTP_GET,    "/api/v1/children/{student}/today",     ACCESS_PARENT,    0,       ROUTE_PLAIN,   today_child_get },
	{ HTTP_GET,    "/api/v1/my/today",                     ACCESS_STUDENT,   0,       ROUTE_PLAIN,   today_mine_get },
	{ HTTP_GET,    "/api/v1/children/{student}/remarks",   ACCESS_PARENT,    0,       ROUTE_PLAIN,   remark_child_get },
	{ HTTP_GET,    "/api/v1/my/remarks",                   ACCESS_STUDENT,   0,       ROUTE_PLAIN,   remark_mine_get },
	{ HTTP_POST,   "/api/v1/children/{student}/documents", ACCESS_PARENT,    KIB(1),  ROUTE_PLAIN,   document_child_create },
	{ HTTP_POST,   "/api/v1/my/documents",                 ACCESS_STUDENT,   KIB(1),  ROUTE_PLAIN,   document_mine_create },

	/* Classes, teachers, students (class_http.c, teacher_http.c, student_http.c,
	 * guardian_http.c, people_http.c) */
	{ HTTP_GET,    "/api/v1/classes",                      ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, class_list },
	{ HTTP_POST,   "/api/v1/classes",                      ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   class_create },
	{ HTTP_GET,    "/api/v1/classes/{class}",              ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, class_get },
	{ HTTP_PUT,    "/api/v1/classes/{class}",              ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   class_put },
	{ HTTP_GET,    "/api/v1/teachers",                     ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teacher_list },
	{ HTTP_POST,   "/api/v1/teachers",                     ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   teacher_create },
	{ HTTP_GET,    "/api/v1/teaching",                     ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teaching_list },
	{ HTTP_PUT,    "/api/v1/teaching",                     ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   teaching_put },
	{ HTTP_DELETE, "/api/v1/teaching/{class}/{subject}/{person}", ACCESS_OFFICE, 0,   ROUTE_PLAIN,   teaching_delete },
	{ HTTP_GET,    "/api/v1/students/{student}",           ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, student_get },
	{ HTTP_PUT,    "/api/v1/students/{student}",           ACCESS_OFFICE,    KIB(8),  ROUTE_PLAIN,   student_put },
	{ HTTP_POST,   "/api/v1/students/{student}/activation", ACCESS_OFFICE,   0,       ROUTE_PLAIN,   student_activation },
	{ HTTP_POST,   "/api/v1/students/{student}/guardians", ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   guardian_create },
	{ HTTP_PUT,    "/api/v1/students/{student}/guardians/{person}", ACCESS_OFFICE, KIB(4), ROUTE_PLAIN, guardian_put },
	{ HTTP_DELETE, "/api/v1/students/{student}/guardians/{person}", ACCESS_OFFICE, 0, ROUTE_PLAIN,   guardian_delete },
	{ HTTP_GET,    "/api/v1/staff",                        ACCESS_OFFICE,    0,       ROUTE_PLAIN,   staff_list },
	{ HTTP_PUT,    "/api/v1/people/{person}",              ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   person_put },
	{ HTTP_POST,   "/api/v1/people/{person}/activation",   ACCESS_OFFICE,    0,       ROUTE_PLAIN,   person_activation },
	{ HTTP_GET,    "/api/v1/people/{person}/account",      ACCESS_OFFICE,    0,       ROUTE_PLAIN,   person_account_get },
	{ HTTP_PUT,    "/api/v1/people/{person}/account",      ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   person_account_put },

	/* Slips of paper to sign in with (slip_http.c) */
	{ HTTP_GET,    "/api/v1/classes/{class}/slips",        ACCESS_OFFICE,    0,       ROUTE_PLAIN,   slip_class_get },
	{ HTTP_POST,   "/api/v1/classes/{class}/slips",        ACCESS_OFFICE,    0,       ROUTE_PLAIN,   slip_class_create },
	{ HTTP_GET,    "/api/v1/teachers/slips",               ACCESS_OFFICE,    0,       ROUTE_PLAIN,   slip_teachers_get },
	{ HTTP_POST,   "/api/v1/teachers/slips",               ACCESS_OFFICE,    0,       ROUTE_PLAIN,   slip_teachers_create },

	/* What the school writes, and what is answered (letter_http.c, thread_http.c) */
	{ HTTP_POST,   "/api/v1/letters",                      ACCESS_OFFICE | ACCESS_TEACHER, KIB(24), ROUTE_PLAIN, letter_create },
	{ HTTP_GET,    "/api/v1/letters",                      ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, letter_list },
	{ HTTP_GET,    "/api/v1/letters/{letter}",             ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, letter_get },
	{ HTTP_POST,   "/api/v1/children/{student}/threads",   ACCESS_PARENT,    KIB(24), ROUTE_PLAIN,   question_create },
	{ HTTP_GET,    "/api/v1/threads",                      ACCESS_MEMBER,    0,       ROUTE_PLAIN,   thread_list },
	{ HTTP_GET,    "/api/v1/threads/{thread}",             ACCESS_MEMBER,    0,       ROUTE_PLAIN,   thread_get },
	{ HTTP_POST,   "/api/v1/threads/{thread}/replies",     ACCESS_MEMBER,    KIB(24), ROUTE_PLAIN,   thread_reply_create },
	{ HTTP_POST,   "/api/v1/threads/{thread}/read",        ACCESS_MEMBER,    0,       ROUTE_PLAIN,   thread_read },

	/* What one is told of (notice_http.c) */
	{ HTTP_GET,    "/api/v1/notices",                      ACCESS_MEMBER,    0,       ROUTE_PLAIN,   notice_list },
	{ HTTP_GET,    "/api/v1/notices/unread",               ACCESS_MEMBER,    0,       ROUTE_PLAIN,   notice_unread },
	{ HTTP_POST,   "/api/v1/notices/read",                 ACCESS_MEMBER,    KIB(1),  ROUTE_PLAIN,   notice_read },

	/* How one wants to be told elsewhere (notice_setting_http.c) */
	{ HTTP_GET,    "/api/v1/notice-settings",              ACCESS_MEMBER,    0,       ROUTE_PLAIN,   notice_setting_get },
	{ HTTP_PUT,    "/api/v1/notice-settings",              ACCESS_MEMBER,    KIB(1),  ROUTE_PLAIN,   notice_setting_put },
	{ HTTP_PUT,    "/api/v1/notice-settings/email",        ACCESS_MEMBER,    KIB(1),  ROUTE_PLAIN,   notice_email_put },
	{ HTTP_DELETE, "/api/v1/notice-settings/email",        ACCESS_MEMBER,    0,       ROUTE_PLAIN,   notice_email_drop },
	{ HTTP_POST,   "/api/v1/notice-settings/confirm",      ACCESS_PUBLIC,    KIB(1),  ROUTE_PLAIN,   notice_email_confirm },

	/* What leaves the house (delivery_http.c) */
	{ HTTP_GET,    "/api/v1/notice-channels",              ACCESS_OFFICE,    0,       ROUTE_PLAIN,   channel_list },
	{ HTTP_PUT,    "/api/v1/notice-channels/{channel:word}", ACCESS_OFFICE,  KIB(1),  ROUTE_PLAIN,   channel_put },
	{ HTTP_POST,   "/api/v1/notice-channels/{channel:word}/test", ACCESS_OFFICE, KIB(1), ROUTE_PLAIN, channel_test },
	{ HTTP_GET,    "/api/v1/deliveries",                   ACCESS_OFFICE,    0,       ROUTE_PLAIN,   delivery_list },
	{ HTTP_POST,   "/api/v1/deliveries/{delivery}/resend", ACCESS_OFFICE,    0,       ROUTE_PLAIN,   delivery_resend },

	/* Where the school's records go (destination_http.c, destination_enrol_http.c,
	 * destination_record_http.c) */
	{ HTTP_GET,    "/api/v1/destinations",                 ACCESS_OFFICE,    0,       ROUTE_PLAIN,   destination_list },
	{ HTTP_POST,   "/api/v1/destinations",                 ACCESS_OFFICE,    KIB(48), ROUTE_PLAIN,   destination_create },
	{ HTTP_POST,   "/api/v1/destinations/enrol",           ACCESS_OFFICE,    KIB(48), ROUTE_PLAIN,   destination_enrol },
	{ HTTP_GET,    "/api/v1/destinations/{destination}",   ACCESS_OFFICE,    0,       ROUTE_PLAIN,   destination_get },
	{ HTTP_PUT,    "/api/v1/destinations/{destination}",   ACCESS_OFFICE,    KIB(48), ROUTE_PLAIN,   destination_put },
	{ HTTP_DELETE, "/api/v1/destinations/{destination}",   ACCESS_OFFICE,    0,       ROUTE_PLAIN,   destination_drop },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/pause",   ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_pause },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/resume",  ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_resume },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/send",    ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_send },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/compare", ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_compare },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/roll",    ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_roll },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/resend-rejected", ACCESS_OFFICE, 0, ROUTE_PLAIN, destination_resend },
	{ HTTP_GET,    "/api/v1/destinations/{destination}/records", ACCESS_OFFICE, 0,    ROUTE_PLAIN,   destination_records },
	{ HTTP_POST,   "/api/v1/destinations/{destination}/records/{record}/resend",
		                                               ACCESS_OFFICE,    0,       ROUTE_PLAIN,   destination_record_resend },

	/* Who did what (audit_http.c) */
	{ HTTP_GET,    "/api/v1/audit",                        ACCESS_OFFICE,    0,       ROUTE_PLAIN,   audit_list },

	/* The hall, for students (hall_http.c) */
	{ HTTP_GET,    "/api/v1/rooms/{room}/attempts/{id:16}",        ACCESS_STUDENT | ACCESS_TICKET, 0,  ROUTE_PLAIN,   hall_attempt_get },
	{ HTTP_GET,    "/api/v1/rooms/{room}/sealed/{variant:word}/{section:word}/{part:word}/{rev:word}",
		                                               ACCESS_STUDENT | ACCESS_TICKET,    0,       ROUTE_CACHEABLE, hall_sealed_get },
	{ HTTP_GET,    "/api/v1/rooms/{room}/attempts/{id:16}/key",    ACCESS_STUDENT | ACCESS_TICKET, 0,  ROUTE_PLAIN,   hall_key_get },
	{ HTTP_POST,   "/api/v1/rooms/{room}/attempts/{id:16}/hello",  ACCESS_STUDENT | ACCESS_TICKET, KIB(1), ROUTE_PLAIN, hall_hello_post },
	{ HTTP_POST,   "/api/v1/rooms/{room}/attempts/{id:16}/take",   ACCESS_STUDENT | ACCESS_TICKET, KIB(1), ROUTE_PLAIN, hall_take_post },
	{ HTTP_POST,   "/api/v1/rooms/{room}/attempts/{id:16}/begin",  ACCESS_STUDENT | ACCESS_TICKET, KIB(1), ROUTE_PLAIN, hall_begin_post },
	{ HTTP_POST,   "/api/v1/rooms/{room}/attempts/{id:16}/log",    ACCESS_STUDENT | ACCESS_TICKET, KIB(64), ROUTE_PLAIN, hall_log_post },
	{ HTTP_POST,   "/api/v1/rooms/{room}/attempts/{id:16}/events", ACCESS_STUDENT | ACCESS_TICKET, KIB(64), ROUTE_PLAIN, hall_events_post },

	/* Acts of an invigilator (act_http.c) */
	{ HTTP_POST,   "/api/v1/rooms/{room}/acts",            ACCESS_TEACHER,   KIB(4),  ROUTE_PLAIN,   act_create },

	/* Banks of questions (bank_http.c) */
	{ HTTP_GET,    "/api/v1/banks",                        ACCESS_TEACHER,   0,       ROUTE_PLAIN,   bank_list },
	{ HTTP_POST,   "/api/v1/banks",                        ACCESS_TEACHER,   KIB(4),  ROUTE_PLAIN,   bank_create },
	{ HTTP_GET,    "/api/v1/banks/{bank}",                 ACCESS_TEACHER,   0,       ROUTE_PLAIN,   bank_get },
	{ HTTP_PUT,    "/api/v1/banks/{bank}",                 ACCESS_TEACHER,   KIB(4),  ROUTE_PLAIN,   bank_put },
	{ HTTP_GET,    "/api/v1/banks/{bank}/questions",       ACCESS_TEACHER,   0,       ROUTE_PLAIN,   bank_questions_get },
	{ HTTP_POST,   "/api/v1/banks/{bank}/questions",       ACCESS_TEACHER,   KIB(768), ROUTE_PLAIN,  bank_question_create },
	{ HTTP_GET,    "/api/v1/questions/{question}",         ACCESS_TEACHER,   0,       ROUTE_PLAIN,   question_get },
	{ HTTP_PUT,    "/api/v1/questions/{question}",         ACCESS_TEACHER,   KIB(768), ROUTE_PLAIN,  question_put },
	{ HTTP_DELETE, "/api/v1/questions/{question}",         ACCESS_TEACHER,   0,       ROUTE_PLAIN,   question_delete },
	{ HTTP_GET,    "/api/v1/pictures/{hash:hex32}",        ACCESS_TEACHER,   0,       ROUTE_CACHEABLE, picture_get },
	{ HTTP_POST,   "/api/v1/pictures",                     ACCESS_TEACHER,   MIB(8),  ROUTE_UPLOAD,  picture_create },

	/* Lists of teachers and of who teaches what (staff_import_http.c) */
	{ HTTP_POST,   "/api/v1/teachers/import",              ACCESS_OFFICE,    MIB(9),  ROUTE_UPLOAD,  teachers_import_create },
	{ HTTP_GET,    "/api/v1/teachers/import/{plan}",       ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teachers_import_get },
	{ HTTP_DELETE, "/api/v1/teachers/import/{plan}",       ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teachers_import_drop },
	{ HTTP_POST,   "/api/v1/teachers/import/{plan}/commit", ACCESS_OFFICE,   KIB(1),  ROUTE_PLAIN,   teachers_import_commit },
	{ HTTP_POST,   "/api/v1/teaching/import",              ACCESS_OFFICE,    MIB(9),  ROUTE_UPLOAD,  teaching_import_create },
	{ HTTP_GET,    "/api/v1/teaching/import/{plan}",       ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teaching_import_get },
	{ HTTP_DELETE, "/api/v1/teaching/import/{plan}",       ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teaching_import_drop },
	{ HTTP_POST,   "/api/v1/teaching/import/{plan}/commit", ACCESS_OFFICE,   KIB(1),  ROUTE_PLAIN,   teaching_import_commit },
	{ HTTP_GET,    "/api/v1/teaching/export.xlsx",         ACCESS_OFFICE,    0,       ROUTE_PLAIN,   teaching_export_get },

	/* Class lists (roster_http.c) */
	{ HTTP_POST,   "/api/v1/roster/import",                ACCESS_OFFICE,    MIB(9),  ROUTE_UPLOAD,  roster_import_create },
	{ HTTP_GET,    "/api/v1/roster/import/{plan}",         ACCESS_OFFICE,    0,       ROUTE_PLAIN,   roster_import_get },
	{ HTTP_DELETE, "/api/v1/roster/import/{plan}",         ACCESS_OFFICE,    0,       ROUTE_PLAIN,   roster_import_drop },
	{ HTTP_POST,   "/api/v1/roster/import/{plan}/commit",  ACCESS_OFFICE,    KIB(64), ROUTE_PLAIN,   roster_import_commit_post },
	{ HTTP_GET,    "/api/v1/classes/{class}/export.xlsx",  ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, roster_export_get },

	/* Marks (mark_http.c) */
	{ HTTP_GET,    "/api/v1/marks/{class}/{subject}/{term}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_sheet_get },
	{ HTTP_PUT,    "/api/v1/marks/{class}/{subject}/{term}", ACCESS_TEACHER,  KIB(256), ROUTE_PLAIN,  mark_sheet_put },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/columns", ACCESS_TEACHER, KIB(1), ROUTE_PLAIN, mark_column_create },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/publish", ACCESS_TEACHER, KIB(4), ROUTE_PLAIN, mark_publish },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/requests", ACCESS_TEACHER, KIB(64), ROUTE_PLAIN, mark_request_create },
	{ HTTP_GET,    "/api/v1/marks/{class}/{subject}/{term}/proposals", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_proposals_get },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/proposals", ACCESS_TEACHER, KIB(256), ROUTE_PLAIN, mark_proposals_post },
	/* The same as Excel files (mark_file_http.c) */
	{ HTTP_GET,    "/api/v1/marks/{class}/{subject}/{term}/sheet.xlsx", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_form_get },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/import", ACCESS_TEACHER, MIB(9), ROUTE_UPLOAD, mark_import_create },
	{ HTTP_GET,    "/api/v1/mark-imports/{plan}",          ACCESS_TEACHER,   0,       ROUTE_PLAIN,   mark_import_get },
	{ HTTP_DELETE, "/api/v1/mark-imports/{plan}",          ACCESS_TEACHER,   0,       ROUTE_PLAIN,   mark_import_drop },
	{ HTTP_POST,   "/api/v1/mark-imports/{plan}/commit",   ACCESS_TEACHER,   KIB(64), ROUTE_PLAIN,   mark_import_commit },
	{ HTTP_POST,   "/api/v1/marks/{class}/{subject}/{term}/fill", ACCESS_OFFICE | ACCESS_TEACHER, MIB(9), ROUTE_UPLOAD, mark_fill_create },
	{ HTTP_GET,    "/api/v1/mark-fills/{plan}",            ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_fill_get },
	{ HTTP_DELETE, "/api/v1/mark-fills/{plan}",            ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_fill_drop },
	{ HTTP_GET,    "/api/v1/mark-fills/{plan}/file.xlsx",  ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_fill_file },
	{ HTTP_GET,    "/api/v1/mark-requests",                ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_request_list },
	{ HTTP_POST,   "/api/v1/mark-requests/{request}/decision", ACCESS_OFFICE, KIB(4), ROUTE_PLAIN,   mark_request_decide },
	{ HTTP_DELETE, "/api/v1/mark-requests/{request}",      ACCESS_TEACHER,   0,       ROUTE_PLAIN,   mark_request_withdraw },
	{ HTTP_PUT,    "/api/v1/exemptions/{class}/{subject}/{term}", ACCESS_OFFICE, KIB(16), ROUTE_PLAIN, mark_exemptions_put },
	{ HTTP_POST,   "/api/v1/mark-columns/{column}/link",   ACCESS_TEACHER,   KIB(1),  ROUTE_PLAIN,   mark_column_link },
	{ HTTP_POST,   "/api/v1/mark-columns/{column}/unlink", ACCESS_TEACHER,   0,       ROUTE_PLAIN,   mark_column_unlink },
	{ HTTP_GET,    "/api/v1/mark-columns/{column}/history/{student}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, mark_history_get },
	{ HTTP_GET,    "/api/v1/my/marks",                     ACCESS_STUDENT,   0,       ROUTE_PLAIN,   mark_mine_get },
	{ HTTP_GET,    "/api/v1/children/{student}/marks",     ACCESS_PARENT,    0,       ROUTE_PLAIN,   mark_child_get },

	/* What the office plans for a term (schedule_http.c), how far it is (completion_http.c) */
	{ HTTP_GET,    "/api/v1/terms/{term}/schedule",        ACCESS_OFFICE,    0,       ROUTE_PLAIN,   schedule_get },
	{ HTTP_PUT,    "/api/v1/terms/{term}/locks",           ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   schedule_lock_put },
	{ HTTP_PUT,    "/api/v1/terms/{term}/publishing",      ACCESS_OFFICE,    KIB(1),  ROUTE_PLAIN,   schedule_publishing_put },
	{ HTTP_POST,   "/api/v1/terms/{term}/reopenings",      ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   reopening_create },
	{ HTTP_DELETE, "/api/v1/reopenings/{reopening}",       ACCESS_OFFICE,    0,       ROUTE_PLAIN,   reopening_end },
	{ HTTP_GET,    "/api/v1/terms/{term}/completion",      ACCESS_OFFICE,    0,       ROUTE_PLAIN,   completion_get },

	/* Remarks and phrases (remark_http.c) */
	{ HTTP_GET,    "/api/v1/remarks/{class}/{subject:word}/{term}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, remark_list_get },
	{ HTTP_PUT,    "/api/v1/remarks/{class}/{subject:word}/{term}", ACCESS_TEACHER, KIB(512), ROUTE_PLAIN, remark_list_put },
	{ HTTP_GET,    "/api/v1/phrases",                      ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, phrase_list_get },
	{ HTTP_POST,   "/api/v1/phrases",                      ACCESS_OFFICE | ACCESS_TEACHER, KIB(4), ROUTE_PLAIN, phrase_create },
	{ HTTP_DELETE, "/api/v1/phrases/{phrase}",             ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, phrase_drop },

	/* What students come to (class_year_http.c) */
	{ HTTP_GET,    "/api/v1/classes/{class}/marks/{part:word}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, class_marks_get },
	{ HTTP_GET,    "/api/v1/classes/{class}/results/{part:word}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, class_results_get },
	{ HTTP_GET,    "/api/v1/students/{student}/results",   ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, student_results_get },
	{ HTTP_GET,    "/api/v1/children/{student}/results",   ACCESS_PARENT,    0,       ROUTE_PLAIN,   child_results_get },
	{ HTTP_GET,    "/api/v1/my/results",                   ACCESS_STUDENT,   0,       ROUTE_PLAIN,   my_results_get },

	/* Attendance (presence_http.c, absence_http.c) and conduct (conduct_http.c) */
	{ HTTP_GET,    "/api/v1/classes/{class}/presence",     ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, presence_get },
	{ HTTP_PUT,    "/api/v1/classes/{class}/presence",     ACCESS_OFFICE | ACCESS_TEACHER, KIB(256), ROUTE_PLAIN, presence_put },
	{ HTTP_GET,    "/api/v1/classes/{class}/absences",     ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, absence_class_get },
	{ HTTP_GET,    "/api/v1/my/absences",                  ACCESS_STUDENT,   0,       ROUTE_PLAIN,   absence_mine_get },
	{ HTTP_GET,    "/api/v1/children/{student}/absences",  ACCESS_PARENT,    0,       ROUTE_PLAIN,   absence_child_get },
	{ HTTP_GET,    "/api/v1/classes/{class}/conduct/{term}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, conduct_get },
	{ HTTP_PUT,    "/api/v1/classes/{class}/conduct/{term}", ACCESS_OFFICE | ACCESS_TEACHER, KIB(64), ROUTE_PLAIN, conduct_put },
	{ HTTP_GET,    "/api/v1/classes/{class}/conduct-history/{student}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, conduct_history },
	/* Qualities and competences of a primary class (judgement_http.c) */
	{ HTTP_GET,    "/api/v1/classes/{class}/judgements/{moment}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, judgement_get },
	{ HTTP_PUT,    "/api/v1/classes/{class}/judgements/{moment}", ACCESS_OFFICE | ACCESS_TEACHER, KIB(256), ROUTE_PLAIN, judgement_put },
	{ HTTP_GET,    "/api/v1/classes/{class}/judgements/{moment}/{item:word}/history/{student}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, judgement_history },
	/* What is assessed again after the year (reassess_http.c) */
	{ HTTP_GET,    "/api/v1/classes/{class}/reassessment", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, reassess_get },
	{ HTTP_PUT,    "/api/v1/classes/{class}/reassessment", ACCESS_OFFICE | ACCESS_TEACHER, KIB(256), ROUTE_PLAIN, reassess_put },
	{ HTTP_GET,    "/api/v1/classes/{class}/reassessment/{subject:word}/{item:word}/history/{student}", ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, reassess_history },

	/* Closing terms and years (closing_http.c) */
	{ HTTP_GET,    "/api/v1/closings",                     ACCESS_OFFICE,    0,       ROUTE_PLAIN,   closing_list },
	{ HTTP_GET,    "/api/v1/classes/{class}/closing",      ACCESS_OFFICE | ACCESS_TEACHER, 0, ROUTE_PLAIN, closing_get },
	{ HTTP_POST,   "/api/v1/classes/{class}/closing",      ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   closing_post },

	/* Printed documents (document_http.c) */
	{ HTTP_POST,   "/api/v1/classes/{class}/documents",    ACCESS_OFFICE | ACCESS_TEACHER, KIB(16), ROUTE_PLAIN, document_create },
	{ HTTP_POST,   "/api/v1/documents/verify",             ACCESS_PUBLIC,    KIB(4),  ROUTE_PLAIN,   document_verify },
	/* What leaves as files (oneroster_http.c) */
	{ HTTP_POST,   "/api/v1/oneroster/exports",            ACCESS_OFFICE,    KIB(4),  ROUTE_PLAIN,   oneroster_export_create },
	/* An empty school set up from such a file (oneroster_import_http.c) */
	{ HTTP_POST,   "/api/v1/oneroster/imports",            ACCESS_OFFICE,    MIB(9),  ROUTE_UPLOAD,  oneroster_import_create },
	{ HTTP_GET,    "/api/v1/oneroster/imports/{plan}",     ACCESS_OFFICE,    0,       ROUTE_PLAIN,   oneroster_import_get },
	{ HTTP_DELETE, "/api/v1/oneroster/imports/{plan}",     ACCESS_OFFICE,    0,       ROUTE_PLAIN,   oneroster_import_drop },
	{ HTTP_POST,   "/api/v1/oneroster/imports/{plan}/commit", ACCESS_OFFICE, KIB(1),  ROUTE_PLAIN,   oneroster_import_commit },

	/* Questions from a file (import_http.c) */
	{ HTTP_POST,   "/api/v1/banks/{bank}/import",          ACCESS_TEACHER,   MIB(9),  ROUTE_UPLOAD,  import_create },
	{ HTTP_GET,    "/api/v1/imports/{plan}",               ACCESS_TEACHER,   0,       ROUTE_PLAIN,   import_get },
	{ HTTP_DELETE, "/api/v1/imports/{plan}",               ACCESS_TEACHER,   0,       ROUTE_PLAIN,   import_drop },
	{ HTTP_PUT,    "/api/v1/imports/{plan}/questions/{n:word}", ACCESS_TEACHER, KIB(768), ROUTE_PLAIN, import_mend },
	{ HTTP_POST,   "/api/v1/imports/{plan}/commit",        ACCESS_TEACHER,   KIB(16), ROUTE_PLAIN,   import_commit },

	/* Papers (paper_http.c) */
	{ HTTP_GET,    "/api/v1/papers",                       ACCESS_TEACHER,   0,       ROUTE_PLAIN,   paper_list },
	{ HTTP_POST,   "/api/v1/papers",                       ACCESS_TEACHER,   KIB(16), ROUTE_PLAIN,   paper_create },
	{ HTTP_GET,    "/api/v1/papers/{paper}",               ACCESS_TEACHER,   0,       ROUTE_PLAIN,   paper_get },
	{ HTTP_PUT,    "/api/v1/papers/{paper}",               ACCESS_TEACHER,   KIB(256), ROUTE_PLAIN,  paper_put },
	{ HTTP_GET,    "/api/v1/papers/{paper}/preview",       ACCESS_TEACHER,   0,       ROUTE_PLAIN,   paper_preview },

	/* Sittings (sitting_http.c, ticket_http.c) */
	{ HTTP_POST,   "/api/v1/sittings",                     ACCESS_TEACHER,   KIB(256), ROUTE_PLAIN,  sitting_create },
	{ HTTP_POST,   "/api/v1/sittings/ends-preview",        ACCESS_TEACHER,   KIB(256), ROUTE_PLAIN,  sitting_ends_preview },
	{ HTTP_GET,    "/api/v1/sittings",                     ACCESS_TEACHER | ACCESS_OFFICE, 0, ROUTE_PLAIN, sitting_list_get },
	{ HTTP_GET,    "/api/v1/sittings/{id:16}",             ACCESS_TEACHER | ACCESS_OFFICE, 0, ROUTE_PLAIN, sitting_get },
	{ HTTP_PUT,    "/api/v1/sittings/{id:16}/start",       ACCESS_TEACHER,   KIB(1),  ROUTE_PLAIN,   sitting_move },
	{ HTTP_GET,    "/api/v1/sittings/{id:16}/ends",        ACCESS_TEACHER | ACCESS_OFFICE, 0, ROUTE_PLAIN, sitting_ends },
	{ HTTP_PUT,    "/api/v1/sittings/{id:16}/release",     ACCESS_TEACHER,   KIB(1),  ROUTE_PLAIN,   sitting_release },
	{ HTTP_POST,   "/api/v1/rooms/{room}/tickets",         ACCESS_TEACHER | ACCESS_OFFICE, KIB(1), ROUTE_PLAIN, room_tickets },

	/* What came of them (result_http.c) */
	{ HTTP_GET,    "/api/v1/sittings/{id:16}/results",     ACCESS_TEACHER,   0,       ROUTE_PLAIN,   result_list },
	{ HTTP_GET,    "/api/v1/sittings/{id:16}/results.xlsx", ACCESS_TEACHER,  0,       ROUTE_PLAIN,   result_workbook },
	{ HTTP_GET,    "/api/v1/attempts/{id:16}/paper-review", ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT, 0, ROUTE_PLAIN, result_review },
	{ HTTP_GET,    "/api/v1/attempts/{id:16}/pictures/{hash:hex32}", ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT, 0, ROUTE_CACHEABLE, result_picture },
	{ HTTP_PUT,    "/api/v1/attempts/{id:16}/mark",        ACCESS_TEACHER,   KIB(1),  ROUTE_PLAIN,   result_mark_choose },
	{ HTTP_PUT,    "/api/v1/attempts/{id:16}/slots/{slot}", ACCESS_TEACHER,  KIB(8),  ROUTE_PLAIN,   result_slot_put },
	{ HTTP_GET,    "/api/v1/attempts/{id:16}/receipt",     ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT | ACCESS_TICKET, 0, ROUTE_PLAIN, result_receipt },
	{ HTTP_GET,    "/api/v1/my/sittings",                  ACCESS_STUDENT,   0,       ROUTE_PLAIN,   result_mine },
	{ HTTP_GET,    "/api/v1/children/{student}/exams",     ACCESS_PARENT,    0,       ROUTE_PLAIN,   result_of_child },

	/* The desk of a department of education (desk_http.c, desk_school_http.c, desk_export_http.c,
	 * desk_log_http.c, desk_area_http.c) */
	{ HTTP_GET,    "/api/v1/desk/schools",                 ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_school_list },
	{ HTTP_POST,   "/api/v1/desk/schools",                 ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE,  desk_school_invite },
	{ HTTP_GET,    "/api/v1/desk/schools/{school}",        ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_school_get },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/codes",  ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_code_create },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/revoke", ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE,  desk_school_revoke },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/suspend", ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE, desk_school_suspend },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/resume", ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE,  desk_school_resume },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/records", ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE, desk_record_list },
	{ HTTP_POST,   "/api/v1/desk/schools/{school}/bundle", ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE,  desk_bundle_create },
	{ HTTP_GET,    "/api/v1/desk/exams",                   ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_exam_list },
	{ HTTP_GET,    "/api/v1/desk/counts",                  ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_counts_get },
	{ HTTP_GET,    "/api/v1/desk/distribution",            ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_distribution_get },
	{ HTTP_POST,   "/api/v1/desk/exports",                 ACCESS_DEPARTMENT, KIB(4), ROUTE_PROVINCE,  desk_export_create },
	{ HTTP_GET,    "/api/v1/desk/log",                     ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_log_list },
	{ HTTP_GET,    "/api/v1/desk/areas",                   ACCESS_DEPARTMENT, 0,      ROUTE_PROVINCE,  desk_area_list },
};
/* clang-format on */

const struct route *route_table(size_t *out_count) {
	*out_count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
