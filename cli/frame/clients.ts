/** Timeout and attempts of one AWS request by an operator. The SDK has no timeout by default. */
export const clientLimits = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    // For a response whose body stops.
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
  },
} as const;
