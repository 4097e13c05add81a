#include "core/doc/pdf_fonts.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <fontconfig/fontconfig.h>

enum {
	LAST_LETTER = 0x1EF9, /* the last Vietnamese one, y with tilde */
	PATH_BYTES = 128,
};

/* The only faces a page can use. */
static const char *const font_files[] = {
	"LiberationSans-Regular.ttf",
	"LiberationSans-Bold.ttf",
	"LiberationSans-Italic.ttf",
	"LiberationSans-BoldItalic.ttf",
	"LiberationSerif-Regular.ttf",
	"LiberationSerif-Bold.ttf",
	"LiberationSerif-Italic.ttf",
	"LiberationSerif-BoldItalic.ttf",
	"LiberationMono-Regular.ttf",
	"LiberationMono-Bold.ttf",
};

/* Version 2 of the fonts, which has the Vietnamese letters, stands in the first folder up to
 * Debian 12 and in the second after it; Debian 12's second folder holds version 1 without them. */
static const char *const font_folders[] = {
	"/usr/share/fonts/truetype/liberation2",
	"/usr/share/fonts/truetype/liberation",
};

/* fontconfig's current configuration belongs to the whole process and may be set only once: a
 * thread may still be reading the one before. */
static pthread_once_t fonts_once = PTHREAD_ONCE_INIT;

/* Whether each font of the set can write Vietnamese to its last letter. */
static bool have_vietnamese(const FcFontSet *set) {
	for (int i = 0; set && i < set->nfont; i++) {
		FcCharSet *letters = NULL; /* stays the pattern's */
		if (FcPatternGetCharSet(set->fonts[i], FC_CHARSET, 0, &letters) != FcResultMatch ||
				!FcCharSetHasChar(letters, LAST_LETTER)) {
			return false;
		}
	}
	return set && set->nfont > 0;
}

static bool load_folder(FcConfig *fonts, const char *folder) {
	for (size_t i = 0; i < sizeof(font_files) / sizeof(font_files[0]); i++) {
		char path[PATH_BYTES];
		(void)snprintf(path, sizeof(path), "%s/%s", folder, font_files[i]); /* both short */
		if (!FcConfigAppFontAddFile(fonts, (const FcChar8 *)path)) {
			return false;
		}
	}
	return have_vietnamese(FcConfigGetFonts(fonts, FcSetApplication));
}

/* Without fonts the empty configuration is set all the same: the machine's own is never read. */
static void load_fonts(void) {
	FcConfig *fonts = FcConfigCreate();
	if (!fonts) {
		return;
	}
	for (size_t i = 0; i < sizeof(font_folders) / sizeof(font_folders[0]); i++) {
		if (load_folder(fonts, font_folders[i])) {
			break;
		}
		FcConfigAppFontClear(fonts);
	}
	(void)FcConfigSetCurrent(fonts); /* takes its own hold; pdf_fonts_use() looks */
	FcConfigDestroy(fonts);
}

enum err pdf_fonts_use(void) {
	(void)pthread_once(&fonts_once, load_fonts); /* fails only on a bad argument */
	FcConfig *fonts = FcConfigGetCurrent();
	return fonts && have_vietnamese(FcConfigGetFonts(fonts, FcSetApplication)) ? ERR_OK
										   : ERR_NOT_FOUND;
}

#ifdef __SANITIZE_ADDRESS__
/*
 * For LeakSanitizer, at the end of a test. The fonts stay until the process ends, and Pango 1.50
 * matches them in threads of its own that nobody can wait for. All of it is held, but fontconfig
 * writes offsets where others write pointers, so the sanitizer cannot see by whom.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void) {
	return "leak:libfontconfig.so\n";
}

const char *__lsan_default_options(void) {
	return "print_suppressions=0";
}
#endif
