import type { Node } from 'libpg-query';
import type { ObjectAct } from '../../../model/object-change.ts';
import { nameOf, stringsOf } from '../read-constraint.ts';
import { made, makeNamed, NO_USES, requireObject } from './make-acts.ts';
import { qualified, usesOf } from './read-uses.ts';

/** A statement that makes a function, a trigger or a policy. */
export function readMadeCode(tree: Node): readonly ObjectAct[] | undefined {
  if ('CreateFunctionStmt' in tree) {
    const { funcname, parameters, returnType, replace } = tree.CreateFunctionStmt;
    const uses = { ...NO_USES, types: usesOf([parameters, { returnType }]).types };
    return makeNamed('function', funcname, uses).map((act) =>
      act.do === 'make' ? { ...act, replace: replace === true } : act,
    );
  }
  if ('CreateTrigStmt' in tree) {
    const { trigname = '', relation, funcname, columns, whenClause, replace, transitionRels } = tree.CreateTrigStmt;
    const table = nameOf(relation ?? {});
    const named = whenClause ? usesOf(whenClause).columns : [];
    const functions = qualified(funcname);
    return [
      requireObject(['table', 'view'], table),
      ...functions.map((name) => requireObject(['function'], name)),
      made(
        { kind: 'trigger', name: { schema: undefined, name: trigname }, table },
        {
          replace: replace === true,
          uses: {
            ...NO_USES,
            functions,
            columns: transitionRels || named === 'all' ? stringsOf(columns) : [...stringsOf(columns), ...named],
          },
        },
      ),
    ];
  }
  if ('CreatePolicyStmt' in tree) {
    const { policy_name = '', table: relation, qual, with_check } = tree.CreatePolicyStmt;
    const table = nameOf(relation ?? {});
    const uses = usesOf([qual, with_check]);
    return [
      requireObject(['table'], table),
      made({ kind: 'policy', name: { schema: undefined, name: policy_name }, table }, { uses }),
    ];
  }
  return undefined;
}
