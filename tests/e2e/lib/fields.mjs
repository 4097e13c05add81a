/*
 * The fields of the bodies that the routes take, as openapi.json describes them.
 */
import { bodySchema, document } from './openapi.mjs';
import { routes } from './rows.mjs';

const resolved = (schema) => (schema?.$ref ? resolved(document.components.schemas[schema.$ref.split('/').at(-1)]) : schema);
const hasType = (schema, type) => [schema?.type].flat().includes(type);

/* Every place in `schema` that takes a value of that type, as a path with 0 for a list's first. */
export function* places(schema, type, path = []) {
	const s = resolved(schema);
	for (const choice of s.anyOf ?? []) {
		yield* places(choice, type, path);
	}
	if (hasType(s, type) && path.length > 0) {
		yield { path, schema: s, ref: schema.$ref, isHtml: schema.$ref?.endsWith('/Html') || /HTML/.test(s.description ?? '') };
	}
	for (const [name, member] of Object.entries(s.properties ?? {})) {
		yield* places(member, type, [...path, name]);
	}
	if (s.items) {
		yield* places(s.items, type, [...path, 0]);
	}
}

/* `body` with the value at the path; what is missing on the way is made. */
export function withValue(body, path, value) {
	const copy = structuredClone(body);
	let at = copy;
	path.slice(0, -1).forEach((step, i) => {
		const isMissing = at[step] === null || typeof at[step] !== 'object' || Array.isArray(at[step]) !== (path[i + 1] === 0);
		if (isMissing) {
			at[step] = path[i + 1] === 0 ? [] : {};
		}
		at = at[step];
	});
	at[path.at(-1)] = value;
	return copy;
}

export const withJson = routes.filter((r) => bodySchema({ operation: document.paths[r.path][r.method.toLowerCase()] }));
export const schemaOf = (route) => document.paths[route.path][route.method.toLowerCase()].requestBody.content['application/json'].schema;
