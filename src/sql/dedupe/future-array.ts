/** SQL: an array as it will be, by the rows (lost, kept) of `replaced`: a survivor once, the order kept. */
export function futureArray(array: string): string {
  return `array(select e.value
                             from (select coalesce(r.kept, u.value) as value, u.place,
                                          bool_or(r.lost = u.value) over (partition by coalesce(r.kept, u.value)) as replaces,
                                          row_number() over (partition by coalesce(r.kept, u.value) order by u.place)
                                            as copy
                                     from unnest(${array}) with ordinality as u(value, place)
                                     left join replaced r on r.lost = u.value) e
                            where e.copy = 1 or e.replaces is not true
                            order by e.place)`;
}
