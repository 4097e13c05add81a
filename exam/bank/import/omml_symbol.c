/* Characters of equations and their LaTeX. */

#include "exam/bank/import/omml.h"

#include <stdlib.h>
#include <string.h>

struct symbol {
	int32_t codepoint;
	const char *latex;
};

/* Sorted by code point. */
static const struct symbol symbols[] = {
	{ '#', "\\#" },
	{ '$', "\\$" },
	{ '%', "\\%" },
	{ '&', "\\&" },
	{ '\\', "\\backslash" },
	{ '_', "\\_" },
	{ '{', "\\{" },
	{ '}', "\\}" },
	{ '~', "\\sim" },
	{ 0xb0, "^{\\circ}" },
	{ 0xb1, "\\pm" },
	{ 0xb7, "\\cdot" },
	{ 0xd7, "\\times" },
	{ 0xf7, "\\div" },
	{ 0x391, "A" },
	{ 0x392, "B" },
	{ 0x393, "\\Gamma" },
	{ 0x394, "\\Delta" },
	{ 0x395, "E" },
	{ 0x396, "Z" },
	{ 0x397, "H" },
	{ 0x398, "\\Theta" },
	{ 0x399, "I" },
	{ 0x39a, "K" },
	{ 0x39b, "\\Lambda" },
	{ 0x39c, "M" },
	{ 0x39d, "N" },
	{ 0x39e, "\\Xi" },
	{ 0x39f, "O" },
	{ 0x3a0, "\\Pi" },
	{ 0x3a1, "P" },
	{ 0x3a3, "\\Sigma" },
	{ 0x3a4, "T" },
	{ 0x3a5, "\\Upsilon" },
	{ 0x3a6, "\\Phi" },
	{ 0x3a7, "X" },
	{ 0x3a8, "\\Psi" },
	{ 0x3a9, "\\Omega" },
	{ 0x3b1, "\\alpha" },
	{ 0x3b2, "\\beta" },
	{ 0x3b3, "\\gamma" },
	{ 0x3b4, "\\delta" },
	{ 0x3b5, "\\varepsilon" },
	{ 0x3b6, "\\zeta" },
	{ 0x3b7, "\\eta" },
	{ 0x3b8, "\\theta" },
	{ 0x3b9, "\\iota" },
	{ 0x3ba, "\\kappa" },
	{ 0x3bb, "\\lambda" },
	{ 0x3bc, "\\mu" },
	{ 0x3bd, "\\nu" },
	{ 0x3be, "\\xi" },
	{ 0x3bf, "o" },
	{ 0x3c0, "\\pi" },
	{ 0x3c1, "\\rho" },
	{ 0x3c2, "\\varsigma" },
	{ 0x3c3, "\\sigma" },
	{ 0x3c4, "\\tau" },
	{ 0x3c5, "\\upsilon" },
	{ 0x3c6, "\\varphi" },
	{ 0x3c7, "\\chi" },
	{ 0x3c8, "\\psi" },
	{ 0x3c9, "\\omega" },
	{ 0x3d1, "\\vartheta" },
	{ 0x3d5, "\\phi" },
	{ 0x3d6, "\\varpi" },
	{ 0x3f1, "\\varrho" },
	{ 0x3f5, "\\epsilon" },
	{ 0x2013, "-" },
	{ 0x2016, "\\|" },
	{ 0x2022, "\\bullet" },
	{ 0x2026, "\\ldots" },
	{ 0x2032, "'" },
	{ 0x2033, "''" },
	{ 0x2034, "'''" },
	{ 0x2102, "\\mathbb{C}" },
	{ 0x210f, "\\hbar" },
	{ 0x2113, "\\ell" },
	{ 0x2115, "\\mathbb{N}" },
	{ 0x2119, "\\mathbb{P}" },
	{ 0x211a, "\\mathbb{Q}" },
	{ 0x211d, "\\mathbb{R}" },
	{ 0x2124, "\\mathbb{Z}" },
	{ 0x2126, "\\Omega" },
	{ 0x212b, "\\text{Å}" },
	{ 0x2190, "\\leftarrow" },
	{ 0x2191, "\\uparrow" },
	{ 0x2192, "\\rightarrow" },
	{ 0x2193, "\\downarrow" },
	{ 0x2194, "\\leftrightarrow" },
	{ 0x2197, "\\nearrow" },
	{ 0x2198, "\\searrow" },
	{ 0x21a6, "\\mapsto" },
	{ 0x21c4, "\\rightleftarrows" },
	{ 0x21cc, "\\rightleftharpoons" },
	{ 0x21d0, "\\Leftarrow" },
	{ 0x21d2, "\\Rightarrow" },
	{ 0x21d4, "\\Leftrightarrow" },
	{ 0x2200, "\\forall" },
	{ 0x2202, "\\partial" },
	{ 0x2203, "\\exists" },
	{ 0x2204, "\\nexists" },
	{ 0x2205, "\\varnothing" },
	{ 0x2206, "\\Delta" },
	{ 0x2207, "\\nabla" },
	{ 0x2208, "\\in" },
	{ 0x2209, "\\notin" },
	{ 0x220b, "\\ni" },
	{ 0x220f, "\\prod" },
	{ 0x2211, "\\sum" },
	{ 0x2212, "-" },
	{ 0x2213, "\\mp" },
	{ 0x2215, "/" },
	{ 0x2216, "\\setminus" },
	{ 0x2217, "*" },
	{ 0x2218, "\\circ" },
	{ 0x2219, "\\cdot" },
	{ 0x221a, "\\surd" },
	{ 0x221d, "\\propto" },
	{ 0x221e, "\\infty" },
	{ 0x2220, "\\angle" },
	{ 0x2223, "\\mid" },
	{ 0x2225, "\\parallel" },
	{ 0x2227, "\\wedge" },
	{ 0x2228, "\\vee" },
	{ 0x2229, "\\cap" },
	{ 0x222a, "\\cup" },
	{ 0x222b, "\\int" },
	{ 0x2234, "\\therefore" },
	{ 0x223c, "\\sim" },
	{ 0x2243, "\\simeq" },
	{ 0x2245, "\\cong" },
	{ 0x2248, "\\approx" },
	{ 0x2260, "\\neq" },
	{ 0x2261, "\\equiv" },
	{ 0x2264, "\\leq" },
	{ 0x2265, "\\geq" },
	{ 0x226a, "\\ll" },
	{ 0x226b, "\\gg" },
	{ 0x2282, "\\subset" },
	{ 0x2283, "\\supset" },
	{ 0x2284, "\\not\\subset" },
	{ 0x2286, "\\subseteq" },
	{ 0x2287, "\\supseteq" },
	{ 0x2295, "\\oplus" },
	{ 0x2297, "\\otimes" },
	{ 0x22a5, "\\perp" },
	{ 0x22c5, "\\cdot" },
	{ 0x22c6, "\\star" },
	{ 0x22ee, "\\vdots" },
	{ 0x22ef, "\\cdots" },
	{ 0x22f1, "\\ddots" },
	{ 0x2329, "\\langle" },
	{ 0x232a, "\\rangle" },
	{ 0x25a1, "\\square" },
	{ 0x25b3, "\\triangle" },
	{ 0x25ca, "\\lozenge" },
	{ 0x25cb, "\\circ" },
	{ 0x27e8, "\\langle" },
	{ 0x27e9, "\\rangle" },
	{ 0x27f6, "\\longrightarrow" },
	{ 0x2a7d, "\\leqslant" },
	{ 0x2a7e, "\\geqslant" },
};

static const struct symbol naries[] = {
	{ 0x220f, "\\prod" },
	{ 0x2210, "\\coprod" },
	{ 0x2211, "\\sum" },
	{ 0x222b, "\\int" },
	{ 0x222c, "\\iint" },
	{ 0x222d, "\\iiint" },
	{ 0x222e, "\\oint" },
	{ 0x22c0, "\\bigwedge" },
	{ 0x22c1, "\\bigvee" },
	{ 0x22c2, "\\bigcap" },
	{ 0x22c3, "\\bigcup" },
};

static const struct {
	int32_t codepoint;
	const char *narrow;
	const char *wide;
} accents[] = {
	{ 0x300, "\\grave", "\\grave" },
	{ 0x301, "\\acute", "\\acute" },
	{ 0x302, "\\hat", "\\widehat" },
	{ 0x303, "\\tilde", "\\widetilde" },
	{ 0x304, "\\bar", "\\overline" },
	{ 0x305, "\\overline", "\\overline" },
	{ 0x306, "\\breve", "\\breve" },
	{ 0x307, "\\dot", "\\dot" },
	{ 0x308, "\\ddot", "\\ddot" },
	{ 0x30c, "\\check", "\\check" },
	{ 0x5e, "\\hat", "\\widehat" },
	{ 0x7e, "\\tilde", "\\widetilde" },
	{ 0xaf, "\\bar", "\\overline" },
	{ 0x20d6, "\\overleftarrow", "\\overleftarrow" },
	{ 0x20d7, "\\vec", "\\overrightarrow" },
	{ 0x20db, "\\dddot", "\\dddot" },
	{ 0x20e1, "\\overleftrightarrow", "\\overleftrightarrow" },
	{ 0x2190, "\\overleftarrow", "\\overleftarrow" },
	{ 0x2192, "\\vec", "\\overrightarrow" },
	{ 0x23de, "\\overbrace", "\\overbrace" },
	{ 0x2322, "\\overset{\\frown}", "\\overset{\\frown}" },
};

static const char *const functions[] = { "sin", "cos", "tan", "cot", "sec", "csc", "arcsin",
	"arccos", "arctan", "sinh", "cosh", "tanh", "coth", "log", "ln", "lg", "exp", "lim", "max",
	"min", "sup", "inf", "gcd", "det", "dim", "deg", "arg", "ker", "hom", "tg", "cotg", "ctg" };

static int compare_symbols(const void *a, const void *b) {
	int32_t x = ((const struct symbol *)a)->codepoint;
	int32_t y = ((const struct symbol *)b)->codepoint;
	return (x > y) - (x < y);
}

const char *omml_symbol(int32_t codepoint) {
	struct symbol key = { codepoint, NULL };
	const struct symbol *s = bsearch(&key, symbols, sizeof(symbols) / sizeof(symbols[0]),
			sizeof(symbols[0]), compare_symbols);
	return s ? s->latex : NULL;
}

const char *omml_nary(int32_t codepoint) {
	for (size_t i = 0; i < sizeof(naries) / sizeof(naries[0]); i++) {
		if (naries[i].codepoint == codepoint) {
			return naries[i].latex;
		}
	}
	return NULL;
}

const char *omml_accent(int32_t codepoint, bool is_wide) {
	for (size_t i = 0; i < sizeof(accents) / sizeof(accents[0]); i++) {
		if (accents[i].codepoint == codepoint) {
			return is_wide ? accents[i].wide : accents[i].narrow;
		}
	}
	return NULL;
}

bool omml_is_function(struct str name) {
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (str_eq_z(name, functions[i])) {
			return true;
		}
	}
	return false;
}

/*
 * The mathematical alphabets are blocks of 52 letters from U+1D400, in this order; a few letters
 * have older code points instead and are not in the blocks.
 */
static const char *const alphabets[] = { "\\mathbf", "", "\\boldsymbol", "\\mathcal", "\\mathcal",
	"\\mathfrak", "\\mathbb", "\\mathfrak", "\\mathsf", "\\mathsf", "\\mathsf", "\\mathsf",
	"\\mathtt" };

/* Greek: 58 code points an alphabet from U+1D6A8: bold, italic, bold italic, sans twice. */
static int32_t greek(int32_t c, const char **out_command) {
	static const char *const commands[] = { "\\boldsymbol", "", "\\boldsymbol", "\\boldsymbol",
		"\\boldsymbol" };
	int32_t at = (c - 0x1d6a8) % 58;
	*out_command = commands[(c - 0x1d6a8) / 58];
	if (at < 25) {
		return at == 17 ? 0x398 : 0x391 + at;
	}
	if (at == 25) {
		return 0x2207;
	}
	static const int32_t tail[] = { 0x2202, 0x3f5, 0x3d1, 0x3ba, 0x3d5, 0x3f1, 0x3d6 };
	return at < 51 ? 0x3b1 + (at - 26) : tail[at - 51];
}

int32_t omml_alphabet(int32_t c, const char **out_command) {
	*out_command = "";
	if (c == 0x210e) {
		return 'h';
	}
	if (c >= 0x1d400 && c <= 0x1d6a3) {
		int32_t at = (c - 0x1d400) % 52;
		*out_command = alphabets[(c - 0x1d400) / 52];
		return at < 26 ? 'A' + at : 'a' + at - 26;
	}
	if (c >= 0x1d6a8 && c <= 0x1d7c9) {
		return greek(c, out_command);
	}
	if (c >= 0x1d7ce && c <= 0x1d7ff) {
		*out_command = c < 0x1d7d8 ? "\\mathbf" : "";
		return '0' + (c - 0x1d7ce) % 10;
	}
	return 0;
}
