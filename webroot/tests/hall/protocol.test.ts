/* The same vectors as the server's tests: tests/fixtures/protocol_vectors.json. */
import { describe, expect, it } from 'vitest';
import { ed25519 } from '@noble/curves/ed25519.js';
import vectors from '../../../tests/fixtures/protocol_vectors.json';
import { fromB64, fromHex, toB64, toHex, utf8 } from '../../src/hall/bytes';
import { answersHash, cleanText, genesis, hash, isValue, macOf, nextHead, nextTimes, parseReceipt,
	receiptFromText, VALUE_BYTES_MAX, valueText } from '../../src/hall/protocol';
import type { Value } from '../../src/hall/protocol';
import { isGenuine, signKidOf } from '../../src/hall/receipt';
import { openSealed, SealedError, sealedHeader } from '../../src/hall/sealed';

const salt = fromHex(vectors.given.salt);
const attempt = fromHex(vectors.given.attempt);
const sitting = fromHex(vectors.given.sitting);
const { school } = vectors.given;

describe('the chain', () => {
	it.each(vectors.genesis)('begins for variant %j', ({ variant, genesis: want }) => {
		expect(toHex(genesis({ school, sitting, attempt, salt, variant }))).toBe(want);
	});

	it.each(vectors.chain)('goes through event $seq', (e) => {
		expect(toHex(nextHead(fromHex(e.prev), attempt, e))).toBe(e.head);
		expect(valueText(JSON.parse(e.value) as Value)).toBe(e.value);
	});

	it('has its times', () => {
		let times: Uint8Array = new Uint8Array(32);
		for (const e of vectors.chain) {
			times = nextTimes(times, fromHex(e.head), e.at);
			expect(toHex(times)).toBe(e.times);
		}
	});
});

describe('macs and answers', () => {
	it.each(vectors.macs)('$proof of gen $gen', (m) => {
		const fields = { ...m, school, attempt, head: fromHex(m.head) };
		const mac = macOf(fromHex(vectors.given.macKey), m.proof as 'ack' | 'stamp', fields);
		expect(toHex(mac)).toBe(m.mac);
	});

	it.each(vectors.answers)('the hash of $slots.length answers', ({ slots, answers }) => {
		const map = new Map(slots as [number, string][]);
		expect(toHex(answersHash(salt, map))).toBe(answers);
		const shuffled = new Map([...map].reverse());
		shuffled.set(9, 'null'); /* an answer taken back is no answer */
		expect(toHex(answersHash(salt, shuffled))).toBe(answers);
	});
});

describe('values', () => {
	it.each<[unknown, boolean]>([
		['B', true], [null, true], [true, true], [['A', 'C'], true], [[['1', 'A']], true],
		[[[['x']]], true], [[[[['x']]]], false], [3, false], [{}, false], [undefined, false],
		['a\u0000', false], ['\ud83d', false], ['\ude42', false], ['🙂', true], [[1], false],
	])('%j: %s', (value, want) => {
		expect(isValue(value)).toBe(want);
	});

	it('are at most as long as the server’s column', () => {
		expect(valueText('x'.repeat(VALUE_BYTES_MAX - 2)).length).toBe(VALUE_BYTES_MAX);
		expect(() => valueText('x'.repeat(VALUE_BYTES_MAX - 1))).toThrow(RangeError);
		expect(() => valueText('ư'.repeat(VALUE_BYTES_MAX / 2))).toThrow(RangeError);
	});

	it('are cleaned of what cannot be sent', () => {
		expect(cleanText('a\u0000b\ud83d')).toBe('ab\uFFFD');
		expect(cleanText('e\u0302\u0301')).toBe('ế');
		expect(isValue(cleanText('\ude42\ud83d\ude42'))).toBe(true);
	});
});

describe('base64url', () => {
	it('has one form only', () => {
		expect(toB64(Uint8Array.of(255, 254))).toBe('__4');
		expect([...fromB64('__4')]).toEqual([255, 254]);
		for (const bad of ['__5', '__4=', '_', '+w', 'a b']) {
			expect(() => fromB64(bad), bad).toThrow(RangeError);
		}
	});
});

describe('receipts', () => {
	const keys = [fromHex(vectors.signPublic)];

	it('names its key', () => {
		expect(toHex(signKidOf(keys[0] as Uint8Array))).toBe(vectors.signKid);
	});

	it.each(vectors.receipts)('$magic reads and verifies', (v) => {
		const r = receiptFromText(v.signed);
		expect(toHex(r.signed)).toBe(v.bytes);
		expect(r.kind).toBe(v.magic === 'TT1R' ? 'closed' : 'checkpoint');
		expect({ gen: r.gen, seq: r.seq, at: r.at, why: r.why, school: r.school })
			.toEqual({ gen: v.gen, seq: v.seq, at: v.at, why: v.why, school });
		expect([r.head, r.times, r.answers].map(toHex)).toEqual([v.head, v.times, v.answers]);
		expect(isGenuine(r, keys)).toBe(true);
		expect(isGenuine(receiptFromText(`https://thi.example/verify#${v.signed}\n`), keys)).toBe(true);
	});

	it('fails with any one byte changed', () => {
		const good = fromB64(vectors.receipts[0]?.signed as string);
		for (let i = 0; i < good.length; i++) {
			const bad = good.slice();
			bad[i] = (bad[i] as number) ^ 1;
			let isTaken = false;
			try {
				isTaken = isGenuine(parseReceipt(bad), keys);
			} catch {
				/* not even a receipt */
			}
			expect(isTaken, `byte ${i}`).toBe(false);
		}
	});

	it('fails without its key, too short and too long', () => {
		const good = fromB64(vectors.receipts[0]?.signed as string);
		expect(isGenuine(parseReceipt(good), [])).toBe(false);
		expect(isGenuine(parseReceipt(good), [ed25519.getPublicKey(new Uint8Array(32))])).toBe(false);
		expect(() => parseReceipt(good.subarray(0, -1))).toThrow();
		expect(() => parseReceipt(new Uint8Array([...good, 0]))).toThrow();
	});
});

describe('the sealed paper', () => {
	const v = vectors.sealed;
	const file = fromHex(v.file);
	const key = fromHex(v.key);

	function faultOf(bytes: Uint8Array, k = key): string {
		try {
			openSealed(bytes, k);
			return 'opened';
		} catch (error) {
			return error instanceof SealedError ? error.fault : 'other';
		}
	}

	it('opens with its key', () => {
		const { header, plain } = openSealed(file, key);
		expect(plain).toEqual(utf8(v.plain));
		expect({ ...header, sitting: toHex(header.sitting) }).toEqual({
			sitting: vectors.given.sitting, variant: v.variant, section: v.section, part: v.part, rev: v.rev,
		});
		expect(sealedHeader(file).rev).toBe(v.rev);
	});

	it('refuses another key', () => {
		expect(faultOf(file, hash(key))).toBe('key');
	});

	it('refuses every changed byte', () => {
		for (let i = 0; i < file.length; i++) {
			const bad = file.slice();
			bad[i] = (bad[i] as number) ^ 0x40;
			expect(faultOf(bad), `byte ${i}`).not.toBe('opened');
		}
	});

	it('refuses what is cut', () => {
		for (const n of [0, 4, 40, file.length - 1]) {
			expect(faultOf(file.subarray(0, n)), `${n} bytes`).not.toBe('opened');
		}
	});
});
