#include "ws/cmd/words.h"

#include <string.h>

#include "core/base/str.h"

static const char **word_of(const struct cmd_word *words, size_t count, struct str name) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq_z(name, words[i].name)) {
			return words[i].value;
		}
	}
	return NULL;
}

int cmd_take_words(int argc, char **argv, const struct cmd_word *words, size_t count) {
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		const char *sign = strchr(argv[i], '=');
		bool is_option = strncmp(argv[i], "--", 2) == 0;
		size_t n = sign ? (size_t)(sign - argv[i]) : strlen(argv[i]);
		const char **at = is_option
				? word_of(words, count, (struct str){ argv[i] + 2, n - 2 })
				: NULL;
		if (at && sign) {
			*at = sign + 1;
		} else if (at && i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0) {
			*at = argv[++i];
		} else if (at) {
			*at = "";
		} else {
			argv[kept++] = argv[i];
		}
	}
	return kept;
}
