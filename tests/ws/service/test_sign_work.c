/* How large the pieces are in which checkpoints are signed. */
#include "ws/service/sign_work.h"

#include "tests/check.h"

static void check_pieces(void) {
	static const struct {
		uint64_t open;
		size_t want;
	} rows[] = {
		{ 0, SIGN_PIECE_LEAST },
		{ 1, SIGN_PIECE_LEAST },
		{ 9600, 8 },
		{ 9601, 9 },
		{ 19000, 16 },
		{ 76800, CHECKPOINT_STEP_MAX },
		{ 76801, CHECKPOINT_STEP_MAX },
		{ UINT64_MAX / 2, CHECKPOINT_STEP_MAX },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t piece = sign_work_piece(rows[i].open);
		CHECK_INT("piece", piece, rows[i].want);
		bool is_all = piece * (SIGN_WALK_MS / SIGN_PIECE_MS) >= rows[i].open;
		CHECK("a walk comes to all of them", is_all || piece == CHECKPOINT_STEP_MAX);
	}
}

int main(void) {
	check_pieces();
	return check_done();
}
