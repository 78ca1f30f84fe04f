import { expect, test } from 'vitest';
import { summary } from './find.ts';

test.each([
  [
    'activerecord-import',
    'a.rb',
    "User.import rows, on_duplicate_key_update: { conflict_target: [:email], index_predicate: 'gone_at IS NULL', columns: [:name] }",
    'users (email) where gone_at IS NULL update name',
  ],
  [
    "activerecord-import's list",
    'a.rb',
    'User.import(rows, on_duplicate_key_update: [:name])',
    'users primary-key update name',
  ],
  [
    'activerecord-import, ignoring',
    'a.rb',
    'User.bulk_import!(rows, on_duplicate_key_ignore: true)',
    'users none nothing',
  ],
  [
    'Rails in the class itself',
    'a.rb',
    'module SolidQueue\n  class Job < Record\n    def self.f = upsert_all(rows, unique_by: :key)\n  end\nend',
    'solid_queue_jobs index key update ?',
  ],
  [
    'Rails on self',
    'a.rb',
    'class Job < Record\n  class << self\n    def f\n      self.insert_all rows\n    end\n  end\nend',
    'jobs none nothing',
  ],
  [
    'Rails, one row in the class itself',
    'a.rb',
    'class Job < Record\n  def self.f(row) = insert(row, unique_by: %i[a b])\nend',
    'jobs index a, b nothing',
  ],
  ['Rails in a concern', 'a.rb', 'module Stored\n  def f = insert_all(rows)\nend', '? none nothing'],
  ['Rails, one row', 'a.rb', 'User.insert({ email: e }, unique_by: :email)', 'users index email nothing'],
  [
    'activerecord-import, ignoring by a target',
    'a.rb',
    'User.import(rows, on_duplicate_key_ignore: { conflict_target: [:email] })',
    'users (email) nothing',
  ],
])('%s is read', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['a list of Ruby', 'a.rb', "LIST.insert(0, 'x')"],
  ['a method of its own', 'a.rb', 'class Tree\n  def f = insert(node)\n  def g = self.nodes.insert(node)\nend'],
  ['an import of Ruby', 'a.rb', 'Csv.import(rows, on_duplicate_key_ignore: false)'],
  ['a set of Ruby', 'a.rb', 'names.insert(x)'],
])('%s is not of Rails', async (_name, file, text) => {
  expect(await summary(file, text)).toEqual([]);
});
