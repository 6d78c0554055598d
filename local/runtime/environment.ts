import { localCredentials } from '../aws/dynamodb-call.ts';
import { place } from '../cloudformation/resource-types.ts';

/**
 * Environment variables that point an AWS SDK to this machine.
 *
 * @param account address of Secrets Manager, Parameter Store and EventBridge
 * @param others address of everything else
 */
export function awsEnvironment(dynamodb: string, account: string, others: string): Record<string, string> {
  return {
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    // A service that is not listed below must fail here and never reach a real account.
    AWS_ENDPOINT_URL: others,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: account,
    AWS_ENDPOINT_URL_SSM: account,
    AWS_ENDPOINT_URL_EVENTBRIDGE: account,
  };
}
