/* Numbers by a seed (mulberry32), so that a run can be tried again with the same plan. */
export class Random {
	constructor(seed) {
		this.state = seed >>> 0;
	}

	/** 0 <= x < 1 */
	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	/** least <= n <= most */
	between(least, most) {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	/** True so often. */
	chance(share) {
		return this.next() < share;
	}

	pick(list) {
		return list[this.between(0, list.length - 1)];
	}

	shuffle(list) {
		for (let i = list.length - 1; i > 0; i--) {
			const j = this.between(0, i);
			[list[i], list[j]] = [list[j], list[i]];
		}
		return list;
	}

	/** Waits as between independent acts, `mean` on average. */
	wait(mean) {
		return -Math.log(1 - this.next()) * mean;
	}
}
