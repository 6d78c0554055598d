/** One difference between the emulator and AWS, and how it is handled. */
export interface Difference {
  readonly id: string;
  readonly onAws: string;
  readonly here: string;
  /** How the rehearsal or the suite handles it. The project itself needs no change. */
  readonly handling: string;
}

/**
 * Every known difference between AWS and the emulator of `npm run test:deploy` that affects Pawl. The suite tolerates
 * only the differences whose ids it names.
 */
export const emulatorDifferences: readonly Difference[] = [
  {
    id: 'plain-http',
    onAws: 'The API has an https address.',
    here: 'One http port on loopback serves everything, and the API is a name below localhost.',
    handling:
      'The suite accepts an http issuer. Its client and the functions resolve names below localhost without DNS.',
  },
  {
    id: 'bootstrap-bucket-policy',
    onAws: 'The policy that `cdk bootstrap` puts on its bucket refuses requests without TLS.',
    here: 'The policy is enforced, but all requests use http, so publishing the first asset is refused.',
    handling: "The rehearsal bootstraps with the CDK's own template without this policy.",
  },
  {
    id: 'secret-ref',
    onAws: '`Ref` of an AWS::SecretsManager::Secret is its ARN.',
    here: '`Ref` is the name, so a policy that names a secret grants nothing.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'parameter-name',
    onAws: 'An AWS::SSM::Parameter without a name is called CFN-<logical id>-<random>.',
    here: 'It is called /<stack>/<logical id>. An ARN built from that has two slashes and matches nothing.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'cors-configuration',
    onAws: 'CorsConfiguration of an AWS::ApiGatewayV2::Api takes effect.',
    here: "It is stored under the template's spelling and looked up under the API's, so it is never found.",
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'alarm-expression',
    onAws: 'An alarm may watch an expression over several metrics.',
    here: 'Only a single metric is supported. A template with an expression is refused.',
    handling: 'In rehearsal/emulator.py such an alarm watches the first metric. Other tests show that alarms fire.',
  },
  {
    id: 'generated-names',
    onAws: 'A generated name has a random part: a stack that is created again gets other names.',
    here: 'The name depends only on the stack and the logical id, and a retained table of that name is overwritten.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'deletion-protection',
    onAws: 'CloudFormation cannot delete a table that is protected against deletion: the rollback fails.',
    here: 'It deletes it.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'concurrency-quota',
    onAws:
      'Lambda refuses a reservation that leaves less than 100 of the quota, or than 10 in a new account, unreserved.',
    here: 'Every reservation is accepted.',
    handling:
      'Corrected in rehearsal/emulator.py, which simulates a new account. The first deployment fails there on purpose.',
  },
  {
    id: 'route-settings',
    onAws:
      'An update of a stage merges RouteSettings with the existing ones and refuses one whose route does not exist.',
    here: 'It replaces them without checking the routes.',
    handling: 'Corrected in rehearsal/emulator.py, following the reported behavior of AWS: see ADR 0029.',
  },
  {
    id: 'cookie-header',
    onAws: 'A function gets request cookies in `cookies`, one entry each (payload 2.0).',
    here: 'They are in the header `cookie`.',
    handling:
      "The functions read both. The suite sends other cookies with the service's own, to test that they are told apart.",
  },
  {
    id: 'source-address',
    onAws: 'requestContext.http.sourceIp is the address of the peer.',
    here: 'It is always 127.0.0.1.',
    handling: 'The suite does not depend on it. Limits per address are tested with the local runner.',
  },
  {
    id: 'no-throttling',
    onAws: 'Requests over the rate limits of the stage get 429.',
    here: 'The limits are stored but not applied.',
    handling: 'The suite stays far below them.',
  },
  {
    id: 'shared-cores',
    onAws: 'Every instance of a function has its own share of CPU.',
    here: "Twenty simultaneous cold starts share this machine's cores and may exceed the function's timeout: 500.",
    handling: 'Where the suite sends many requests at once, it retries a 500, as a client would.',
  },
  {
    id: 'consistent-at-once',
    onAws: 'A new role or policy may take seconds to become effective.',
    here: 'It is effective immediately.',
    handling: 'Not rehearsed. Only the function that creates the keys runs during a deployment.',
  },
];
