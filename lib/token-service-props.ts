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

/** What a team may say about its service, besides the settings that `-c` takes as well. */
export interface TokenServiceProps extends Settings, WatchProps {
  /**
   * An HTTP API of the team's. It gets the service's routes, all but the example `/me`; its stage, CORS, throttling and
   * domain stay the team's, so `throttle`, `domainName` and `certificateArn` cannot be set beside it. `publicUrl`
   * must be its URL, with the base path of its stage or mapping, unless that is the generated one.
   * @default an API of the service's own
   */
  readonly httpApi?: HttpApi | IHttpApi;
  /**
   * A table of the team's, with nothing else in it: partition key `pk` and sort key `sk`, both text, and TTL on
   * `expiresAt`. Backups and protection are the team's.
   * @default a table of the service's own, with point-in-time recovery and deletion protection
   */
  readonly table?: Table | TableV2 | ITable;
  /**
   * The team's key for the table, the two secrets, the logs and the dead-letter queue. A table given by `table` keeps
   * its own. An imported key must admit CloudWatch Logs and EventBridge, see docs/construct.md.
   * @default keys that AWS owns
   */
  readonly encryptionKey?: IKey;
  /**
   * Goes on every role of the service.
   * @default none
   */
  readonly permissionsBoundary?: IManagedPolicy;
  /**
   * Memory of single functions, in MB, 128 to 10,240. Lambda gives CPU in proportion, one whole core at 1,769.
   * @default 1,769 for login and credentials, which hash passwords; 512 for the others
   */
  readonly memorySize?: MemorySizes;
  /**
   * What happens to the table and the key secrets when the stack goes. RETAIN keeps both and protects the table against
   * deletion; a first deployment that fails leaves its empty table behind. RETAIN_ON_UPDATE_OR_DELETE leaves nothing
   * behind then, and does not protect the table. DESTROY deletes both with the stack.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long the functions' logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Requests a second over all routes of the API, the team's own included; beyond, API Gateway answers 429.
   * @default 500, in bursts up to 1,000
   */
  readonly throttle?: ThrottleSettings;
  /**
   * The bus of security events.
   * @default a bus of the service's own
   */
  readonly eventBus?: IEventBus;
  /**
   * The team's own users: a function that gets `{ username, password }` and answers `{ subject, claims?, scopes? }`, or
   * null for a wrong password or an unknown user. Failing or taking longer than 3.5 s is 503 to the client. The routes
   * that change password and e-mail address then do not exist.
   * @default users in the table, with argon2id
   */
  readonly users?: IFunction;
  /**
   * Traces requests to the functions with X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Directory of the built functions.
   * @default `dist` beside `lib`, where `npm run build` puts them
   */
  readonly bundles?: string;
}
