import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Most requests of one address in five minutes: to the auth routes, and to all. */
const authRequests = 300;
const allRequests = 3_000;

/** What may not be judged by its body: a password may hold anything, and a blocked login cannot be explained to its user. */
const bodyRules = {
  AWSManagedRulesCommonRuleSet: [
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'],
  AWSManagedRulesAmazonIpReputationList: [],
} as const;

/** A web ACL for CloudFront: floods, addresses of bad repute, requests that no genuine client sends. */
export class Firewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const rules: CfnWebACL.RuleProperty[] = [
      this.#rateLimit('AuthRate', 0, authRequests, '/auth/'),
      this.#rateLimit('AllRate', 1, allRequests),
      ...Object.entries(bodyRules).map(([name, counted], index) => this.#managed(name, index + 2, counted)),
    ];
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Firewall'),
      rules,
    });
    this.arn = acl.attrArn;
  }

  #rateLimit(name: string, priority: number, limit: number, path?: string): CfnWebACL.RuleProperty {
    const scopeDownStatement = path && {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'STARTS_WITH',
        searchString: path,
        textTransformations: [{ priority: 0, type: 'URL_DECODE' }],
      },
    };
    return {
      name,
      priority,
      // The status that Pawl's own limits have, so that clients wait and try again.
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: {
        rateBasedStatement: { aggregateKeyType: 'IP', limit, ...(scopeDownStatement && { scopeDownStatement }) },
      },
      visibilityConfig: visible(name),
    };
  }

  #managed(name: string, priority: number, counted: readonly string[]): CfnWebACL.RuleProperty {
    return {
      name,
      priority,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name,
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
      visibilityConfig: visible(name),
    };
  }
}

/** Sampled requests show headers, tokens among them, to everyone who may view the web ACL. */
function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
