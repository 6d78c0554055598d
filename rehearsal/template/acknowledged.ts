/** A finding of a template linter that is accepted. */
export interface Acknowledged {
  readonly rule: string;
  /** Logical ids for which it is accepted. On any other resource it is a fault. */
  readonly resources: RegExp;
  readonly reason: string;
}

/** All accepted findings of the linters. */
export const acknowledged: readonly Acknowledged[] = [
  {
    rule: 'W3005',
    resources: /(Function|^RotationRotate)[0-9A-F]{8}$/,
    reason:
      'A function names its role and, by DependsOn, the role and its policy: the CDK writes both so that no function ' +
      'runs before it has its permissions. Naming the role twice does no harm.',
  },
  {
    rule: 'W3005',
    resources: /^TokenServiceKeyRotationDaily/,
    reason: 'The schedule names its role and waits for the policy of that role: the CDK writes both dependencies.',
  },
  {
    rule: 'W3005',
    resources: /^TokenServiceHttpStage\w*HttpDomain/,
    reason: 'The mapping of the custom domain names the domain and waits for it: the CDK writes both.',
  },
];
