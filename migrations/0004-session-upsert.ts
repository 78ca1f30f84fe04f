import { migration, relink, uniqueKey } from 'msgdb';

export default migration({
  summary: 'Keep one WhatsApp conversation per business and customer, and put every message in it',
  up: [
    uniqueKey({
      table: 'whatsapp_conversations',
      key: ['business_id', 'canonical_key'],
      index: 'uq_wa_conv_canonical_key',
      // is_open is not merged: whether the conversation is open is what its latest row says.
      keep: ['last_message_at desc', 'created_at desc'],
      merge: {
        customer_name: 'first-non-null',
        // Each copy counted its own messages alone.
        unread_count: 'sum',
        ai_reply_count: 'sum',
        started_at: 'min',
        last_message_at: 'max',
        last_customer_message_at: 'max',
        created_at: 'min',
        updated_at: 'max',
      },
      references: [{ table: 'whatsapp_conversation_labels', column: 'conversation_id', onCollision: 'keep-survivor' }],
    }),
    // After the rule: the key now leads to one conversation.
    relink({
      table: 'whatsapp_messages',
      column: 'conversation_id',
      to: 'whatsapp_conversations',
      match: { business_id: 'business_id', canonical_key: 'canonical_key' },
      createMissing: {
        customer_phone: { expression: 'min(customer_phone)' },
        // Nobody saw these messages: an open conversation with unread ones is where someone will.
        is_open: true,
        unread_count: { expression: "count(*) filter (where direction = 'inbound')" },
        started_at: { expression: 'min(created_at)' },
        last_message_at: { expression: 'max(created_at)' },
        last_customer_message_at: { expression: "max(created_at) filter (where direction = 'inbound')" },
        created_at: { expression: 'min(created_at)' },
        updated_at: { expression: 'max(created_at)' },
      },
    }),
  ],
});
