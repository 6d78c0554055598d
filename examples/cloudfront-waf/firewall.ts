import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Maximum number of requests from one address in five minutes: to the auth routes, and to all routes. */
const authRequests = 300;
const allRequests = 3_000;

/** Rules on bodies only count. A password may contain anything, and a user cannot find out why a login is blocked. */
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

/** A web ACL for CloudFront, against floods, addresses with a bad reputation, and malicious requests. */
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
      // The status of Pawl's own limits, so that clients wait and retry.
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

/** Sampled requests would show headers, including tokens, to everyone who may view the web ACL. */
function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
