/*
 * The bytes of the hall's protocol: chain heads, the hash of the answers, the macs' message,
 * the receipt's layout. The same numbers as the server's; both are held to
 * tests/fixtures/protocol_vectors.json. A browser has no mac key: it keeps macs, and computes
 * one only in tests.
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { concat, fromB64, Reader, u16, u32, u64, u8, utf8 } from './bytes';

export const HASH_BYTES = 32;
export const VALUE_BYTES_MAX = 60_000;
const VALUE_DEPTH_MAX = 3;

export const KIND_ANSWER = 1;
export const KIND_EVENT = 2;
export const KIND_SUBMIT = 3;

export type Value = string | boolean | null | readonly Value[];

export function hash(bytes: Uint8Array, key?: Uint8Array): Uint8Array {
	return blake2b(bytes, key ? { dkLen: HASH_BYTES, key } : { dkLen: HASH_BYTES });
}

export interface Origin {
	school: string; /* u64 as decimal digits */
	sitting: Uint8Array;
	attempt: Uint8Array;
	salt: Uint8Array;
	variant: string;
}

/** The head before the first event. */
export function genesis(o: Origin): Uint8Array {
	const variant = utf8(o.variant);
	return hash(concat(utf8('TT1G'), u64(o.school), o.sitting, o.attempt, u16(variant.length), variant),
		o.salt);
}

export interface EventBytes {
	seq: number;
	kind: number;
	slot: number;
	value: string; /* JSON text, as valueText() writes it */
}

/** The head behind an event. */
export function nextHead(prev: Uint8Array, attempt: Uint8Array, e: EventBytes): Uint8Array {
	const value = utf8(e.value);
	return hash(concat(utf8('TT1E'), prev, attempt, u32(e.seq), u8(e.kind), u16(e.slot),
		u32(value.length), value));
}

/** The server's chain of times, from 32 zero bytes. */
export function nextTimes(prev: Uint8Array, head: Uint8Array, at: number): Uint8Array {
	return hash(concat(utf8('TT1T'), prev, head, u64(at)));
}

/** The hash of the answers: slot → JSON text; a slot whose value is null is unanswered. */
export function answersHash(salt: Uint8Array, answers: ReadonlyMap<number, string>): Uint8Array {
	const parts: Uint8Array[] = [utf8('TT1F')];
	for (const slot of [...answers.keys()].sort((a, b) => a - b)) {
		const value = answers.get(slot) as string;
		if (value !== 'null') {
			const bytes = utf8(value);
			parts.push(u16(slot), u32(bytes.length), bytes);
		}
	}
	return hash(concat(...parts), salt);
}

export interface MacFields {
	kid: number;
	school: string;
	attempt: Uint8Array;
	gen: number;
	lease: number;
	seq: number;
	at: number;
	head: Uint8Array;
}

/** What an ack or a stamp authenticates. */
export function macOf(key: Uint8Array, proof: 'ack' | 'stamp', m: MacFields): Uint8Array {
	return hash(concat(utf8(proof === 'ack' ? 'TT1A' : 'TT1S'), u8(m.kid), u64(m.school), m.attempt,
		u32(m.gen), u32(m.lease), u32(m.seq), u64(m.at), m.head), key);
}

function isValueAt(value: unknown, depth: number): boolean {
	if (typeof value === 'string') {
		return !hasForbidden(value);
	}
	if (value === null || typeof value === 'boolean') {
		return true;
	}
	return Array.isArray(value) && depth < VALUE_DEPTH_MAX &&
		value.every((v) => isValueAt(v, depth + 1));
}

/*
 * Half characters: one half of a surrogate pair without the other. Found by hand, since older
 * phones know neither isWellFormed() nor look-behind in patterns.
 */
function withoutHalves(text: string): string {
	return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g,
		(found) => found.length === 2 ? found : '\uFFFD');
}

const hasForbidden = (text: string): boolean =>
	text.includes('\u0000') || withoutHalves(text) !== text;

/** What the server takes: strings, booleans, null and arrays of them, no NUL, no half characters. */
export function isValue(value: unknown): value is Value {
	return isValueAt(value, 0);
}

/** A value as the bytes that are chained and stored; throws when the server would refuse it. */
export function valueText(value: Value): string {
	if (!isValue(value)) {
		throw new RangeError('not an answer value');
	}
	const text = JSON.stringify(value);
	if (utf8(text).length > VALUE_BYTES_MAX) {
		throw new RangeError('answer too long');
	}
	return text;
}

/** Typed text made acceptable: composed, without NUL or half characters. */
export function cleanText(text: string): string {
	return withoutHalves(text.replace(/\u0000/g, '')).normalize('NFC');
}

export const WHY = ['', 'submit', 'time', 'invigilator'] as const;

export interface Receipt {
	kind: 'closed' | 'checkpoint';
	signKid: Uint8Array;
	school: string;
	sitting: Uint8Array;
	attempt: Uint8Array;
	gen: number;
	seq: number;
	at: number;
	why: number;
	head: Uint8Array;
	times: Uint8Array;
	answers: Uint8Array;
	signed: Uint8Array;    /* the bytes under the signature */
	signature: Uint8Array; /* 64 bytes */
}

const RECEIPT_VERSION = 1;
const SIGNATURE_BYTES = 64;

/** Reads receipt ‖ signature; throws when the bytes are no receipt of this version. */
export function parseReceipt(bytes: Uint8Array): Receipt {
	const r = new Reader(bytes);
	const magic = String.fromCharCode(...r.take(4));
	if ((magic !== 'TT1R' && magic !== 'TT1H') || r.u8() !== RECEIPT_VERSION) {
		throw new RangeError('not a receipt');
	}
	const receipt = {
		kind: magic === 'TT1R' ? 'closed' as const : 'checkpoint' as const,
		signKid: r.take(8),
		school: r.u64().toString(),
		sitting: r.take(16),
		attempt: r.take(16),
		gen: r.u32(),
		seq: r.u32(),
		at: Number(r.u64()),
		why: r.u8(),
		head: r.take(HASH_BYTES),
		times: r.take(HASH_BYTES),
		answers: r.take(HASH_BYTES),
	};
	const signed = bytes.subarray(0, r.used);
	const signature = r.rest();
	if (signature.length !== SIGNATURE_BYTES) {
		throw new RangeError('no signature');
	}
	return { ...receipt, signed, signature };
}

/** A receipt as people pass it on: bare base64url, or a link with it in the fragment. */
export function receiptFromText(text: string): Receipt {
	const bare = text.trim().replace(/^.*#/s, '').replace(/\s+/g, '');
	return parseReceipt(fromB64(bare));
}
