/* Rows (../rows.mjs): what leaves the school for its province. */
import { createHash } from 'node:crypto';
import { insert } from '../people.mjs';
import { provinceStub, stubCode } from '../province_stub.mjs';
import { until } from '../server.mjs';
import { smallBundle } from '../small_bundle.mjs';
import { file, home } from './who.mjs';

export const exchangeRows = {
	'GET /destinations': ['office', '=', destination],
	'POST /destinations': ['office', '=', async (w, me) => {
		await fewDestinations(home(w, me));
		return { body: database(home(w, me)) };
	}],
	'POST /destinations/enrol': ['office', '=', async (w, me) => {
		await fewDestinations(home(w, me));
		return { body: { name: home(w, me).text('Sở '), url: await provinceStub(), code: stubCode() } };
	}],
	'GET /destinations/{destination}': ['office', '-', destination],
	'PUT /destinations/{destination}': ['office', '-', async (w) => {
		const { id, version } = await w.call(201, 'POST', '/destinations', 'office', await aDatabase(w));
		const { kind, ...body } = database(w);
		return { destination: id, body: { ...body, version } };
	}],
	'DELETE /destinations/{destination}': ['office', '-', async (w) => ({
		destination: (await w.call(201, 'POST', '/destinations', 'office', await aDatabase(w))).id })],
	'POST /destinations/{destination}/pause': ['office', '-', destination, (w) => going(w)],
	'POST /destinations/{destination}/resume': ['office', '-', destination],
	'POST /destinations/{destination}/send': ['office', '-', destination],
	'POST /destinations/{destination}/compare': ['office', '-', province],
	'POST /destinations/{destination}/roll': ['office', '-', province],
	'POST /destinations/{destination}/resend-rejected': ['office', '-', destination],
	'GET /destinations/{destination}/records': ['office', '-', destination],
	'POST /destinations/{destination}/records/{record}/resend': ['office', '-', async (w) => ({ ...await destination(w), record: await told(w) })],
	'POST /oneroster/exports': ['office', '22', (w) => ({ body: { year: w.school.year, purpose: w.text('Nộp ') } })],
	'POST /oneroster/imports': ['office', '=', (w, me) => file(smallBundle(home(w, me).mark), `${home(w, me).mark}.zip`)],
	'GET /oneroster/imports/{plan}': ['office', '-', async (w) => ({ plan: (await bundlePlan(w, 1)).plan })],
	'DELETE /oneroster/imports/{plan}': ['office', '-', async (w) => ({ plan: (await bundlePlan(w, 1)).plan })],
	/* These schools are not empty: one that was set up from the file is told again what was made. */
	'POST /oneroster/imports/{plan}/commit': ['office', '-', async (w) => {
		const { plan, hash } = await bundlePlan(w, 2);
		return { plan, body: { hash } };
	}],
};

/* The preview of a bundle that was kept while the school was empty; state 2: it was set up from it. */
async function bundlePlan(w, state) {
	const plan = Buffer.concat([Buffer.from('{"files":[],"makes":null,"messages":[],"moreMessages":0}\n'), smallBundle(w.mark)]);
	const hash = createHash('sha256').update(plan).digest();
	const id = await insert(w.db, 'import_plan', { school_id: w.school.id, kind: 7, target_id: 0, created_by: w.school.office.id,
		created_at_ms: Date.now(), file_name: `${w.mark}.zip`, plan, plan_hash: hash, state });
	return { plan: id, hash: hash.toString('hex') };
}

/* A folder: whatever is carried there arrives. Made once; `going` sets it going again. */
async function destination(w) {
	w.destination ??= (await w.call(201, 'POST', '/destinations', 'office',
		{ kind: 'files', name: w.text('Thư mục '), folder: `thu-muc-${++w.serial}` })).id;
	return { destination: w.destination };
}

/* A province, enrolled with anew and going. */
async function province(w) {
	await fewDestinations(w);
	const made = await w.call(201, 'POST', '/destinations/enrol', 'office', { name: w.text('Sở '), url: await provinceStub(), code: stubCode() });
	await w.call(204, 'POST', `/destinations/${made.id}/resume`, 'office');
	return { destination: made.id };
}

async function going(w) {
	await w.call(204, 'POST', `/destinations/${(await destination(w)).destination}/resume`, 'office');
}

/* A record of the school that was written down for its destinations. */
async function told(w) {
	const { destination: id } = await destination(w);
	const first = async () => (await w.call(200, 'GET', `/destinations/${id}/records`, 'office')).items[0];
	return (await until('a record is told', first)).id;
}

/* A school has at most 20: those that were made for one request go before the next. */
async function fewDestinations(w) {
	const { items } = await w.call(200, 'GET', '/destinations', 'office');
	for (const { id } of items.filter((d) => d.id !== w.destination)) {
		await w.call(204, 'DELETE', `/destinations/${id}`, 'office');
	}
}

const database = (w) => ({ kind: 'mariadb', name: w.text('Kho '), host: '127.0.0.1', port: 9, database: 'kho', user: `u${++w.serial}`, password: w.text() });

async function aDatabase(w) {
	await fewDestinations(w);
	return database(w);
}
