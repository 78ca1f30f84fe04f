import { expect, test } from 'vitest';
import { summary } from './find.ts';

const GORM = (ignores: string): string =>
  `package a\nfunc f(user *User) { db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "a"}}, DoNothing: ${ignores}, DoUpdates: clause.AssignmentColumns([]string{"b"})}).Create(user) }`;
const SEQUELIZE = (value: string): string =>
  `const T = sequelize.define('T', {}, { tableName: 't' }); T.upsert({ a }, { conflictFields: ['a'], conflictWhere: { b: ${value} } })`;

test.each([
  ['a.go', GORM('true'), 'users (a) nothing'],
  ['a.go', GORM('!true'), 'users (a) update ?'],
  ['a.ts', SEQUELIZE('1'), 't (a) where ( b = 1 ) update a'],
  ['a.ts', SEQUELIZE('-1'), 't (a) where ( b = -1 ) update a'],
  ['a.ts', SEQUELIZE('!true'), 't ? update a'],
  ['a.ts', SEQUELIZE('-n'), 't ? update a'],
])('a sign before a value is part of what it says: %s %s', async (file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['a.go', `package a\nfunc f() { db.Clauses(*(&clause.OnConflict{DoNothing: true})).Create(&User{}) }`],
  ['a.rs', `fn f() { q(&"insert into users (a) values (1) on conflict do nothing") }`],
])('what points to a value is the value: %s', async (file, text) => {
  expect(await summary(file, text)).toEqual(['users none nothing']);
});
