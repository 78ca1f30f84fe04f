-- findOverlap
select (not ((1)::integer < (5)::integer or ((1)::integer = (5)::integer and (true)))) as empty, ((select min(o.place) from (values (0, ((1)::integer < (9)::integer or ((1)::integer = (9)::integer and (true))) and ((7)::integer < (5)::integer or ((7)::integer = (5)::integer and (true)))), (1, ((1)::integer < (7)::integer or ((1)::integer = (7)::integer and (true))) and ((4)::integer < (5)::integer or ((4)::integer = (5)::integer and (true))))) o (place, shared) where o.shared))::int as overlap;


-- findOverlap: of lists
select (false) as empty, ((select min(o.place) from (values (0, (1)::integer = (2)::integer or false), (1, false or true)) o (place, shared) where o.shared))::int as overlap;
