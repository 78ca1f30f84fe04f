import { countUpTo } from '../count-up-to.ts';
import { locks } from '../pair-checks.ts';
import { functionAround } from '../syntax/bindings.ts';
import type { Node } from '../syntax/grammars.ts';
import { calleeName } from '../syntax/read-call.ts';
import { SPREAD } from '../syntax/read-record.ts';
import { type CallValue, entryOf, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { Framework } from '../upsert.ts';
import { type ApiFile, type ApiUpsert, chainOf } from './api-upsert.ts';

interface Lookup {
  readonly framework: Framework;
  readonly model: string;
  readonly key: readonly string[];
  readonly filtered: boolean;
}

const FINDERS = new Set(['findFirst', 'findUnique', 'first', 'one_or_none', 'scalar_one_or_none']);

/** A lookup, and the call that makes it. */
export interface FoundLookup {
  readonly upsert: ApiUpsert;
  readonly call: CallValue;
}

/** Lookups by key through Prisma or SQLAlchemy that the same function follows with a create of the same model. */
export function* readLookups({ text, reader }: ApiFile): Generator<FoundLookup> {
  const calls = reader.calls();
  const finders = calls.filter((node) => FINDERS.has(calleeName(node)));
  if (finders.length === 0) return;
  const creates = createsIn(calls, text);
  const lockedScopes = new Map<number, boolean>();
  for (const node of finders) {
    const scope = functionAround(node);
    const call = scope && reader.read(node);
    if (!scope || call?.kind !== 'call') continue;
    const lookup = prismaLookup(call, text) ?? sqlalchemyLookup(call);
    if (!lookup || lookup.key.length === 0) continue;
    const { framework, model, key, filtered } = lookup;
    const created = creates.get(`${framework}:${model}`) ?? [];
    const next = created[countUpTo(created, node.endIndex)];
    if (next === undefined || next >= scope.end) continue;
    const locked = lockedScopes.get(scope.start) ?? locks(text.slice(scope.start, scope.end));
    lockedScopes.set(scope.start, locked);
    if (locked) continue;
    const table = { kind: 'model' as const, framework, name: model };
    yield { upsert: { kind: 'check-then-insert', via: framework, table, key, filtered }, call };
  }
}

/**
 * Where each model is created, in order: by `prisma.conversation.create(…)`, or by `Conversation(…)`, which is then added
 * to the session.
 */
function createsIn(calls: readonly Node[], text: string): ReadonlyMap<string, readonly number[]> {
  const creates = new Map<string, number[]>();
  const add = (model: string, at: number): void => {
    const known = creates.get(model);
    if (known) known.push(at);
    else creates.set(model, [at]);
  };
  for (const node of calls) {
    const name = calleeName(node);
    add(`sqlalchemy:${name}`, node.startIndex);
    if (name !== 'create') continue;
    const beginning = text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + 300));
    for (const [, model] of beginning.matchAll(/\.(\w+)\s*\.\s*create\b/g)) add(`prisma:${model}`, node.startIndex);
  }
  return creates;
}

/** `prisma.conversation.findFirst({ where: { connectionId, psid, status: { in: … } } })` */
function prismaLookup(call: CallValue, text: string): Lookup | undefined {
  const where = entryOf(call.arguments[0], 'where');
  if (!call.name.startsWith('find') || where?.kind !== 'record' || call.receiver?.kind !== 'member') return undefined;
  const names = where.entries.map(({ key }) => key);
  if (names.includes(SPREAD) || names.includes('id') || where.entries.some(({ value }) => isOfAnotherTable(value))) {
    return undefined;
  }
  if (isNumbering(entryOf(call.arguments[0], 'orderBy'))) return undefined;
  // A literal or a condition chooses among the rows of a key; what comes from a variable is the key.
  const key = where.entries.filter(({ value }) => !isCondition(value, text)).map((each) => each.key);
  return { framework: 'prisma', model: call.receiver.name, key, filtered: key.length < where.entries.length };
}

const LITERAL = /(?:null|undefined|true|false|[-+]?\d[\w.]*)\s*[,}]/y;

function isCondition(value: Value, text: string): boolean {
  LITERAL.lastIndex = value.at;
  return value.kind === 'record' || (value.kind === 'text' && textOf(value) !== undefined) || LITERAL.test(text);
}

const OPERATORS =
  /^(?:equals|not|in|notIn|lte?|gte?|mode|contains|startsWith|endsWith|search|has|hasSome|hasEvery|isEmpty|isSet|path|(?:array|string)_\w+)$/;

/** `{ some: … }`, or a column of the row that is referred to: which row it is, another table says. */
function isOfAnotherTable(value: Value): boolean {
  return value.kind === 'record' && value.entries.some(({ key }) => !OPERATORS.test(key));
}

/** `orderBy: { position: 'desc' }`: the last row is looked for to give the next one its number. */
function isNumbering(orderBy: Value | undefined): boolean {
  const [first] = orderBy?.kind === 'list' ? orderBy.items : [orderBy];
  const [by] = first?.kind === 'record' ? first.entries : [];
  return by !== undefined && !/(?:at|date|time|stamp|id|_on)$|[a-z](?:At|On)$/.test(by.key);
}

/** `Model.query.filter_by(a=…, b=…).first()`, `session.query(Model).filter_by(…).one_or_none()` */
function sqlalchemyLookup(call: CallValue): Lookup | undefined {
  const chain = chainOf(call.receiver);
  const filter = chain.find(({ name }) => name === 'filter_by');
  const model = queried(filter?.receiver);
  if (!filter || model === undefined) return undefined;
  return {
    framework: 'sqlalchemy',
    model,
    key: [...filter.named.keys()],
    filtered: chain.some(({ name }) => name === 'filter'),
  };
}

function queried(value: Value | undefined): string | undefined {
  if (value?.kind === 'member' && value.name === 'query') return nameIn(value.object);
  return value?.kind === 'call' && value.name === 'query' ? nameIn(value.arguments[0]) : undefined;
}
