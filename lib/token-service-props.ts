import type { RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi, IHttpApi, ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { MemorySizes } from './function-memory.ts';
import type { WatchProps } from './operations.ts';
import type { Settings } from './settings.ts';

/** Props of the service, besides the settings that `-c` also accepts. */
export interface TokenServiceProps extends Settings, WatchProps {
  /**
   * Your own HTTP API. The service's routes are added to it. Its stage, CORS, throttling and
   * domain are not changed, so `throttle`, `domainName` and `certificateArn` cannot be combined with it. Set
   * `publicUrl` to its URL, with the base path of its stage or mapping, unless that is the generated URL.
   *
   * @default a new API
   */
  readonly httpApi?: HttpApi | IHttpApi;
  /**
   * Your own table, without other items: string partition key `pk` and sort key `sk`, and TTL on `expiresAt`. You are
   * responsible for backups and deletion protection.
   *
   * @default a new table with point-in-time recovery and deletion protection
   */
  readonly table?: Table | TableV2 | ITable;
  /**
   * Your key for the table, the two secrets, the logs and the dead-letter queue. A table passed as `table` keeps its
   * own key. An imported key must allow CloudWatch Logs and EventBridge, see docs/construct.md.
   *
   * @default AWS-owned keys
   */
  readonly encryptionKey?: IKey;
  /**
   * Applied to every role of the service.
   *
   * @default none
   */
  readonly permissionsBoundary?: IManagedPolicy;
  /**
   * Memory of single functions in MB, 128 to 10,240. CPU is proportional: one full core at 1,769.
   *
   * @default 1,769 for login and credentials, which hash passwords; 512 for the others
   */
  readonly memorySize?: MemorySizes;
  /**
   * What happens to the table and the key secrets when the stack is deleted. RETAIN keeps both and protects the table
   * against deletion; a failed first deployment leaves its empty table. RETAIN_ON_UPDATE_OR_DELETE leaves nothing in
   * that case, and does not protect the table. DESTROY deletes both with the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Retention of the functions' logs.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests a second over all routes of the API, including your own. Above it, API Gateway returns 429.
   *
   * @default 500, in bursts up to 1,000
   */
  readonly throttle?: ThrottleSettings;
  /**
   * Your bus for security events.
   *
   * @default a new bus
   */
  readonly eventBus?: IEventBus;
  /**
   * Your own users: a function that receives `{ username, password }` and returns `{ subject, claims?, scopes? }`, or
   * null for a wrong password or an unknown user. If it fails or takes longer than 3.5 s, the client gets 503. The
   * routes that change password and e-mail address are then not created.
   *
   * @default users in the table, with argon2id
   */
  readonly users?: IFunction;
  /**
   * Your old system: a function that a login calls for a user who is not in the table, with `{ username, password }`.
   * It returns `{ username, subject?, email?, claims?, scopes? }`, which becomes an account with the hash of that
   * password, or null for a wrong password or an unknown user. If it fails or takes longer than 3.5 s, the client gets
   * 503. Cannot be combined with `users`.
   *
   * @default users who are not in the table cannot log in
   */
  readonly migrate?: IFunction;
  /**
   * Adds the route `GET /me`, guarded by the authorizer, which returns the caller's claims: an example, and a way to
   * try out a deployment.
   * @default false
   */
  readonly exampleRoute?: boolean;
  /**
   * Traces requests to the functions with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Directory of the built functions.
   * @default those in the package; in Pawl's repository `dist`, where `npm run build` puts them
   */
  readonly bundles?: string;
}
