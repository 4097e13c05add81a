#include "exam/bank/import/omml.h"

#include "tests/check.h"

#define R(text) "<r><t>" text "</t></r>"
#define E(text) "<e>" R(text) "</e>"
#define SUB(text) "<sub>" R(text) "</sub>"
#define SUP(text) "<sup>" R(text) "</sup>"
#define F(a, b) "<f><num>" R(a) "</num><den>" R(b) "</den></f>"

static const struct {
	const char *name;
	const char *math; /* inside m:oMath, without prefixes */
	const char *want;
} rows[] = {
	{ "text", R("x=5"), "x=5" },
	{ "fraction", F("1", "2"), "\\frac{1}{2}" },
	{ "linear fraction",
			"<f><fPr><type val='lin'/></fPr><num>" R("a") "</num><den>" R(
					"b") "</den></f>",
			"a/b" },
	{ "superscript", "<sSup>" E("x") SUP("2") "</sSup>", "x^{2}" },
	{ "subscript", "<sSub>" E("10") SUB("n") "</sSub>", "10_{n}" },
	{ "both", "<sSubSup>" E("x") SUB("1") SUP("2") "</sSubSup>", "x_{1}^{2}" },
	{ "base of two letters", "<sSup>" E("2x") SUP("3") "</sSup>", "{2x}^{3}" },
	{ "base that is a command", "<sSup>" E("π") SUP("2") "</sSup>", "\\pi^{2}" },
	{ "scripts before", "<sPre>" SUB("1") SUP("2") E("H") "</sPre>", "{}_{1}^{2}H" },
	{ "square root", "<rad><radPr><degHide val='1'/></radPr><deg/>" E("x") "</rad>",
			"\\sqrt{x}" },
	{ "third root", "<rad><deg>" R("3") "</deg>" E("x") "</rad>", "\\sqrt[3]{x}" },
	{ "root with an empty degree", "<rad><deg><ctrlPr/></deg>" E("x") "</rad>", "\\sqrt{x}" },
	{ "sum", "<nary><naryPr><chr val='∑'/></naryPr>" SUB("i=1") SUP("n") E("i") "</nary>",
			"\\sum_{i=1}^{n}i" },
	{ "integral", "<nary>" SUB("0") SUP("1") E("f(x)dx") "</nary>", "\\int_{0}^{1}f(x)dx" },
	{ "integral without limits",
			"<nary><naryPr><subHide val='1'/><supHide val='1'/></naryPr><sub/><sup/>" E(
					"f") "</nary>",
			"\\int f" },
	{ "parentheses", "<d>" E("x+1") "</d>", "(x+1)" },
	{ "tall ones", "<d><dPr><begChr val='['/><endChr val=']'/></dPr><e>" F("a", "b") "</e></d>",
			"\\left[\\frac{a}{b}\\right]" },
	{ "power of parentheses", "<sSup><e><d>" E("x+1") "</d></e>" SUP("2") "</sSup>",
			"(x+1)^{2}" },
	{ "absolute value", "<d><dPr><begChr val='|'/><endChr val='|'/></dPr>" E("x") "</d>",
			"|x|" },
	{ "separated", "<d><dPr><sepChr val=';'/></dPr>" E("a") E("b") "</d>", "(a;b)" },
	{ "open on one side", "<d><dPr><begChr val='{'/><endChr val=''/></dPr>" E("x") "</d>",
			"\\left\\{x\\right." },
	{ "system",
			"<d><dPr><begChr val='{'/><endChr val=''/></dPr><e><eqArr>" E("x+y&amp;=1")
					E("x-y&amp;=2") "</eqArr></e></d>",
			"\\begin{cases}x+y&=1 \\\\ x-y&=2\\end{cases}" },
	{ "matrix", "<d><e><m><mr>" E("1") E("2") "</mr><mr>" E("3") E("4") "</mr></m></e></d>",
			"\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}" },
	{ "binomial",
			"<d><e><f><fPr><type val='noBar'/></fPr><num>" R("n") "</num><den>" R(
					"k") "</den></f></e></d>",
			"\\binom{n}{k}" },
	{ "vector", "<acc><accPr><chr val='\u20d7'/></accPr>" E("a") "</acc>", "\\vec{a}" },
	{ "long vector", "<acc><accPr><chr val='\u20d7'/></accPr>" E("AB") "</acc>",
			"\\overrightarrow{AB}" },
	{ "angle", "<acc>" E("ABC") "</acc>", "\\widehat{ABC}" },
	{ "bar over", "<bar><barPr><pos val='top'/></barPr>" E("x") "</bar>", "\\overline{x}" },
	{ "bar under", "<bar>" E("x") "</bar>", "\\underline{x}" },
	{ "function", "<func><fName>" R("sin") "</fName>" E("x") "</func>", "\\sin x" },
	{ "limit",
			"<func><fName><limLow>" E("lim") "<lim>" R(
					"x→0") "</lim></limLow></fName>"
					       "<e>" F("1", "x") "</e></func>",
			"\\lim_{x\\rightarrow0}\\frac{1}{x}" },
	{ "logarithm", "<func><fName><sSub>" E("log") SUB("2") "</sSub></fName>" E("8") "</func>",
			"\\log_{2} 8" },
	{ "reaction arrow",
			"<groupChr><groupChrPr><chr val='→'/></groupChrPr>" E("t°") "</groupChr>",
			"\\xrightarrow{t^{\\circ}}" },
	{ "text over an arrow", "<limUpp>" E("→") "<lim>" R("xt") "</lim></limUpp>",
			"\\xrightarrow{xt}" },
	{ "brace below", "<groupChr>" E("a+b") "</groupChr>", "\\underbrace{a+b}" },
	{ "box", "<borderBox>" E("x") "</borderBox>", "\\boxed{x}" },
	{ "symbols", R("α≤β×γ±∞∈ℝ"), "\\alpha\\leq\\beta\\times\\gamma\\pm\\infty\\in\\mathbb{R}" },
	{ "a letter behind a command", R("αx"), "\\alpha x" },
	{ "what TeX would take for itself", R("{50%}_#&amp;$"), "\\{50\\%\\}\\_\\#\\&\\$" },
	{ "alphabets", R("𝑥+𝐱+𝔸"), "x+\\mathbf{x}+\\mathbb{A}" },
	{ "small digits", R("x²+y₁₀"), "x^{2}+y_{1}_{0}" },
	{ "minus and prime", R("f′(x)−1"), "f'(x)-1" },
	{ "words", "<r><rPr><nor/></rPr><t>khi x &gt; 0</t></r>", "\\text{khi x > 0}" },
	{ "Vietnamese", R("nếu"), "\\text{nếu}" },
	{ "upright", "<r><rPr><sty val='p'/></rPr><t>H</t></r>", "\\mathrm{H}" },
	{ "upright function", "<r><rPr><sty val='p'/></rPr><t>cos</t></r>", "\\cos" },
	{ "bold", "<r><rPr><sty val='b'/></rPr><t>F</t></r>", "\\mathbf{F}" },
	{ "what wraps", "<box>" E("x") "</box>", "x" },
	{ "an unknown element", "<strange>" R("x") "</strange>", "x" },
};

static enum err read(const char *math, struct buf *out, bool *is_sure) {
	_cleanup_(buf_finish) struct buf xml = buf_make(100000);
	_cleanup_(xml_tree_freep) struct xml_tree *tree = NULL;
	buf_addf(&xml,
			"<oMath xmlns='http://schemas.openxmlformats.org/officeDocument/2006/math'>%s"
			"</oMath>",
			math);
	enum err e = xml_tree_parse(buf_str(&xml), xml.len, &tree);
	if (!e) {
		*is_sure = omml_to_latex(xml_tree_root(tree), out);
	}
	return e;
}

/* Fences inside fences: work must not double at every level. */
static void test_depth(void) {
	_cleanup_(buf_finish) struct buf math = buf_make(100000);
	_cleanup_(buf_finish) struct buf out = buf_make(100000);
	bool is_sure = true;
	for (int i = 0; i < 60; i++) {
		buf_add_str(&math, "<d><e><acc><e>");
	}
	for (int i = 0; i < 60; i++) {
		buf_add_str(&math, "</e></acc></e></d>");
	}
	CHECK_INT("deep", read(buf_str(&math), &out, &is_sure), ERR_LIMIT);
	buf_clear(&math);
	for (int i = 0; i < 45; i++) {
		buf_add_str(&math, "<d><e>");
	}
	buf_add_str(&math, R("x"));
	for (int i = 0; i < 45; i++) {
		buf_add_str(&math, "</e></d>");
	}
	CHECK_INT("less deep", read(buf_str(&math), &out, &is_sure), ERR_OK);
	CHECK("cut off and told", !is_sure);
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(10000);
		bool is_sure = false;
		CHECK_INT(rows[i].name, read(rows[i].math, &out, &is_sure), ERR_OK);
		CHECK_STR(rows[i].name, buf_str(&out), rows[i].want);
		CHECK(rows[i].name, is_sure);
	}
	test_depth();
	return check_done();
}
