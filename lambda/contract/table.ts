/** Attribute names used by the table definition and the store. */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** DynamoDB TTL: Number, epoch seconds. Deletion can be days late, so no rule depends on it. */
  timeToLive: 'expiresAt',
} as const;
