import type { ErrorCode } from '../model/codes.ts';

/** What an SQLSTATE or a class of them becomes: the code, why it happens where the server does not say, what mends it. */
export type Entry = readonly [code: ErrorCode, why: string, fix: string];

/** By class, the first two characters of an SQLSTATE: appendix A of the manual, and the classes of older versions. */
export const CLASSES: Readonly<Record<string, Entry>> = {
  '00': [
    'MSGDB_DATABASE_ERROR',
    'The server reports success as an error; something between here and it is at fault.',
    'Connect without the proxy or pooler.',
  ],
  '01': [
    'MSGDB_DATABASE_ERROR',
    'A function or trigger raised a warning as an error.',
    'Change the function or trigger that -v shows, so that it raises a warning, or nothing.',
  ],
  '02': [
    'MSGDB_DATABASE_ERROR',
    'A function found no row where it needs one.',
    'Add the row that the function looks for, or take STRICT out of its SELECT INTO.',
  ],
  '03': [
    'MSGDB_DATABASE_ERROR',
    'A statement came before the one it depends on.',
    'Put the statement that it depends on before it.',
  ],
  '08': [
    'MSGDB_DATABASE_ERROR',
    'The server could not reach another server, as a foreign table, dblink or a subscription needs.',
    'Start that other server, or correct its address with ALTER SERVER or ALTER SUBSCRIPTION.',
  ],
  '09': [
    'MSGDB_DATABASE_ERROR',
    'An action of a trigger failed.',
    'Disable the trigger while msgdb works: alter table TABLE disable trigger NAME.',
  ],
  '0A': [
    'MSGDB_DATABASE_ERROR',
    'This PostgreSQL does not support that, or not for this kind of table.',
    'Write it in another way, or use a version that supports it.',
  ],
  '0B': [
    'MSGDB_DATABASE_ERROR',
    'A transaction was begun where none may be.',
    'Take BEGIN and START TRANSACTION out of the SQL.',
  ],
  '0F': [
    'MSGDB_DATABASE_ERROR',
    'A large object or a locator is not valid any more.',
    'Write an oid that pg_largeobject_metadata lists.',
  ],
  '0L': [
    'MSGDB_PERMISSION_DENIED',
    'The role may not grant what the statement grants.',
    'Connect as the owner of the object.',
  ],
  '0P': ['MSGDB_DATABASE_ERROR', 'The role named is not valid here.', 'Write a role that pg_roles lists.'],
  '0Z': [
    'MSGDB_DATABASE_ERROR',
    'A function read the diagnostics of an exception outside an exception handler.',
    'Move GET STACKED DIAGNOSTICS into an EXCEPTION block of the function.',
  ],
  '10': ['MSGDB_DATABASE_ERROR', 'A query on XML is not valid.', 'Try the XPath alone: select xpath(PATH, DOCUMENT).'],
  '20': ['MSGDB_DATABASE_ERROR', 'A CASE of a function has no branch for the value.', 'Add an ELSE to the CASE.'],
  '21': [
    'MSGDB_DATABASE_ERROR',
    'A subquery gave more than one row where one is allowed, or ON CONFLICT met a row twice.',
    'Add LIMIT 1 or an aggregate to the subquery, or leave the second row out of VALUES.',
  ],
  '22': [
    'MSGDB_DATABASE_ERROR',
    'A value does not fit its type or the expression that uses it.',
    'Correct the value, or make the expression take it (a CASE, NULLIF).',
  ],
  '23': [
    'MSGDB_DATABASE_ERROR',
    'A row breaks a constraint.',
    'Change the rows that DETAIL names, or the constraint that the message names.',
  ],
  '24': [
    'MSGDB_DATABASE_ERROR',
    'A cursor is not in the state that the statement needs.',
    'OPEN the cursor before FETCH and CLOSE, once, in the same transaction.',
  ],
  '25': [
    'MSGDB_DATABASE_ERROR',
    'The statement cannot be in this transaction, or needs one.',
    'Put it into a migration of its own, with transaction: false for statements that cannot be in one.',
  ],
  '26': [
    'MSGDB_DATABASE_ERROR',
    'A prepared statement is not there: a pooler gave the session another connection, or DEALLOCATE dropped it.',
    'Connect to the server itself, not through the pooler: MSGDB_DATABASE_URL=postgresql://user@server:5432/database.',
  ],
  '27': [
    'MSGDB_DATABASE_ERROR',
    'A trigger changed a row that the statement was about to change.',
    'Make the trigger an AFTER trigger, or have it leave the row.',
  ],
  '28': [
    'MSGDB_PERMISSION_DENIED',
    'The role is not allowed there.',
    'Write a role into the URL that may (grant ROLE to USER lets it).',
  ],
  '2B': [
    'MSGDB_DATABASE_ERROR',
    'Other privileges depend on the one revoked.',
    'Revoke those first, or write CASCADE.',
  ],
  '2D': [
    'MSGDB_DATABASE_ERROR',
    'A procedure ends a transaction that it did not begin.',
    'Set transaction: false in the migration.',
  ],
  '2F': [
    'MSGDB_DATABASE_ERROR',
    'A function did what its declaration forbids.',
    'Declare the function VOLATILE if it writes, with RETURN at each of its ends.',
  ],
  '34': ['MSGDB_DATABASE_ERROR', 'There is no cursor of that name.', 'DECLARE the cursor in the same transaction.'],
  '38': [
    'MSGDB_DATABASE_ERROR',
    'A function in another language failed.',
    'Call the function alone with the same arguments, and correct it there.',
  ],
  '39': [
    'MSGDB_DATABASE_ERROR',
    'A function returned what its declaration does not allow.',
    'Let the function return what RETURNS declares; a trigger function, NEW, OLD or NULL.',
  ],
  '3B': [
    'MSGDB_DATABASE_ERROR',
    'There is no such savepoint.',
    'Write SAVEPOINT before ROLLBACK TO and RELEASE, in the same transaction.',
  ],
  '3D': ['MSGDB_DATABASE_ERROR', 'There is no database of that name.', 'Write a database that `psql -l` lists.'],
  '3F': [
    'MSGDB_DATABASE_ERROR',
    'There is no schema of that name.',
    'Run create schema NAME, or write one that `\\dn` lists.',
  ],
  '40': [
    'MSGDB_TRANSACTION_CONFLICT',
    'Another session changed the same rows at the same moment.',
    'Run the same command again.',
  ],
  '42': [
    'MSGDB_DATABASE_ERROR',
    'The SQL is not valid, or names what is not there.',
    'Correct the SQL at the place that the message points to; -v shows the whole statement.',
  ],
  '44': [
    'MSGDB_DATABASE_ERROR',
    'A row written through a view is not one of the view (WITH CHECK OPTION).',
    'Write to the table, or change the view.',
  ],
  '53': [
    'MSGDB_OUT_OF_RESOURCES',
    'The server lacks memory, disk or connections.',
    'Run the same command again with --jobs 1 and a smaller --memory.',
  ],
  '54': [
    'MSGDB_DATABASE_ERROR',
    'A limit of PostgreSQL was reached that no setting raises.',
    'Make the statement, the row or the key smaller (an index on a digest: md5(column)).',
  ],
  '55': [
    'MSGDB_DATABASE_ERROR',
    'The object is not in the state that the statement needs.',
    'Wait until no other session uses the object that is named (pg_stat_activity shows them), then run it again.',
  ],
  '57': ['MSGDB_SERVER_FAILED', 'Somebody who runs the server stepped in.', 'Run the same command again.'],
  '58': [
    'MSGDB_SERVER_FAILED',
    'The system below PostgreSQL failed: a file or a disk.',
    'Find the file in the log of the server, free or repair its disk, then run the same command again.',
  ],
  '72': [
    'MSGDB_SERVER_FAILED',
    'A snapshot is older than what the server keeps (old_snapshot_threshold).',
    'Run the same command again, or set old_snapshot_threshold = -1.',
  ],
  F0: [
    'MSGDB_SERVER_FAILED',
    'A configuration file of the server is not valid.',
    'Correct the line that pg_file_settings shows with an error, then run: select pg_reload_conf().',
  ],
  HV: [
    'MSGDB_DATABASE_ERROR',
    'A foreign table or its server failed.',
    'Compare the options of the server and of the table with `\\des+` and `\\det+`, and change them with ALTER SERVER or ALTER FOREIGN TABLE.',
  ],
  P0: [
    'MSGDB_DATABASE_ERROR',
    'A function or a trigger of the database raised it.',
    'Do what its message asks for, or change the function.',
  ],
  XX: [
    'MSGDB_SERVER_FAILED',
    'PostgreSQL or an extension met a state that it takes for impossible: a defect or damaged data.',
    'Find the error in the log of the server, and check the table with amcheck: `msgdb verify --heap`.',
  ],
};
