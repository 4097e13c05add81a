/** Letters without their marks: a search finds "Trần" by "tran". */
export const folded = (text: string): string =>
	text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\u0111/g, 'd');
