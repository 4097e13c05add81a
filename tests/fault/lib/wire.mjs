/*
 * A bad line between a school and its province: a TCP proxy that cuts, delays, doubles and reorders
 * what goes through, by a seed. It knows nothing of HTTP but that whoever asked waits for an answer.
 */
import { connect, createServer } from 'node:net';
import { freePort, pause } from '../../e2e/lib/server.mjs';

/* What happens to one question and its answer, and how often. */
const FATES = { passed: 50, delayed: 15, 'cut in the question': 9, 'cut in the answer': 9, doubled: 9, 'late again': 8 };
const DELAY_MS = 120;
const LATE_MS = [300, 3_000];

export class Wire {
	static async open(target, random) {
		const wire = new Wire();
		Object.assign(wire, { target, random, isCalm: true, counts: {}, sockets: new Set(), port: await freePort() });
		wire.server = createServer((client) => wire.take(client));
		await new Promise((done) => wire.server.listen(wire.port, '127.0.0.1', done));
		return wire;
	}

	get url() {
		return `http://127.0.0.1:${this.port}`;
	}

	fate() {
		if (this.isCalm) {
			return 'passed';
		}
		let left = this.random.next() * Object.values(FATES).reduce((a, b) => a + b);
		const fate = Object.keys(FATES).find((name) => (left -= FATES[name]) < 0);
		this.counts[fate] = (this.counts[fate] ?? 0) + 1;
		return fate;
	}

	keep(socket) {
		this.sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => this.sockets.delete(socket));
		return socket;
	}

	/* The same bytes once more on a connection of their own; nobody hears the answer. */
	async again(bytes, afterMs) {
		await pause(afterMs);
		const socket = this.keep(connect(this.target.port, '127.0.0.1'));
		socket.write(bytes);
		socket.resume();
		setTimeout(() => socket.destroy(), 5_000).unref();
	}

	take(client) {
		this.keep(client);
		const server = this.keep(connect(this.target.port, '127.0.0.1'));
		const both = () => {
			client.destroy();
			server.destroy();
		};
		client.on('close', both);
		server.on('close', both);
		let fate = this.fate();
		let asked = [];
		let isAnswered = false;
		let room = this.random.between(1, 4_000);
		/* Bytes of one direction go out in their order, whatever each of them waits for. */
		const lane = (to) => {
			let before = Promise.resolve();
			return (bytes) => {
				const ms = fate === 'delayed' ? this.random.between(0, DELAY_MS) : 0;
				before = before.then(() => (ms ? pause(ms) : undefined)).then(() => to.writable && to.write(bytes));
			};
		};
		const [up, down] = [lane(server), lane(client)];
		client.on('data', (bytes) => {
			if (isAnswered) { /* the next question on this connection */
				fate = this.fate();
				asked = [];
				isAnswered = false;
				room = this.random.between(1, 4_000);
			}
			asked.push(bytes);
			if (fate === 'cut in the question' && (room -= bytes.length) < 0) {
				server.write(bytes.subarray(0, Math.max(0, room + bytes.length)));
				setTimeout(both, 5);
				return;
			}
			up(bytes);
		});
		server.on('data', (bytes) => {
			if (!isAnswered && (fate === 'doubled' || fate === 'late again')) {
				const question = Buffer.concat(asked);
				void this.again(question, fate === 'doubled' ? 0 : this.random.between(...LATE_MS));
			}
			isAnswered = true;
			if (fate === 'cut in the answer') {
				client.write(bytes.subarray(0, this.random.between(0, bytes.length - 1)));
				setTimeout(both, 5);
				return;
			}
			down(bytes);
		});
	}

	async close() {
		for (const socket of this.sockets) {
			socket.destroy();
		}
		await new Promise((done) => this.server.close(done));
	}
}
