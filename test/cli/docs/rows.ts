/** 50 messages, ten of them copies of another. */
export const MESSAGES = `
  create table messages (
    id bigint generated always as identity primary key, wa_message_id text, body text,
    updated_at timestamptz not null default now());
  insert into messages (wa_message_id, body, updated_at)
  select 'wamid.' || n % 40, 'hello ' || n, timestamptz '2026-01-01' + n * interval '1 minute'
    from generate_series(1, 50) n;`;

/** Two keys that nobody has declared: one that holds, and one with 200 copies, and '' in 700 rows. */
export const GUESSED = `
  create table accounts (id bigint generated always as identity primary key, email text not null);
  insert into accounts (email) select 'user' || n || '@example.com' from generate_series(1, 2000) n;
  create table messages (id bigint generated always as identity primary key, wa_message_id text not null, body text);
  insert into messages (wa_message_id, body)
  select case when n <= 700 then '' else 'wamid.' || n % 9800 end, 'hello there, message ' || n
    from generate_series(1, 10700) n;
  create schema crm;
  create table crm.contacts (id int primary key, email text);
  insert into crm.contacts select n, 'contact' || n || '@example.com' from generate_series(1, 30) n;
  analyze;`;

/** 1,000 groups of two: 858 within ten milliseconds, 142 within an hour; 200 lack media_url in one copy. */
export const EXPLAINED = [
  `
  create table messages (
    id bigint generated always as identity primary key, wa_message_id text, media_url text,
    created_at timestamptz not null default now(), received_at timestamptz);
  create procedure store() language plpgsql as $$
  begin
    for n in 1..1000 loop
      for copy in 0..1 loop
        insert into messages (wa_message_id, media_url, created_at, received_at)
        select 'wamid.' || n, case when n % 5 = 0 and copy = 1 then null else 'https://example.com/' || n end, at, date_trunc('hour', at)
          from (select timestamptz '2026-01-05' + n * interval '3 hours'
                       + copy * case when n <= 858 then interval '4 ms' else interval '20 minutes' end) as t (at);
        commit;
      end loop;
    end loop;
  end $$`,
  'call store()',
];
