import { migration, uniqueKey } from 'msgdb';

export default migration({
  summary: 'Store each WhatsApp message once',
  up: [
    uniqueKey({
      table: 'chat_messages',
      key: ['wa_message_id'],
      // Drafts have no id yet, and failed sends an empty one: none of them is a copy of another.
      where: "wa_message_id IS NOT NULL AND wa_message_id <> ''",
      index: 'idx_chat_messages_wa_message_id_unique',
      keep: ['id asc'],
      // The download job stored the file with whichever copy it saw.
      merge: { media_url: 'first-non-null' },
      references: [
        // The same user, message and emoji is the same reaction: the one the survivor has says it all.
        { table: 'chat_reactions', column: 'message_id', onCollision: 'keep-survivor' },
      ],
    }),
  ],
});
