import { migration, uniqueKey } from 'msgdb';

export default migration({
  summary: 'Cache each phone number once per workspace',
  up: [
    uniqueKey({
      table: 'meta_assets_cache',
      key: ['workspace_id', 'phone_number_id'],
      // Where the table was created with its own UNIQUE constraint, that one serves and this is not built.
      index: 'idx_meta_assets_cache_ws_phone_unique',
      // Nothing is merged: a row is what one sync saw, and half of another's would be true of no moment.
      keep: ['updated_at desc', 'last_synced_at desc'],
    }),
  ],
});
