import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const PRISMA = `
model Conversation {
  id     String @id
  email  String @unique @map("email_address")
  userId String @map("user_id")
  wabaId String
  @@unique([userId, wabaId])
  @@unique([wabaId, id], name: "byWaba")
  @@map("conversations")
}
`;

test.each([
  ['a unique key of several columns', 'userId_wabaId: { userId, wabaId }', '(user_id, "wabaId")'],
  ['a column with another name', 'email', '(email_address)'],
  ['a key with a name', 'byWaba: { wabaId, id }', '("wabaId", id)'],
  ['a key that the schema does not have', 'nope: 1', '?'],
])("Prisma's upsert by %s", async (_name, where, target) => {
  const text = `prisma.conversation.upsert({ where: { ${where} }, create: { userId }, update: {} })`;
  expect(await summary('a.ts', text, ['schema.prisma', PRISMA])).toEqual([`conversations ${target} update`]);
});

test('where no schema.prisma is among the files, the table is looked for under the name that the model has', async () => {
  const [upsert] = await find('a.ts', 'prisma.groupMember.upsert({ where: { id }, create: {}, update: {} })');
  expect(upsert).toMatchObject({
    table: { kind: 'named', names: ['groupMember', 'GroupMember'] },
    target: { kind: 'dynamic', reason: expect.stringMatching(/no schema\.prisma .* name its folder too/) },
  });
});

test("Prisma's findFirst and create of one model in one function is a check-then-insert", async () => {
  const text = `async function f() {
    const found = await prisma.conversation.findFirst({ where: { userId, wabaId, status: { in: ['OPEN'] } } });
    if (found) return found;
    return prisma.conversation.create({ data: { userId, wabaId } });
  }`;
  const [upsert] = await find('a.ts', text, ['schema.prisma', PRISMA]);
  expect(upsert).toMatchObject({
    kind: 'check-then-insert',
    key: ['user_id', 'wabaId'],
    filtered: true,
    place: { line: 2 },
  });
});

test('braces in comments and defaults of schema.prisma do not end a model', async () => {
  const schema = `
model Prompt {
  id     String @id
  /// Holds \`{ a, b }\` for each item, e.g. { "a": 1 }
  config Json   @default("{}") // { }
  name   String @unique @map("prompt_name")

  @@map("prompts")
}

model Other { id String @id }
`;
  const text = 'prisma.prompt.upsert({ where: { name }, create: { name }, update: {} })';
  expect(await summary('a.ts', text, ['schema.prisma', schema])).toEqual(['prompts (prompt_name) update']);
});

test('what Prisma is to look at beside the unique key is no part of the target', async () => {
  const text = 'prisma.conversation.upsert({ where: { userId, email }, create: { userId }, update: {} })';
  expect(await summary('a.ts', text, ['schema.prisma', PRISMA])).toEqual(['conversations (email_address) update']);
});

const lookUp = (options: string): string => `async function f() {
  const found = await prisma.conversation.findFirst({ ${options} });
  return found ?? prisma.conversation.create({ data: { userId, wabaId } });
}`;

test.each([
  ['a constant', 'userId, wabaId: null', ['user_id'], true],
  ['true or false', 'userId, open: true', ['user_id'], true],
  ['a number', 'userId, version: 1', ['user_id'], true],
  ['text alone', "userId, wabaId: 'all'", ['user_id'], true],
  ['a text with a variable in it', `userId, wabaId: \`waba-\${id}\``, ['user_id', 'wabaId'], false],
])('of a lookup by key and %s, what is given by a variable is the key', async (_what, where, key, filtered) => {
  const [upsert] = await find('a.ts', lookUp(`where: { ${where} }`), ['schema.prisma', PRISMA]);
  expect(upsert).toMatchObject({ kind: 'check-then-insert', key, filtered });
});

test.each([
  ['through another table', 'where: { userId, tags: { some: { name } } }'],
  ['through a row it belongs to', 'where: { userId, account: { name } }'],
  ['by its id', `where: { id: \`conversation-\${x}\`, userId }`],
  ['for the next number', "where: { userId }, orderBy: { position: 'desc' }"],
  ['for the next number, by several', "where: { userId }, orderBy: [{ version: 'desc' }]"],
])('a row that is looked for %s is not one that was to be unique', async (_what, options) => {
  expect(await find('a.ts', lookUp(options), ['schema.prisma', PRISMA])).toEqual([]);
});

test('the latest row of a key is looked for by that key', async () => {
  const text = lookUp("where: { userId }, orderBy: { createdAt: 'desc' }");
  expect(await summary('a.ts', text, ['schema.prisma', PRISMA])).toEqual(['conversations check-then-insert (user_id)']);
});
