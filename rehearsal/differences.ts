/** One way in which the emulator is not AWS, and what we do about it. */
export interface Difference {
  readonly id: string;
  readonly onAws: string;
  readonly here: string;
  /** How the rehearsal or the suite handles it, and why the project itself needs no change. */
  readonly handling: string;
}

/**
 * Every known difference between AWS and the emulator of `npm run test:deploy` that touches us. The suite excuses those
 * whose id it asks for, and nothing else.
 */
export const emulatorDifferences: readonly Difference[] = [
  {
    id: 'plain-http',
    onAws: 'The API has an https address.',
    here: 'One http port on loopback serves everything, and the API is a name below localhost.',
    handling:
      'The suite takes an http issuer; its client and the functions find names below localhost without asking DNS.',
  },
  {
    id: 'bootstrap-bucket-policy',
    onAws: 'The policy that `cdk bootstrap` puts on its bucket refuses what does not come over TLS.',
    here: 'The policy is enforced, and everything comes over http: publishing the first asset is refused.',
    handling: 'The rehearsal bootstraps with the own template of the CDK but for this one policy.',
  },
  {
    id: 'secret-ref',
    onAws: '`Ref` of an AWS::SecretsManager::Secret is its ARN.',
    here: 'It is the name, so every policy that names a secret grants nothing.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'parameter-name',
    onAws: 'An AWS::SSM::Parameter without a name is called CFN-<logical id>-<random>.',
    here: 'It is called /<stack>/<logical id>; an ARN built from it has two slashes and matches nothing.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'cors-configuration',
    onAws: 'CorsConfiguration of an AWS::ApiGatewayV2::Api takes effect.',
    here: 'It is stored as the template spells it and looked up as the API spells it: never found.',
    handling: 'Corrected in rehearsal/emulator.py.',
  },
  {
    id: 'alarm-expression',
    onAws: 'An alarm may watch an expression over several metrics.',
    here: 'Only a single metric is known; a template with an expression is refused.',
    handling:
      'In rehearsal/emulator.py such an alarm watches the first metric. That alarms fire is shown by other tests.',
  },
  {
    id: 'generated-names',
    onAws: 'A name that CloudFormation makes up has a random part: a stack that is created again gets other names.',
    here: 'It follows from stack and logical id alone, and a kept table of that name is overwritten.',
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
    handling: 'Corrected in rehearsal/emulator.py: the account is a new one. The first deployment fails there once.',
  },
  {
    id: 'route-settings',
    onAws:
      'An update of a stage adds RouteSettings to those that are there and refuses one whose route does not exist.',
    here: 'It replaces them and looks at no route.',
    handling: 'Corrected in rehearsal/emulator.py, after what AWS is reported to do: see ADR 0029.',
  },
  {
    id: 'cookie-header',
    onAws: 'A function gets request cookies in `cookies`, one entry each (payload 2.0).',
    here: 'They come in the header `cookie`.',
    handling:
      'The functions read either; the suite sends other cookies beside ours, so that taking them apart is tried.',
  },
  {
    id: 'source-address',
    onAws: 'requestContext.http.sourceIp is the address of the peer.',
    here: 'It is always 127.0.0.1.',
    handling: 'Nothing of the suite depends on it; limits per address are tested with the local runner.',
  },
  {
    id: 'no-throttling',
    onAws: 'The rate limits of the stage answer 429.',
    here: 'They are stored and not applied.',
    handling: 'The suite never comes near them.',
  },
  {
    id: 'shared-cores',
    onAws: 'Every instance of a function has a share of CPU of its own.',
    here: 'Twenty cold starts at once share the cores of this machine and may run into the timeout of the function: 500.',
    handling: 'Where the suite sends many requests at once it repeats one that was answered 500, as a client would.',
  },
  {
    id: 'consistent-at-once',
    onAws: 'A new role or policy may take seconds until it counts.',
    here: 'It counts at once.',
    handling: 'Not rehearsed. Only the function that makes the keys runs during a deployment.',
  },
];
