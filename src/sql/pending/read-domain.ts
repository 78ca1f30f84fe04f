import type { AlterDomainStmt } from 'libpg-query';
import type { Change } from '../../model/pending.ts';
import { readConstraint, stringsOf } from './read-constraint.ts';
import type { Source } from './source.ts';

/** ALTER DOMAIN, where it reads the rows that are there. */
export function readDomain(source: Source, { subtype, typeName, def }: AlterDomainStmt): readonly Change[] {
  const parts = stringsOf(typeName);
  const domain = { schema: parts.at(-2), name: parts.at(-1) ?? '' };
  if (subtype === 'O') return [{ kind: 'alter-domain', domain, check: undefined }];
  if (subtype !== 'C' || !def || !('Constraint' in def) || def.Constraint.skip_validation) return [];
  return readConstraint(source, def.Constraint, '').flatMap((each): readonly Change[] => {
    if (each.kind === 'check') return [{ kind: 'alter-domain', domain, check: each.expression }];
    return def.Constraint.contype === 'CONSTR_NOTNULL' ? [{ kind: 'alter-domain', domain, check: undefined }] : [];
  });
}
