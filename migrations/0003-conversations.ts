import { dropUniqueKey, expectIndex, index, migration, type Operation, uniqueKey } from 'msgdb';

const connections = ['pageConnectionId', 'instagramConnectionId', 'telegramConnectionId', 'widgetConfigId'];

export default migration({
  summary: 'Let a customer start a new conversation once the last one is closed',
  up: connections.flatMap(allowConversationAfterClosedOne),
});

function allowConversationAfterClosedOne(connection: string): Operation[] {
  const activeKey = `conversations_${connection}_psid_active_key`;
  const lookup = `conversations_${connection}_psid_status_idx`;
  return [
    uniqueKey({
      table: 'conversations',
      key: [connection, 'psid'],
      // Closed conversations may be many. That only one is open was left to the application's own checks elsewhere;
      // two webhooks at once pass them both.
      where: "status IN ('OPEN', 'SNOOZED')",
      index: activeKey,
      keep: ['"lastMessageAt" desc', '"createdAt" desc'],
    }),
    index({ table: 'conversations', columns: [connection, 'psid', 'status'], name: lookup }),
    dropUniqueKey({
      table: 'conversations',
      key: [connection, 'psid'],
      name: `conversations_${connection}_psid_key`,
      replacedBy: activeKey,
      // To go back is to choose one conversation a customer: the one at work, else the one last written in.
      restore: { keep: ["status = 'CLOSED' asc", '"lastMessageAt" desc', '"createdAt" desc'] },
    }),
    // Prisma binds the statuses, so no generic plan can prove the partial index's predicate: the lookup needs its own.
    expectIndex({
      query: `
        select id, "customerName", status, "lastMessageAt"
        from conversations
        where "${connection}" = $1
          and psid = $2
          and status in (cast($3::text as "ConversationStatus"), cast($4::text as "ConversationStatus"))
        order by "lastMessageAt" desc
        limit 1`,
      index: lookup,
    }),
  ];
}
