/* Node 18 keeps its Web Crypto out of the global scope; browsers do not. */
import { webcrypto } from 'node:crypto';

if (!('crypto' in globalThis)) {
	Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
}
