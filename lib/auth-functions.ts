import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '../lambda/contract/functions.ts';
import { functionMemoryMb, type MemorySizes } from './function-memory.ts';
import type { SecurityBus } from './security-bus.ts';
import { type FunctionDefaults, ServiceFunction, type ServiceFunctionProps } from './service-function.ts';
import { environmentOf, type ResolvedSettings } from './settings-table.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { TrustedProxy } from './trusted-proxy.ts';

export interface AuthFunctionsProps extends FunctionDefaults {
  readonly settings: ResolvedSettings;
  readonly table: Pick<ITable, 'tableName' | 'tableArn'> & { readonly encryptionKey?: IKey | undefined };
  readonly bus: IEventBus;
  readonly keys: SigningKeys;
  readonly issuer: string;
  /** Public URL of the routes, without a trailing slash. */
  readonly baseUrl: string;
  readonly audience: string;
  readonly security: SecurityBus;
  readonly proxy: TrustedProxy | undefined;
  /** Your own password verifier. */
  readonly users: IFunction | undefined;
  /** Your old system, for users who are not in the table yet. */
  readonly migrate: IFunction | undefined;
  readonly memorySize: MemorySizes;
  /** Whether to create the function of the example route. */
  readonly exampleRoute: boolean;
}

/** The functions behind the routes, each with exactly the permissions that it uses. */
export class AuthFunctions {
  readonly login: ServiceFunction<'login'>;
  readonly refresh: ServiceFunction<'refresh'>;
  readonly revoke: ServiceFunction<'revoke'>;
  readonly sessions: ServiceFunction<'sessions'>;
  /** Absent if you have your own user store. */
  readonly credentials: ServiceFunction<'credentials'> | undefined;
  readonly metadata: ServiceFunction<'metadata'>;
  readonly me: ServiceFunction<'me'> | undefined;

  constructor(scope: Construct, props: AuthFunctionsProps) {
    const { settings, keys, table, bus, security, users, migrate, proxy } = props;
    const { bundles, logRetention, service, tracing, encryptionKey, memorySize } = props;
    const defaults = {
      bundles,
      logRetention,
      ...(service && { service }),
      ...(tracing && { tracing }),
      ...(encryptionKey && { encryptionKey }),
    };
    const { account, ratchet, issuing, verifying, guessing } = environments(props);
    const add = <N extends FunctionName>(id: string, own: Omit<ServiceFunctionProps<N>, keyof FunctionDefaults>) =>
      new ServiceFunction<N>(scope, id, { ...defaults, ...own });
    const onTable = (added: ServiceFunction<FunctionName>, ...actions: string[]) => {
      added.allow(
        actions.map((action) => `dynamodb:${action}`),
        [table.tableArn],
      );
      added.allowKey('table', table.encryptionKey);
      added.allow(['events:PutEvents'], [bus.eventBusArn]);
    };
    const mayRead = (added: ServiceFunction<FunctionName>, ...secrets: { readonly secretArn: string }[]) => {
      added.allow(
        ['secretsmanager:GetSecretValue'],
        secrets.map(({ secretArn }) => secretArn),
      );
      added.allowKey('readSecret', encryptionKey);
    };

    const memory = (name: keyof MemorySizes) => memorySize[name] !== undefined && { memorySize: memorySize[name] };

    this.login = add('Login', {
      row: 'login',
      environment: {
        ...issuing,
        ...guessing,
        ...environmentOf(settings, 'maxSessionsPerUser'),
        ...(users && { USERS_FUNCTION: users.functionArn }),
        ...(migrate && { MIGRATE_FUNCTION: migrate.functionArn }),
      },
      memorySize: memorySize.login ?? functionMemoryMb.wholeCore,
      ...(settings.loginReservedConcurrency > 0 && { reservedConcurrency: settings.loginReservedConcurrency }),
    });
    onTable(this.login, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    mayRead(this.login, keys.signingSecret, keys.ratchetSecret);
    if (proxy !== undefined) mayRead(this.login, proxy.secret);
    for (const verifier of [users, migrate]) {
      if (verifier !== undefined) this.login.allow(['lambda:InvokeFunction'], [verifier.functionArn]);
    }

    this.refresh = add('Refresh', { row: 'refresh', environment: issuing, ...memory('refresh') });
    onTable(this.refresh, 'GetItem', 'UpdateItem');
    mayRead(this.refresh, keys.signingSecret, keys.ratchetSecret);

    this.revoke = add('Revoke', { row: 'revoke', environment: ratchet, ...memory('revoke') });
    onTable(this.revoke, 'GetItem', 'UpdateItem');
    mayRead(this.revoke, keys.ratchetSecret);

    this.sessions = add('Sessions', {
      row: 'sessions',
      environment: { ...account, ...verifying, ...guessing },
      ...memory('sessions'),
    });
    onTable(this.sessions, 'GetItem', 'Query', 'UpdateItem');
    if (proxy !== undefined) mayRead(this.sessions, proxy.secret);

    if (users === undefined) {
      this.credentials = add('Credentials', {
        row: 'credentials',
        environment: { ...issuing, ...verifying, ...guessing },
        memorySize: memorySize.credentials ?? functionMemoryMb.wholeCore,
      });
      onTable(this.credentials, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
      mayRead(this.credentials, keys.signingSecret, keys.ratchetSecret);
      if (proxy !== undefined) mayRead(this.credentials, proxy.secret);
    }

    const signals = add('Signals', {
      row: 'signals',
      environment: account,
      deadLetterQueue: security.deadLetters,
    });
    onTable(signals, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    signals.allowKey('sendMessage', security.deadLetters.encryptionMasterKey);
    security.listen(signals.lambda);

    this.metadata = add('Metadata', {
      row: 'metadata',
      environment: { ISSUER: props.issuer, BASE_URL: props.baseUrl, JWKS_PARAMETER: keys.parameter.parameterName },
    });
    this.metadata.allow(['ssm:GetParameter'], [keys.parameter.parameterArn]);
    // The parameter does not exist before that.
    this.metadata.node.addDependency(keys.created);
    if (props.exampleRoute) this.me = add('Me', { row: 'me', environment: {} });
  }
}

/** The groups of variables that make up the functions' environments, named as in lambda/contract/functions.ts. */
function environments({ settings, table, bus, keys, issuer, baseUrl, audience, proxy }: AuthFunctionsProps) {
  const account = {
    TABLE_NAME: table.tableName,
    EVENT_BUS_NAME: bus.eventBusName,
    ...environmentOf(settings, 'refreshIdleTtlSeconds', 'refreshAbsoluteTtlSeconds', 'graceSeconds'),
    ...environmentOf(settings, 'rotationFloorSeconds', 'sessionsNotBefore'),
  };
  const ratchet = {
    ...account,
    RATCHET_KEYS_SECRET: keys.ratchetSecret.secretArn,
    BASE_URL: baseUrl,
    ...environmentOf(settings, 'allowedOrigins', 'clients'),
  };
  const issuing = {
    ...ratchet,
    SIGNING_KEYS_SECRET: keys.signingSecret.secretArn,
    ISSUER: issuer,
    AUDIENCE: audience,
    ...environmentOf(settings, 'accessTokenTtlSeconds'),
  };
  const verifying = { ISSUER: issuer, AUDIENCE: audience, JWKS: keys.jwks };
  const guessing = {
    ...environmentOf(settings, 'triesPerAddress', 'knownTriesPerAddress'),
    ...(proxy && { TRUSTED_PROXY_HEADER: proxy.header, TRUSTED_PROXY_SECRET: proxy.secret.secretArn }),
  };
  return { account, ratchet, issuing, verifying, guessing };
}
