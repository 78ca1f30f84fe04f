import { expect, test } from 'vitest';
import { foretellTrigger } from '../../../src/catalog/foretell-trigger.ts';

const RAISES = { does: 'raises', message: 'no' };
const KEEPS = { does: 'keeps' };

/** A body, and what becomes of an UPDATE and of a DELETE. */
test.each([
  [`raise exception 'no';`, RAISES, RAISES],
  [`raise notice 'no'; insert into log values (1); raise exception 'no' using errcode = '42501';`, RAISES, RAISES],
  ['raise division_by_zero;', { does: 'raises', message: undefined }, { does: 'raises', message: undefined }],
  [`if tg_op = 'DELETE' then raise exception 'no'; end if; return new;`, undefined, RAISES],
  [`if TG_OP in ('UPDATE') and true then raise exception 'no'; else return old; end if;`, undefined, undefined],
  [`if tg_op <> 'DELETE' or old.id > 1 then raise exception 'no'; else return null; end if;`, RAISES, undefined],
  [
    `if strict() and (old.id > 1 or tg_op = 'UPDATE') then raise exception 'no'; end if; return new;`,
    undefined,
    undefined,
  ],
  [`if not (old.id > 1 or tg_op = 'DELETE') then return null; end if; return new;`, undefined, undefined],
  [`if old.id > 1 then raise exception 'no'; else raise exception 'no'; end if;`, RAISES, RAISES],
  [`if old.id > 1 then raise exception 'no'; end if; return null;`, undefined, undefined],
  ['update log set n = 1; return null;', KEEPS, KEEPS],
  ['return old;', KEEPS, undefined],
  ['old.id := 2; return old;', undefined, undefined],
  ['return new;', undefined, undefined],
  ['perform 1;', undefined, undefined],
  [`begin raise exception 'no'; exception when others then null; end; return new;`, undefined, undefined],
  [`<<a>> begin exit a; raise exception 'no'; end; return new;`, undefined, undefined],
  [`for i in 1..2 loop raise exception 'no'; end loop; return new;`, undefined, undefined],
  ['this is no PL/pgSQL', undefined, undefined],
])('%s', async (body, update, remove) => {
  const definition = `create function f() returns trigger language plpgsql as $x$ begin ${body} end $x$`;
  expect(await foretellTrigger(definition, 'update')).toEqual(update);
  expect(await foretellTrigger(definition, 'delete')).toEqual(remove);
});
