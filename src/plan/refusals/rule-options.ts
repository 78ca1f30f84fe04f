import type { Finding } from '../../model/finding.ts';

/** What a rule in a migration can say, and no flag: as the fixes of refusals write it. */
const OPTIONS = /\b(?:references|keep): \[|\b(?:losers|merge): \{|\bonCollision: /;

/** Options of a rule, as fixes write them, that a flag has too. */
const FLAGS: readonly (readonly [option: RegExp, flag: (...found: readonly string[]) => string])[] = [
  [
    /merge: \{ ([\p{L}\p{N}_$]+): ((?:'[\w-]+'(?: or )?)+) \}(, or an aggregate: \{ expression: '…' \})?/gu,
    (_, column, ways = '', aggregate) =>
      [
        ...[...ways.matchAll(/[\w-]+(?=')/g)].map(([way]) => `--merge ${column}=${way}`),
        ...(aggregate ? [`an aggregate, --merge "${column}=…(${column})"`] : []),
      ].join(' or '),
  ],
  [/keep: \['([^']*)'\]/g, (_, term) => `--keep "${term}"`],
  [/keep: \[\{ most: '(\w+)' \}\]/g, (_, what) => `--keep "most ${what}"`],
];

/**
 * Fixes for a rule that flags gave: an option is written as the flag that says the same; where no flag does, the fix says
 * where it is written. `command` makes a migration of such a rule.
 */
export function placeOptions(refusals: readonly Finding[], command: string): readonly Finding[] {
  return refusals.map((refusal) =>
    refusal.fix === undefined ? refusal : { ...refusal, fix: place(refusal.fix, command) },
  );
}

/** Fixes for a rule of a pending statement: where its options are written. */
export function placeInConfig(refusals: readonly Finding[], name: string): readonly Finding[] {
  return refusals.map((refusal) =>
    OPTIONS.test(refusal.fix)
      ? { ...refusal, fix: `${refusal.fix} It is written in msgdb.config: rules: { ${JSON.stringify(name)}: { … } }.` }
      : refusal,
  );
}

function place(fix: string, command: string): string {
  const flagged = FLAGS.reduce((text, [option, flag]) => text.replace(option, flag), fix);
  if (!OPTIONS.test(flagged)) return flagged;
  return `${flagged} This is an option of a rule in a migration, not a flag: \`${command}\` writes one.`;
}
