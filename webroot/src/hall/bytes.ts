/* Bytes: joining, big-endian numbers, hex and base64url. Nothing here knows the protocol. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Throws on invalid UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: Uint8Array[]): Uint8Array {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

export function u8(n: number): Uint8Array {
	return Uint8Array.of(n);
}

export function u16(n: number): Uint8Array {
	const out = new Uint8Array(2);
	new DataView(out.buffer).setUint16(0, n);
	return out;
}

export function u32(n: number): Uint8Array {
	const out = new Uint8Array(4);
	new DataView(out.buffer).setUint32(0, n);
	return out;
}

/** From a decimal string or a whole number up to 2^53. */
export function u64(n: string | number): Uint8Array {
	const out = new Uint8Array(8);
	new DataView(out.buffer).setBigUint64(0, BigInt(n));
	return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((x, i) => x === b[i]);
}

export function toHex(bytes: Uint8Array): string {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Uint8Array {
	if (!/^([0-9a-f]{2})*$/i.test(text)) {
		throw new RangeError('not hex');
	}
	return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toB64(bytes: Uint8Array): string {
	let text = '';
	for (const b of bytes) {
		text += String.fromCharCode(b);
	}
	return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** base64url without padding, in its one canonical form; throws on anything else. */
export function fromB64(text: string): Uint8Array {
	if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
		throw new RangeError('not base64url');
	}
	const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
	const out = Uint8Array.from(binary, (c) => c.charCodeAt(0));
	if (toB64(out) !== text) {
		throw new RangeError('not canonical base64url');
	}
	return out;
}

/** Reads big-endian fields one after another; throws when the bytes run out. */
export class Reader {
	private at = 0;
	constructor(private readonly bytes: Uint8Array) {}

	take(n: number): Uint8Array {
		if (this.at + n > this.bytes.length) {
			throw new RangeError('too short');
		}
		this.at += n;
		return this.bytes.subarray(this.at - n, this.at);
	}

	private view(n: number): DataView {
		const part = this.take(n);
		return new DataView(part.buffer, part.byteOffset, n);
	}

	u8(): number {
		return this.view(1).getUint8(0);
	}

	u16(): number {
		return this.view(2).getUint16(0);
	}

	u32(): number {
		return this.view(4).getUint32(0);
	}

	u64(): bigint {
		return this.view(8).getBigUint64(0);
	}

	/** How many bytes have been read. */
	get used(): number {
		return this.at;
	}

	rest(): Uint8Array {
		return this.bytes.subarray(this.at);
	}
}
