import { place } from '../cloudformation/resource-types.ts';
import { type JsonObject, objectOf } from '../json.ts';

/** The access key of all local components; some engines separate the data of each access key and region. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** DynamoDB refused a call; the name is its error type. */
export class DynamoDbError extends Error {
  constructor(type: string, message: string) {
    super(`${type}: ${message}`);
    this.name = type;
  }
}

/** Makes one DynamoDB call to a local engine. Local engines check only the form of the signature. */
export async function callDynamoDb(endpoint: string, operation: string, input: JsonObject): Promise<JsonObject> {
  const stamp = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = `${localCredentials.accessKeyId}/${stamp.slice(0, 8)}/${place.region}/dynamodb/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': stamp,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(5_000),
  });
  const answer = objectOf(await response.json().catch(() => ({})));
  if (response.ok) return answer;
  const type =
    String(answer.__type ?? `HTTP ${response.status}`)
      .split('#')
      .at(-1) ?? '';
  throw new DynamoDbError(type, String(answer.message ?? answer.Message ?? ''));
}
