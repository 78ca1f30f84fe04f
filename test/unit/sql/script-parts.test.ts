import { describe, expect, test } from 'vitest';
import { readParts } from '../../../src/sql/script-file/read-parts.ts';
import { errorOf } from '../config/errors.ts';

const statements = (part: string | undefined): string | undefined =>
  part
    ?.replaceAll(/^\s*--.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

describe('a file of another tool: the up part is run, the down part is the undo, lines keep their numbers', () => {
  test.each<[string, string, boolean]>([
    ['dbmate', '-- migrate:up\nmake 1;\n\n-- migrate:down\ndrop 1;\n', true],
    ['dbmate, on Windows', '-- title\r\n-- migrate:up\r\nmake 1;\r\n-- migrate:down\r\ndrop 1;\r\n', true],
    ['dbmate without a transaction', '-- migrate:up transaction:false\nmake 1;\n-- migrate:down\ndrop 1;', false],
    [
      'goose',
      '-- +goose Up\n-- +goose StatementBegin\nmake 1;\n-- +goose StatementEnd\n\n-- +goose Down\ndrop 1;',
      true,
    ],
    ['goose in other letters', '--+goose up\nmake 1;\n  -- +GOOSE DOWN\ndrop 1;', true],
    ['goose without a transaction', '-- +goose NO TRANSACTION\n-- +goose Up\nmake 1;\n-- +goose Down\ndrop 1;', false],
    ['sql-migrate', '-- +migrate Up\nmake 1;\n-- +migrate Down\ndrop 1;', true],
    ['sql-migrate without a transaction', '-- +migrate Up notransaction\nmake 1;\n-- +migrate Down\ndrop 1;', false],
    ['the undo first', '-- +migrate Down\ndrop 1;\n-- +migrate Up\nmake 1;', true],
    ['node-pg-migrate', '-- Up Migration\nmake 1;\n-- Down Migration\ndrop 1;', true],
    ['node-pg-migrate without its first line', 'make 1;\n--- Down Migration ---\ndrop 1;', true],
    ['tern', 'make 1;\n---- create above / drop below ----\ndrop 1;', true],
    ['rambler', '-- rambler up\nmake 1;\n-- rambler down\ndrop 1;', true],
    ['shmig', '-- ==== UP ====\nmake 1;\n-- ==== DOWN ====\ndrop 1;', true],
    ['Play', '# --- !Ups\nmake 1;\n# --- !Downs\ndrop 1;', true],
    ['MyBatis', '-- // title\nmake 1;\n-- //@UNDO\ndrop 1;', true],
    ['a string without its end in the undo', "-- +goose Up\nmake 1;\n-- +goose Down\ndrop 1;\n-- it's\n", true],
  ])('%s', async (_, text, transaction) => {
    const { up, down, way, downWay } = await readParts(text);
    expect([statements(up), statements(down)?.slice(0, 7)]).toEqual(['make 1;', 'drop 1;']);
    expect([way, downWay]).toEqual([{ transaction }, { transaction }]);
    const lineOf = (part: string | undefined, word: string) =>
      part?.split('\n').findIndex((line) => line.startsWith(word));
    expect([lineOf(up, 'make'), lineOf(down, 'drop')]).toEqual([lineOf(text, 'make'), lineOf(text, 'drop')]);
  });

  test('without a down part there is no undo', async () => {
    expect(await readParts('-- migrate:up\nselect 1;')).toEqual({
      up: '\nselect 1;',
      down: undefined,
      way: { transaction: true },
      downWay: { transaction: true },
    });
  });
});

test.each([
  [
    'a comment of the same words in a function',
    'create function f() returns int language sql as $$\n-- down\nselect 1 $$;',
  ],
  ['in a string', "select 'é', '\n-- migrate:down\n';"],
  ['in a comment of lines', '/*\n-- +goose Down\n*/ select 1;'],
  ['a sentence with such a word', '-- roll back with care\n-- down the road\n-- undo is in the other file\nselect 1;'],
  ['a word that begins like it', '-- migrate:upper\nselect 1; -- down'],
])('%s is no marker', async (_, text) => {
  const way = { transaction: true };
  expect(await readParts(text)).toEqual({ up: text, down: undefined, way, downWay: way });
});

test.each(['-- no-transaction', '-- atlas:txmode none', '-- flyway:executeInTransaction=false', '--! no-transaction'])(
  '%s asks for no transaction',
  async (line) => {
    expect(await readParts(`${line}\nselect 1;`)).toMatchObject({
      up: `${line}\nselect 1;`,
      way: { transaction: false },
    });
  },
);

describe('where it cannot be said what is to be run, it is refused by line and name', () => {
  test.each([
    ['Liquibase', '--liquibase formatted sql\n--changeset a:1\nselect 1;\n--rollback drop table t;', 1, /Liquibase/],
    ['Atlas', '-- atlas:txtar\n\n-- migration.sql --\nselect 1;\n-- down.sql --\nselect 2;', 1, /Atlas/],
    ['an included file', '--! include functions/f.sql', 1, /graphile-migrate/],
    ['variables', '-- +goose Up\n-- +goose ENVSUB ON\nselect 1;', 2, /ENVSUB/],
    [
      'two up parts',
      '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n-- migrate:up\nselect 3;',
      5,
      /second part/,
    ],
    ['two undos', '-- rambler up\nselect 1;\n-- rambler down\nselect 2;\n-- rambler down\nselect 3;', 5, /second part/],
    ['an undo without an up part', 'select 1;\n-- +goose Down\nselect 2;', 2, /there is no up part/],
    ['SQL above the marker', '-- title\nselect 1;\n-- migrate:up\nselect 2;', 2, /stands before the first marker/],
    ['a marker of no tool', 'create table t ();\n\n-- DOWN --\ndrop table t;', 3, /`-- DOWN --`, reads as if/],
    ['another', 'create table t ();\n--- Rollback migration:\ndrop table t;', 2, /`--- Rollback migration:`, reads/],
    ['and another', 'create table t ();\n-- @undo\r\ndrop table t;', 2, /`-- @undo`, reads/],
  ])('%s', async (_, text, line, message) => {
    const error = await errorOf(() => readParts(text));
    expect(error).toMatchObject({ code: 'MSGDB_MIGRATION_INVALID', data: { line } });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`Line ${line}`);
  });
});
