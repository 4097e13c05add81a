/*
 * What most tests begin with: a server, a school, another one, and people signed in.
 */
import { Server } from './server.mjs';
import { connectDb, makeSchool, signIn } from './people.mjs';

const PEOPLE = {
	office: (school) => school.office,
	teacher: (school) => school.teacher,
	colleague: (school) => school.otherTeacher,
	parent: (school) => school.parent,
	strangeOffice: (school, other) => other.office,
	strangeTeacher: (school, other) => other.teacher,
};

/** { server, db, school, other } and those of PEOPLE who are asked for, signed in. */
export async function startSchools(who, settings) {
	const all = { server: await Server.start(settings) };
	try {
		all.db = await connectDb(all.server);
		all.school = await makeSchool(all.db, 'ALPHA');
		all.other = await makeSchool(all.db, 'BETA');
		for (const name of who) {
			all[name] = await signIn(all.server, PEOPLE[name](all.school, all.other));
		}
	} catch (error) {
		await stopSchools(all);
		throw error;
	}
	return all;
}

export async function stopSchools({ server, db }) {
	await db?.end();
	await server?.stop();
}
