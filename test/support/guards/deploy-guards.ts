import { type Guard, guardsOf } from './guard.ts';

const names = ['test/synth/physical-names'];

/** What keeps deployments from each other and from Lambda's and CloudFormation's limits. */
export const deployGuards: readonly Guard[] = [
  ...guardsOf(
    'lib/bundles.ts',
    ['test/synth/bundles'],
    [
      ['the directory exists', 'if (!existsSync(directory)) return', 'if (directory === undefined) return'],
      ['bundles are checked', 'const fault = bundleFault(directory, names);', 'const fault = undefined;'],
      ['every function exists', 'if (absent.length > 0) return', 'if (absent.length < 0) return'],
      [
        'functions for these constructs',
        'if (stamp?.contract !== contractFingerprint()) return',
        'if (stamp === undefined) return',
      ],
      ['no older than their sources', 'sourceFingerprint(path) === hash ? [] : [path]', '[] as string[]'],
    ],
  ),
  ...guardsOf(
    'lib/prop-shapes.ts',
    ['test/synth/prop-shapes'],
    [
      ['a misspelt prop is not ignored', 'if (shape === undefined) {', 'if (shape === undefined) return [];\n    {'],
      ['an ARN is not a construct', 'isObject(value) && attribute in value', 'true'],
    ],
  ),
  ...guardsOf(
    'lib/one-cdk.ts',
    ['test/synth/one-cdk'],
    [
      ['one copy of aws-cdk-lib', 'Stack.of(scope) instanceof Stack', 'true'],
      [
        'one copy of constructs',
        "scope instanceof Construct ? 'aws-cdk-lib' : 'constructs'",
        "'aws-cdk-lib' as string",
      ],
    ],
  ),
  ...guardsOf('lib/security-bus.ts', names, [
    ['the bus is named after its stack', 'eventBusName: physicalName(this, 256), ', ''],
  ]),
  ...guardsOf('lib/token-authorizer.ts', names, [
    ['an authorizer is named after its stack', 'return physicalName(this, 128);', "return 'AccessToken';"],
  ]),
  ...guardsOf('lib/physical-names.ts', names, [
    ['metrics tell services in one stack apart', 'Names.stackRelativeConstructPath(scope)', 'scope.node.id'],
    ['CloudWatch takes the dimension', 'path.replace(/[^ !#-&(-[\\]-~]/gu, percentEncoded)', 'path'],
  ]),
  ...guardsOf(
    'lib/auth-routes.ts',
    ['test/synth/http-api'],
    [
      [
        'no burst of logins above the reservation',
        'Math.min(throttle.burstLimit, settings.loginReservedConcurrency || throttle.burstLimit)',
        'throttle.burstLimit',
      ],
    ],
  ),
  ...guardsOf(
    'lib/signing-keys.ts',
    ['test/synth/kept'],
    [
      [
        'a rollback leaves no secrets',
        'removalPolicy === RETAIN ? RETAIN_ON_UPDATE_OR_DELETE : removalPolicy',
        'removalPolicy ?? RETAIN_ON_UPDATE_OR_DELETE ?? RETAIN',
      ],
    ],
  ),
  ...guardsOf(
    'lib/auth-table.ts',
    ['test/synth/kept'],
    [
      [
        'a table that a rollback deletes is not protected',
        'props.removalPolicy === RemovalPolicy.RETAIN',
        'props.removalPolicy !== RemovalPolicy.DESTROY',
      ],
    ],
  ),
  ...guardsOf(
    'lib/base-path.ts',
    ['test/synth/base-path'],
    [
      [
        'a mapping counts for its own domain',
        'hosts.some((host) => sameText(httpApi, host, hostOf(url)))',
        'hosts.length > 0',
      ],
      ['a mapping with a path needs a publicUrl', 'if (under.length === 0) return', 'if (under.length >= 0) return'],
      ['the generated URL is known', 'if (isGenerated(url, httpApi)) return stagesOf(httpApi);', ''],
    ],
  ),
  ...guardsOf(
    'lib/settings-reader.ts',
    ['test/synth/settings-values', 'test/synth/base-path'],
    [
      ['a day that does not exist is refused', ' && isDay(day) ', ' '],
      ["the slash of the CDK's URL", "hasTokens(raw) ? raw.replace(/\\/$/, '') : raw", 'raw'],
      ['a header that holds no address', 'noAddress.has(header)', 'noAddress.has(name)'],
    ],
  ),
  ...guardsOf(
    'lib/jwks-rules.ts',
    ['test/synth/jwks'],
    [
      ['a given key is on the curve', "createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });", ''],
      ['a given key can be used', 'if (!isEs256PublicJwk(jwk)) return false;', ''],
      ['no private key in an environment', "'d' in key || 'k' in key", 'false'],
    ],
  ),
  ...guardsOf(
    'lib/environment-size.ts',
    ['test/synth/environment-size'],
    [
      ['an environment above 4 KB stops synth', 'if (total <= maxBytes) return [];', 'if (total > 0) return [];'],
      ['two public keys are estimated upward', 'Jwks: 1024', 'Jwks: 0'],
      ['the text in a function counts', 'unknown + text(JSON.stringify(argument))', 'unknown'],
      ['an unknown list is not an error', ' && Array.isArray(argument[1])', ''],
    ],
  ),
];
