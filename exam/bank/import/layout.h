#ifndef EXAM_BANK_IMPORT_LAYOUT_H
#define EXAM_BANK_IMPORT_LAYOUT_H

/*
 * The recogniser: goes over a document's lines once and says which of them is what.
 *
 *     TOP ──part heading──> INTRO ──"Câu 1."──> STEM ──"A."──> OPTION ──"Chọn C"──> SOLUTION
 *      │                     │                   │ └──"a)"──> STATEMENT ─┘              │
 *      └──"Câu 1."───────────┘                   └──"Đáp án: 3,14"──────────────────────┤
 *     any ──"đọc đoạn …"──> PASSAGE ──"Câu 7."──> STEM        any ──"HẾT", "ĐÁP ÁN"──> KEYS
 *
 * A line that begins no new thing goes on with the present one; nothing is dropped: what belongs
 * to no question, part or passage is listed as unassigned. Whether a bare "7." begins a question
 * is decided for the whole document first. Tables are taken whole (data of a stem), cell by cell
 * (laid-out questions, options or statements), or as lists of keys.
 *
 * It decides nothing about keys or kinds: see settle.h.
 */

#include "core/base/err.h"
#include "exam/bank/import/draft.h"
#include "exam/bank/import/flow.h"

/* Errors  ERR_NOMEM. The draft refers to lines of the flow. */
enum err layout_read(const struct flow *flow, struct draft **out) MUST_CHECK;

#endif
