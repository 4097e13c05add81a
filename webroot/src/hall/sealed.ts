/*
 * The sealed paper. A file is fetched before the bell and opened by the 32 bytes that come with
 * it. The header says what the file claims to be; the commitment binds it to one key, so that no
 * second key opens it to something else.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat, equal, fromUtf8, Reader, utf8 } from './bytes';
import { hash, HASH_BYTES } from './protocol';

const VERSION = 1;
const NONCE_BYTES = 24;
const VARIANT_BYTES_MAX = 8;

export interface SealedHeader {
	sitting: Uint8Array;
	variant: string;
	section: number;
	part: number;
	rev: number;
}

export type SealedFault = 'format' | 'key' | 'changed';

export class SealedError extends Error {
	readonly fault: SealedFault;
	constructor(fault: SealedFault) {
		super(`sealed paper: ${fault}`);
		this.name = 'SealedError';
		this.fault = fault;
	}
}

interface Split {
	header: SealedHeader;
	headerBytes: Uint8Array;
	commitment: Uint8Array;
	nonce: Uint8Array;
	additional: Uint8Array; /* everything before the ciphertext */
	ciphertext: Uint8Array;
}

function split(file: Uint8Array): Split {
	try {
		const r = new Reader(file);
		const magic = String.fromCharCode(...r.take(4));
		const version = r.u8();
		const sitting = r.take(16);
		const length = r.u16();
		if (magic !== 'TT1P' || version !== VERSION || length > VARIANT_BYTES_MAX) {
			throw new SealedError('format');
		}
		const variant = fromUtf8(r.take(length));
		const header = { sitting, variant, section: r.u16(), part: r.u16(), rev: r.u32() };
		const headerBytes = file.subarray(0, r.used);
		const commitment = r.take(HASH_BYTES);
		const nonce = r.take(NONCE_BYTES);
		const additional = file.subarray(0, r.used);
		return { header, headerBytes, commitment, nonce, additional, ciphertext: r.rest() };
	} catch {
		throw new SealedError('format');
	}
}

/** What the file claims to be, without a key. */
export function sealedHeader(file: Uint8Array): SealedHeader {
	return split(file).header;
}

/* The padding is one byte 0x80 and zeros (ISO 7816-4, sodium_pad). */
function unpad(padded: Uint8Array): Uint8Array {
	let end = padded.length - 1;
	while (end >= 0 && padded[end] === 0) {
		end--;
	}
	if (end < 0 || padded[end] !== 0x80) {
		throw new SealedError('changed');
	}
	return padded.subarray(0, end);
}

/** Opens one part; throws SealedError. The caller compares the header with what it asked for. */
export function openSealed(file: Uint8Array, key: Uint8Array)
	: { header: SealedHeader; plain: Uint8Array } {
	const s = split(file);
	if (!equal(hash(concat(utf8('TT1K'), key, s.headerBytes)), s.commitment)) {
		throw new SealedError('key');
	}
	let padded: Uint8Array;
	try {
		padded = xchacha20poly1305(key, s.nonce, s.additional).decrypt(s.ciphertext);
	} catch {
		throw new SealedError('changed');
	}
	return { header: s.header, plain: unpad(padded) };
}
