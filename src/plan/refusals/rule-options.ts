import type { Finding } from '../../model/finding.ts';

/** What a rule in a migration can say, and no flag: as the fixes of refusals write it. */
const OPTIONS = /\b(?:references|keep): \[|\b(?:losers|merge): \{|\bonCollision: /;

/** Of a rule that flags gave: a fix that is an option of a rule says where that is written. `command` makes such a rule. */
export function placeOptions(refusals: readonly Finding[], command: string): readonly Finding[] {
  return refusals.map((refusal) =>
    refusal.fix !== undefined && OPTIONS.test(refusal.fix)
      ? {
          ...refusal,
          fix: `${refusal.fix} No flag says this: it is an option of the rule in a migration: \`${command}\`.`,
        }
      : refusal,
  );
}
