// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { findUpserts } from '../../../src/upserts/find-upserts.ts';
import { makeProject } from '../../support/cli.ts';
import { find, summary, summaryOf } from './find.ts';

const mapper = (body: string): string => `<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE mapper PUBLIC "-//mybatis.org//DTD Mapper 3.0//EN" "http://mybatis.org/dtd/mybatis-3-mapper.dtd">
<mapper namespace="shop.AccountMapper">
${body}
</mapper>
`;

test.each([
  [
    'plain',
    '<insert id="a">insert into t (a, b) values (#{a}, #{b,jdbcType=VARCHAR}) on conflict (a) do nothing</insert>',
  ],
  [
    'CDATA',
    '<insert id="a"><![CDATA[ insert into t (a) select a from u where a < 1 on conflict (a) do nothing ]]></insert>',
  ],
  [
    'entities',
    '<insert id="a">insert into t (a) select a from u where a &lt; #{x} on conflict (a) do nothing</insert>',
  ],
  [
    'a comment',
    '<insert id="a">insert into t (a) values (1) <!-- on conflict (z) do nothing --> on conflict (a) do nothing</insert>',
  ],
  ['<update>', '<update id="a">insert into t (a) values (#{a}) on conflict (a) do nothing</update>'],
  [
    'a key that is selected before',
    '<insert id="a"><selectKey keyProperty="id" order="BEFORE">select nextval(\'s\')</selectKey>insert into t (a) values (#{id}) on conflict (a) do nothing</insert>',
  ],
  [
    'rows',
    '<insert id="a">insert into t (a) values <foreach collection="rows" item="r" separator=",">(#{r.a}, #{r.b})</foreach> on conflict (a) do nothing</insert>',
  ],
  [
    'columns that are there or not',
    '<insert id="a">insert into t <trim prefix="(" suffix=")" suffixOverrides=","><if test="a != null">a,</if><if test="b != null">b,</if></trim> <trim prefix="values (" suffix=")" suffixOverrides=","><if test="a != null">#{a},</if><if test="b != null">#{b},</if></trim> on conflict (a) do nothing</insert>',
  ],
  [
    'a fragment',
    '<sql id="tail">on conflict (${key}) do nothing</sql><insert id="a">insert into t (a) values (1) <include refid="tail"><property name="key" value="a"/></include></insert>',
  ],
  [
    'a table that is a fragment',
    '<insert id="a">insert into <include refid="table"/> (a) values (1) on conflict (a) do nothing</insert><sql id="table">t</sql>',
  ],
])('MyBatis: %s', async (_, body) => {
  expect(await summary('AccountMapper.xml', mapper(body))).toEqual(['t (a) nothing']);
});

test.each([
  [
    'on conflict <choose><when test="x != null">(a)</when><when test="y">(b) where c</when><otherwise>(d)</otherwise></choose> do nothing',
    ['t (a) nothing', 't (b) where c nothing', 't (d) nothing'],
  ],
  [
    '<if test="mode == \'a\'">on conflict (a) do nothing</if><if test="mode == \'b\'">on conflict (b) do nothing</if>',
    ['t (a) nothing', 't (b) nothing'],
  ],
  ['on conflict (a<if test="b != null">, b</if>) do nothing', ['t (a, b) nothing', 't (a) nothing']],
  [
    'on conflict (a) <if test="live">where b is null</if> do nothing',
    ['t (a) where b is null nothing', 't (a) nothing'],
  ],
  ['on conflict <if test="a">(a)</if><if test="a == null">(b)</if> do nothing', ['t (a) nothing', 't (b) nothing']],
  ['on conflict <if test="a == true">(a)</if><if test="!a">(b)</if> do nothing', ['t (a) nothing', 't (b) nothing']],
  [
    'on conflict <if test="a != null">(a)</if><if test="a == null">(b)</if> do nothing',
    ['t (a) nothing', 't (b) nothing'],
  ],
  [
    '<if test="again">on conflict (a) do update <set><if test="b != null">b = excluded.b,</if></set></if>',
    ['t (a) update b'],
  ],
  ['on conflict (${key}) do nothing', ['t ? nothing']],
])('each way through %s is an upsert of its own', async (clause, expected) => {
  const body = `<insert id="a">insert into t (a, b) values (#{a}, #{b}) ${clause}</insert>`;
  expect(await summary('AccountMapper.xml', mapper(body))).toEqual(expected);
});

test('what conditions make is not read as one statement; what is written out is', async () => {
  const whole = async (body: string) => {
    const [upsert] = await find('AccountMapper.xml', mapper(`<insert id="a">${body}</insert>`));
    return upsert?.kind === 'on-conflict' && upsert.whole !== undefined;
  };
  expect(await whole('insert into t (a) values (#{a}) on conflict (a) do nothing')).toBe(true);
  expect(await whole('insert into t (a<if test="b">, b</if>) values (#{a}) on conflict (a) do nothing')).toBe(false);
  expect(
    await whole(
      'insert into t values (<foreach collection="l" separator=",">#{i}</foreach>) on conflict (a) do nothing',
    ),
  ).toBe(false);
});

test('an upsert in a mapper has its own line, and a comment takes it out', async () => {
  const body =
    '<!-- msgdb-ignore: made at night -->\n<insert id="a">insert into t (a)\n  values (#{a}) on conflict (a) do nothing</insert>';
  const [upsert] = await find('AccountMapper.xml', mapper(body).replaceAll('\n', '\r\n'));
  expect(upsert).toMatchObject({ place: { line: 6, column: 17 }, ignored: 'made at night' });
});

test('mappers in a project are read, other XML with the words is named', async () => {
  const insert = 'insert into t (a) values (1) on conflict (a) do nothing';
  const root = await makeProject({
    'a/AccountMapper.xml': mapper(`<insert id="a">${insert}</insert>`),
    'a/beans.xml': `<beans><property name="sql" value="${insert}"/></beans>`,
    'a/pom.xml': '<project/>',
  });
  const found = await findUpserts({ root, paths: ['.'], signal: new AbortController().signal });
  expect(found.upserts.map(summaryOf)).toEqual(['t (a) nothing']);
  expect(found.files).toBe(1);
  expect(found.skipped).toEqual([
    { file: 'a/beans.xml', reason: 'it has ON CONFLICT, and of .xml files only mappers of MyBatis are read' },
  ]);
});

test.each([
  ['tags that are not closed', '<if test="a">'.repeat(50_000)],
  ['comments that are not closed', '<!-- '.repeat(50_000)],
  ['attributes that are not closed', '<a b="'.repeat(50_000)],
  ['ends of what was never begun', `${'<a>'.repeat(90)}${'</b>'.repeat(50_000)}`],
  [
    'fragments in a circle',
    '<sql id="a">on conflict <include refid="b"/></sql><sql id="b"><include refid="a"/><include refid="a"/></sql>',
  ],
  ['as many choices as lines', '<if test="a">on conflict (a) do nothing</if>'.replace('"a"', '"b"').repeat(2_000)],
])('XML with %s is read to its end', async (_, text) => {
  const body = `<insert id="x">insert into t (a) values (1) on conflict (a) do nothing</insert>${text}`;
  const started = process.cpuUsage();
  expect((await summary('AccountMapper.xml', mapper(body)))[0]).toBe('t (a) nothing');
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});

const SCRIPT_INSERT = 'insert into t (a, b) values (#{a}, #{b})';

test.each<readonly [string, string, readonly string[]]>([
  [
    'A.java',
    `interface A { @Insert("<script>${SCRIPT_INSERT} on conflict (a) do update set b = excluded.b</script>") void f(); }`,
    ['t (a) update b'],
  ],
  [
    'A.java',
    `interface A { @Insert({"<script>", "insert into t (a, b) values", "<foreach collection='l' item='i' separator=','>", "(#{i.a}, #{i.b})", "</foreach>", "on conflict (a) do update set b = excluded.b, c = excluded.a", "</script>"}) void f(); }`,
    ['t (a) update b, c'],
  ],
  [
    'A.java',
    `class P { String f(String t) { return "<script>" + "insert into " + T + " (a, b) values" + " <foreach collection='l' item='i' separator=','>(#{i.a}, #{i.b})</foreach>" + " ON CONFLICT (a) DO UPDATE SET" + " b = excluded.b" + "</script>"; } static final String T = "t"; }`,
    ['t (a) update b'],
  ],
  [
    'A.java',
    `interface A { @Insert("""\n  <script>\n  ${SCRIPT_INSERT}\n  <choose><when test="x != null">on conflict (a)</when><otherwise>on conflict (b) where a &lt; 1</otherwise></choose>\n  do update <set><if test="b != null">b = excluded.b,</if></set>\n  </script>\n  """) void f(); }`,
    ['t (a) update b', 't (b) where a < 1 update b'],
  ],
  [
    'A.java',
    `class P { String f() { return begin() + "${SCRIPT_INSERT} on conflict (a) do update set b = excluded.b </script>"; } }`,
    ['t (a) update b'],
  ],
  [
    'A.java',
    `class P { String f() { StringBuilder s = new StringBuilder("<script>${SCRIPT_INSERT} "); if (c) s.append("on conflict (a) "); else s.append("on conflict (b) "); s.append("do update set b = 1</script>"); return s.toString(); } }`,
    ['t (a) update b', 't (b) update b'],
  ],
  [
    'A.kt',
    `interface A { @Insert("""<script>\n${SCRIPT_INSERT}\n<if test="again">on conflict (a) do update set b = excluded.b</if></script>""") fun f() }`,
    ['t (a) update b'],
  ],
])('a script in a string is rendered as a mapper is: %s: %s', async (file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});

test('an upsert in a script has its own line, and is shown without tags', async () => {
  const text = `interface A {\n  @Insert({"<script>",\n    "insert into t (a, b) values",\n    "<foreach collection='l' item='i'>(#{i.a}, 1)</foreach>",\n    "on conflict (a) do update",\n    "set b = 1", "</script>"})\n  void f();\n}`;
  const [upsert] = await find('A.java', text);
  expect(upsert).toMatchObject({
    place: { line: 5, column: 6 },
    statement: 'insert into t (a, b) values (…, 1) on conflict (a) do update set b = 1',
  });
});
