/** PostgreSQL's parser goes as deep as the parentheses of a text; one of this length is no program's either. */
export const LONGEST_PARSED = 4_000;
