-- SET_SAVEPOINT
savepoint msgdb;

delete from child;

rollback to savepoint msgdb;


-- UNDO_TO_SAVEPOINT
rollback to savepoint msgdb; release savepoint msgdb;


-- RELEASE_SAVEPOINT
release savepoint msgdb;


-- CHECK_DEFERRED: and what comes next may alter the table
set constraints all immediate;

alter table child add more integer;


-- DEFER_CHECKS
set constraints all deferred;

update child set t_id = 99 where id = 10;
