/* Opening a sealed paper (docs/protocol.md): XChaCha20-Poly1305, from Node's own ChaCha20-Poly1305. */
import { createDecipheriv } from 'node:crypto';

const rotl = (v, n) => ((v << n) | (v >>> (32 - n))) >>> 0;

function quarter(x, a, b, c, d) {
	x[a] = (x[a] + x[b]) >>> 0; x[d] = rotl(x[d] ^ x[a], 16);
	x[c] = (x[c] + x[d]) >>> 0; x[b] = rotl(x[b] ^ x[c], 12);
	x[a] = (x[a] + x[b]) >>> 0; x[d] = rotl(x[d] ^ x[a], 8);
	x[c] = (x[c] + x[d]) >>> 0; x[b] = rotl(x[b] ^ x[c], 7);
}

/* The key under which the last eight bytes of the nonce are used. */
function hchacha20(key, nonce16) {
	const x = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
	for (let i = 0; i < 8; i++) {
		x.push(key.readUInt32LE(4 * i));
	}
	for (let i = 0; i < 4; i++) {
		x.push(nonce16.readUInt32LE(4 * i));
	}
	for (let round = 0; round < 10; round++) {
		for (const [a, b, c, d] of [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
			[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]]) {
			quarter(x, a, b, c, d);
		}
	}
	const out = Buffer.alloc(32);
	[0, 1, 2, 3, 12, 13, 14, 15].forEach((word, i) => out.writeUInt32LE(x[word], 4 * i));
	return out;
}

/** The plain bytes of a sealed file under a key, both as Buffers. Throws when it is another key. */
export function unseal(file, key) {
	const variant = file.readUInt16BE(21);
	const nonceAt = 4 + 1 + 16 + 2 + variant + 2 + 2 + 4 + 32;
	const nonce = file.subarray(nonceAt, nonceAt + 24);
	const sub = hchacha20(key, nonce.subarray(0, 16));
	const short = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
	const decipher = createDecipheriv('chacha20-poly1305', sub, short, { authTagLength: 16 });
	const body = file.subarray(nonceAt + 24);
	decipher.setAAD(file.subarray(0, nonceAt + 24), { plaintextLength: body.length - 16 });
	decipher.setAuthTag(body.subarray(-16));
	const padded = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
	return padded.subarray(0, padded.lastIndexOf(0x80));
}
