/*
 * A student's or an invigilator's socket: frames in, frames out.
 */
import WebSocket from 'ws';
import { randomBytes } from 'node:crypto';
import { PATIENCE_MS } from './server.mjs';

export class Hall {
	/** options: as (signed in), origin, protocol, headers. Rejects with { status } when refused. */
	static open(server, path, options = {}) {
		const headers = { ...options.headers };
		if (options.as) {
			headers.Authorization = `Bearer ${options.as.token}`;
		}
		const protocol = options.protocol ?? (path.startsWith('/board') ? 'truongthi.board.v1' : 'truongthi.v1');
		return new Promise((done, fail) => {
			const hall = new Hall();
			hall.frames = [];
			hall.waiting = [];
			hall.closed = null;
			hall.socket = new WebSocket(server.url.replace('http', 'ws') + path, protocol === '' ? [] : protocol,
				{ headers, ca: server.ca, origin: options.origin, perMessageDeflate: options.deflate ?? false });
			hall.socket.on('open', () => done(hall));
			hall.socket.on('unexpected-response', (request, response) => {
				let body = '';
				response.on('data', (bytes) => { body += bytes; });
				response.on('end', () => fail(Object.assign(new Error(`refused with ${response.statusCode}`),
					{ status: response.statusCode, body })));
			});
			hall.socket.on('error', fail);
			hall.socket.on('message', (bytes) => {
				hall.frames.push(JSON.parse(bytes.toString()));
				hall.wake();
			});
			hall.socket.on('close', (code) => {
				hall.closed = code;
				hall.wake();
			});
		});
	}

	wake() {
		const all = this.waiting;
		this.waiting = [];
		all.forEach((done) => done());
	}

	async until(what, check, ms = PATIENCE_MS) {
		const end = Date.now() + ms;
		for (;;) {
			const got = check();
			if (got !== undefined) {
				return got;
			}
			const left = end - Date.now();
			if (left <= 0) {
				throw new Error(`never came: ${what}; closed ${this.closed}, have ${JSON.stringify(this.frames)}`);
			}
			await new Promise((done) => {
				const timer = setTimeout(done, left);
				this.waiting.push(() => { clearTimeout(timer); done(); });
			});
		}
	}

	/** Takes the first frame of that kind (and that fits). */
	next(t, fits = () => true, ms = PATIENCE_MS) {
		return this.until(t, () => {
			const at = this.frames.findIndex((f) => f.t === t && fits(f));
			return at < 0 ? undefined : this.frames.splice(at, 1)[0];
		}, ms);
	}

	/** The code with which the server closed. */
	end(ms = PATIENCE_MS) {
		return this.until('a close', () => this.closed ?? undefined, ms);
	}

	send(frame) {
		this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
	}

	hello(attempt, { gen = 1, seq = 0, head, device = randomBytes(16) } = {}) {
		this.send({ t: 'hello', attempt, gen, seq, head: head ?? Buffer.alloc(32).toString('base64url'),
			device: device.toString('base64url') });
	}

	close() {
		this.socket.terminate();
	}
}
