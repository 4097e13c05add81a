/* KaTeX with its styles and fonts, all from our own origin: a file apart, fetched on demand. */
import 'katex/dist/katex.min.css';
import katex from 'katex';

export { katex };
