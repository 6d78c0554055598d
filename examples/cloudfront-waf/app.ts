/** A CDK app: Pawl behind CloudFront and AWS WAF, with one domain name and an automatically rotated proxy secret. */
import { App, CfnOutput, Duration, Names, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';
import { Firewall } from './firewall.ts';
import { logBucket } from './log-bucket.ts';
import { RotatedSecret } from './rotated-secret.ts';

export interface CloudFrontStackProps extends StackProps {
  /** Domain name of the API, for clients and for the origin. */
  readonly domainName: string;
  /** An ACM certificate for it in us-east-1, which CloudFront and API Gateway share. */
  readonly certificateArn: string;
  readonly service?: TokenServiceProps;
}

/** Web ACLs for CloudFront must be in us-east-1, so the whole stack is there. */
export class CloudFrontStack extends Stack {
  constructor(scope: Construct, id: string, { domainName, certificateArn, service, ...props }: CloudFrontStackProps) {
    super(scope, id, props);
    // A custom domain disables the generated endpoint. Only CloudFront knows the target of the domain at API Gateway.
    const pawl = new TokenService(this, 'TokenService', {
      ...service,
      domainName,
      certificateArn,
      trustedProxy: 'CloudFront-Viewer-Address',
    });
    const secret = pawl.trustedProxySecret;
    if (secret === undefined || pawl.domainTarget === undefined) throw new Error('the service has no proxy or domain');

    const firewall = new Firewall(this, 'Firewall');
    const distribution = new Distribution(this, 'Distribution', {
      domainNames: [domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: firewall.arn,
      logBucket: logBucket(this, 'AccessLogs'),
      defaultBehavior: {
        origin: new HttpOrigin(pawl.domainTarget, {
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          // A dynamic reference: CloudFormation reads the value on deployment, and the template never contains it.
          customHeaders: { 'x-pawl-proxy-secret': secret.secretValue.unsafeUnwrap() },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        // No redirect, so that a client that sends a token over http fails visibly.
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // Everything that the client sent, including `Host`, and the address that CloudFront saw.
        originRequestPolicy: new OriginRequestPolicy(this, 'ToOrigin', {
          // Unique in an account. The CDK's default name has no stack name, so a second stack could not be deployed.
          originRequestPolicyName: `${Names.uniqueResourceName(this, { maxLength: 100, separator: '-' })}-ToOrigin`,
          headerBehavior: OriginRequestHeaderBehavior.all('CloudFront-Viewer-Address'),
          cookieBehavior: OriginRequestCookieBehavior.all(),
          queryStringBehavior: OriginRequestQueryStringBehavior.all(),
        }),
        responseHeadersPolicy: this.#securityHeaders(),
      },
    });
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR1',
      reason: 'The team decides which countries to allow. A list of countries locks out travelers.',
    });
    new RotatedSecret(this, 'Rotation', { secret, distribution, webAclArn: firewall.arn });
    new CfnOutput(this, 'DistributionDomainName', {
      value: distribution.distributionDomainName,
      description: `Point an alias record of ${domainName} here`,
    });
  }

  /** Headers for every response, including the gateway's own 401, 403, 404 and 429, which no function sees. */
  #securityHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'SecurityHeaders', {
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        contentSecurityPolicy: {
          contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
          override: true,
        },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      },
      // Only if the response does not set the header itself.
      customHeadersBehavior: { customHeaders: [{ header: 'Cache-Control', value: 'no-store', override: false }] },
    });
  }
}

if (import.meta.main) {
  new CloudFrontStack(new App(), 'CloudFrontPawl', {
    env: { region: 'us-east-1' },
    domainName: 'auth.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  });
}
