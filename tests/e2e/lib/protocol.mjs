/*
 * The bytes of docs/protocol.md, written again from that page alone: what judges the server must
 * not be the server's own code.
 */
import { createPublicKey, verify } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2b';

const H = (bytes, key) => Buffer.from(blake2b(bytes, { dkLen: 32, ...(key ? { key } : {}) }));

const int = (bytes) => (n) => {
	const out = Buffer.alloc(bytes);
	let left = BigInt(n);
	for (let i = bytes - 1; i >= 0; i--) {
		out[i] = Number(left & 0xffn);
		left >>= 8n;
	}
	return out;
};
const u8 = int(1);
const u16 = int(2);
const u32 = int(4);
const u64 = int(8);

export const KIND = { answer: 1, event: 2, submit: 3, close: 255 };

/** origin: { school, sitting, attempt, salt, variant } */
export function genesis(origin) {
	const variant = Buffer.from(origin.variant);
	return H(Buffer.concat([Buffer.from('TT1G'), u64(origin.school), origin.sitting, origin.attempt,
		u16(variant.length), variant]), origin.salt);
}

export function nextHead(prev, attempt, e) {
	return H(Buffer.concat([Buffer.from('TT1E'), prev, attempt, u32(e.seq), u8(e.kind), u16(e.slot),
		u32(e.value.length), e.value]));
}

export function nextTimes(prev, head, at) {
	return H(Buffer.concat([Buffer.from('TT1T'), prev, head, u64(at)]));
}

/** answers: Map of slot to bytes. */
export function answersHash(salt, answers) {
	const parts = [Buffer.from('TT1F')];
	for (const [slot, value] of [...answers].sort(([a], [b]) => a - b)) {
		if (value.toString() !== 'null') {
			parts.push(u16(slot), u32(value.length), value);
		}
	}
	return H(Buffer.concat(parts), salt);
}

/** A session's token as the table keeps it. */
export const sessionHash = (token) => H(Buffer.concat([Buffer.from('TT1O'), token]));

const RECEIPT_BYTES = 4 + 1 + 8 + 8 + 16 + 16 + 4 + 4 + 8 + 1 + 32 * 3;

/** Reads what is signed in a receipt or checkpoint; null when it is none. */
export function parseReceipt(bytes) {
	const magic = bytes.subarray(0, 4).toString('latin1');
	if (bytes.length !== RECEIPT_BYTES || bytes[4] !== 1 || !['TT1R', 'TT1H'].includes(magic)) {
		return null;
	}
	let at = 5;
	const take = (n) => bytes.subarray(at, at += n);
	return {
		kind: magic,
		kid: take(8),
		school: take(8).readBigUInt64BE().toString(),
		sitting: take(16),
		attempt: take(16),
		gen: take(4).readUInt32BE(),
		seq: take(4).readUInt32BE(),
		at: Number(take(8).readBigUInt64BE()),
		why: take(1)[0],
		head: take(32),
		times: take(32),
		answers: take(32),
	};
}

const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex'); /* RFC 8410 */

export function isSigned(bytes, signature, publicKey) {
	const key = createPublicKey({ key: Buffer.concat([ED25519_PREFIX, publicKey]), format: 'der', type: 'spki' });
	return verify(null, bytes, key, signature);
}

/** The id of a signing key: the first bytes of its hash. */
export const keyId = (publicKey) => H(publicKey).subarray(0, 8);
