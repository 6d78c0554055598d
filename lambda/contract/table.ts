/** Attribute names that the table is created with and the store writes. */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** DynamoDB TTL: Number, epoch seconds. Deletion is late by days, so no rule depends on it. */
  timeToLive: 'expiresAt',
} as const;
