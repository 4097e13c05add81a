/* Checking a receipt's signature. Fetched only by /verify and the receipt page: the curve is
 * half of the exam page's whole size. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { equal } from './bytes';
import { hash } from './protocol';
import type { Receipt } from './protocol';

/** The name of a signing key: the first 8 bytes of its hash. */
export const signKidOf = (publicKey: Uint8Array): Uint8Array => hash(publicKey).subarray(0, 8);

/** Whether one of the keys is the one the receipt names, and signed exactly these bytes. */
export function isGenuine(receipt: Receipt, publicKeys: Uint8Array[]): boolean {
	const key = publicKeys.find((k) => equal(signKidOf(k), receipt.signKid));
	if (!key) {
		return false;
	}
	try {
		return ed25519.verify(receipt.signature, receipt.signed, key, { zip215: false });
	} catch {
		return false; /* not a point, or not a signature at all */
	}
}
