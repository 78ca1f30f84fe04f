-- setLimits: for a transaction
set local statement_timeout = '90000ms';

set local lock_timeout = '5000ms';


-- setLimits: for a session
set lock_timeout = '0ms';


-- beginWaiting
begin; set local lock_timeout = '1500ms';
