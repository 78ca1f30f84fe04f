import { textOf } from '../syntax/value.ts';
import { type ApiReader, chainOf, NAMED_AT_RUN_TIME, TARGET_AT_RUN_TIME } from './api-upsert.ts';
import { goTypeOf } from './go-types.ts';

/** Bun: `db.NewInsert().Model(&u).On("CONFLICT (email) DO UPDATE")`; go-pg: `db.Model(&u).OnConflict("(email) DO NOTHING")`. */
export const readBun: ApiReader = (call, file) => {
  const chain = chainOf(call.receiver);
  const model = chain.find(({ name }) => name === 'Model');
  const [clause] = call.arguments;
  if (!model || clause?.kind === 'record') return undefined;
  const text = textOf(clause);
  const target = call.name === 'On' ? /^\s*CONFLICT\b(.*)$/is.exec(text ?? '')?.[1] : text;
  if (call.name === 'On' && text !== undefined && target === undefined) return undefined;
  const type = goTypeOf(model.arguments[0], file);
  return {
    kind: 'on-conflict',
    via: call.name === 'On' ? 'bun' : 'go-pg',
    table: type === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'bun', name: type },
    target: target === undefined ? TARGET_AT_RUN_TIME : { kind: 'written', sql: target },
    action: /\bdo\s+nothing\b/i.test(target ?? '') ? { kind: 'nothing' } : { kind: 'update', assigned: undefined },
    inserted: undefined,
  };
};
