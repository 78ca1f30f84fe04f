import { expect, test } from 'vitest';
import { summary } from './find.ts';

const UPSERT = 'insert into t (a) values (1) on conflict (a) do nothing';

test.each([
  ['a regular expression', `String.replace(name, ~r/"/, "")`],
  ['one between bars', `Regex.match?(~r|["'#]|u, name)`],
  ['one in braces', String.raw`Regex.run(~r{"\}}, name)`],
  ['a sigil in parentheses', `IO.puts ~s(said "hi)`],
  ['one in brackets', `x = ~w["a b]a`],
  ['one in angles', `x = ~s<"a>`],
  ['one in quotation marks with one that is escaped', String.raw`x = ~s"a \" b"`],
  ['one in apostrophes', `x = ~S'a " b'`],
  ['one that takes backslashes as they are', String.raw`x = ~S(a\\ " \) ")`],
  ['one of several letters', `x = ~SQL[select "a]`],
  ['a heredoc in a sigil', 'x = ~S"""\na " b """ c\n"""'],
  ['a heredoc of apostrophes', `x = '''\nit's "a\n'''`],
  ['a charlist', `x = 'a "quote'`],
  ['a charlist with one that is escaped', String.raw`x = 'a \'"quote'`],
  ['a character', String.raw`x = [?", ?', ?\", ?#]`],
  ['a function whose name asks', `if valid?(x), do: ok? 'a "'`],
  ['a comment', '# it is "so'],
  ['a template with a string in it', 'x = "#{f("a")} \'"'],
  ['a string that is not closed in its line', 'x = f(")\n'.padEnd(30_000, '# a\n')],
])('a quotation mark in %s does not hide what comes after it', async (_what, text) => {
  const other = `def a, do: 'a'\nq("${UPSERT}", [1])\ndef b, do: "on conflict (b) do nothing"`;
  expect(await summary('a.ex', `${text}\n${other}`)).toEqual(['t (a) nothing', '? (b) nothing']);
});

test('SQL in a string that no line closes is passed over, and what comes after it is found', async () => {
  const text = `x = ~s(\n${'# a\n'.repeat(10_000)}\nq("${UPSERT}")`;
  expect(await summary('a.ex', text)).toEqual(['t (a) nothing']);
});

test.each([
  `~s(${UPSERT.replaceAll(/[()]/g, String.raw`\$&`)})`,
  `~s|${UPSERT}|`,
  `~S[${UPSERT}]`,
  `~SQL[${UPSERT}]`,
  `~s"""\n  ${UPSERT}\n  """`,
  `"""\n  ${UPSERT}\n  """`,
])('SQL is read from %s', async (literal) => {
  expect(await summary('a.ex', `q(${literal})`)).toEqual(['t (a) nothing']);
});

test('a long documentation is one string', async () => {
  const text = `@moduledoc """\n${`it's "so\n`.repeat(5_001)}"""\nq("${UPSERT}")`;
  expect(await summary('a.ex', text)).toEqual(['t (a) nothing']);
});

test('of what is made to be slow the end is reached', { timeout: 120_000 }, async () => {
  for (const part of ['~s(\n', '"#{\n', "~r/a'\n", '"""\n\\"""\n']) {
    expect((await summary('a.ex', `${part.repeat(20_000)}\n`)).length).toBe(0);
  }
});

const OPTIONS = 'on_conflict: :nothing, conflict_target: :email';
const USER = `defmodule Shop.User do
  use TypedEctoSchema
  @schema_prefix "shop"

  typed_schema "accounts" do
  end

  defmodule Address do
    schema("addresses") do
    end
  end

`;

test.each([
  ['the module itself', `  def add(rows), do: Repo.insert_all(__MODULE__, rows, ${OPTIONS})`],
  ['its struct', `  def add(rows), do: Repo.insert(%__MODULE__{email: "a"}, ${OPTIONS})`],
  ['a struct by its whole name', `  def add(rows), do: Repo.insert(%Shop.User{email: "a"}, ${OPTIONS})`],
  [
    'a struct in a pipe',
    `  def add(attrs) do\n    %__MODULE__{}\n    |> cast(attrs, [:email])\n    |> Repo.insert(${OPTIONS})`,
  ],
  [
    'a changeset in a pipe',
    `  def add(attrs) do\n    {:ok, user} = attrs |> User.create_changeset() |> Repo.insert!(${OPTIONS})`,
  ],
  [
    'a changeset over several lines',
    `  def add(attrs) do\n    changeset(%__MODULE__{}, %{\n      email: attrs.email\n    })\n    |> Shop.Repo.insert(${OPTIONS})`,
  ],
  ['a changeset given', `  def add(attrs), do: Repo.insert(User.changeset(%User{}, attrs), ${OPTIONS})`],
  [
    'a variable',
    `  def add(attrs) do\n    changeset =\n      %User{}\n      |> User.changeset(attrs)\n\n    Repo.insert(changeset, ${OPTIONS})`,
  ],
  ['a parameter that is matched', `  def add(%__MODULE__{} = user), do: Repo.insert(user, ${OPTIONS})`],
])('Ecto: the schema is that of %s', async (_what, text) => {
  expect(await summary('a.ex', `${USER}${text}\n  end\nend`)).toEqual(['shop.accounts (email) nothing']);
});

test.each([
  ['a variable that is given twice', '  u = %User{}\n  u = %Address{}\n  Repo.insert(u, '],
  ['any changeset', '  def add(changeset), do: Repo.insert(changeset, '],
  ['a pipe of two structs', '  %User{} |> put_assoc(:address, %Address{}) |> Repo.insert('],
  ['a prefix that is given while it runs', '  Repo.insert(%User{}, prefix: tenant, '],
])('Ecto: the schema of %s is not guessed', async (_what, text) => {
  expect(await summary('a.ex', `${USER}${text}${OPTIONS})`)).toEqual(['? (email) nothing']);
});

test('Ecto: a table is named beside its schema, and a module that has ended is not the one around', async () => {
  expect(await summary('a.ex', `Repo.insert_all({"t", User}, rows, ${OPTIONS})`)).toEqual(['t (email) nothing']);
  expect(await summary('a.ex', `Repo.insert_all("t", rows, prefix: "p", ${OPTIONS})`)).toEqual(['p.t (email) nothing']);
});
