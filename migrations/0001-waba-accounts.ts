import { migration, uniqueKey } from 'msgdb';

export default migration({
  summary: 'Connect each WhatsApp Business account once per user',
  up: [
    uniqueKey({
      table: 'waba_accounts',
      // With the user: several users may share one WABA.
      key: ['user_id', 'waba_id'],
      index: 'waba_accounts_user_waba_unique',
      keep: ['updated_at desc', 'created_at desc'],
      merge: {
        // The webhook handler stores no token, so the newest row may be the one without.
        access_token: 'first-non-null',
        // Goes with the token above: on its own, first-non-null could pair a token with the expiry of another,
        // or give one to a token that never expires.
        token_expires_at: {
          expression:
            '(array_agg(token_expires_at order by updated_at desc nulls last, created_at desc nulls last, id)' +
            ' filter (where access_token is not null))[1]',
        },
        owner_business_id: 'first-non-null',
        owner_user_id: 'first-non-null',
        // An upsert that worked would have left the date of the first sign-up.
        created_at: 'min',
      },
    }),
  ],
});
