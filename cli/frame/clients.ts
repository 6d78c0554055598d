/** How long AWS may take for one request of a person, and how often it is asked. The SDK waits for ever by default. */
export const clientLimits = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
