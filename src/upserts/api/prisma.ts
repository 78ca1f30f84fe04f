import { SPREAD } from '../syntax/read-record.ts';
import { entryOf, type Value } from '../syntax/value.ts';
import { type ApiReader, columnsOf, proposed, TARGET_AT_RUN_TIME } from './api-upsert.ts';

/** Prisma: `prisma.conversation.upsert({ where: { userId_wabaId: { … } }, create, update })`. */
export const readPrisma: ApiReader = (call) => {
  const [options] = call.arguments;
  const where = entryOf(options, 'where');
  const model = call.receiver?.kind === 'member' ? call.receiver.name : undefined;
  if (!where || !entryOf(options, 'create') || model === undefined) return undefined;
  const names = where.kind === 'record' ? where.entries.map(({ key }) => key) : [];
  const update = entryOf(options, 'update');
  return {
    kind: 'on-conflict',
    via: 'prisma',
    table: { kind: 'model', framework: 'prisma', name: model },
    target: names.length === 0 || names.includes(SPREAD) ? TARGET_AT_RUN_TIME : { kind: 'prisma-unique', names },
    action: { kind: 'update', assigned: isEmpty(update) ? [] : proposed(columnsOf(update)) },
    // Defaults of the schema (@default(cuid())) are put in by the client.
    inserted: undefined,
  };
};

function isEmpty(value: Value | undefined): boolean {
  return value?.kind === 'record' && value.entries.length === 0;
}
