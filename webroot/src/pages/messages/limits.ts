/** What a message may be, as the server has it. */
export const TITLE_MAX = 150;
export const TEXT_MAX = 4000;
