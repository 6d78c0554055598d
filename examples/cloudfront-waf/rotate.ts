/** Rotates the proxy's secret. Secrets Manager calls this function four times, once per step. */
import { CloudFrontClient, GetDistributionConfigCommand, UpdateDistributionCommand } from '@aws-sdk/client-cloudfront';
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

const header = 'x-pawl-proxy-secret';

export interface RotationEvent {
  readonly SecretId: string;
  /** Id of the new version. */
  readonly ClientRequestToken: string;
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
}

export interface RotationTools {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly cloudFront: Pick<CloudFrontClient, 'send'>;
  readonly distributionId: string;
}

/**
 * Pawl accepts the pending, the current and the previous value. CloudFront is updated while the new value is pending.
 * Meanwhile edges with the new value and edges with the old one are both accepted, and a failed step removes nothing.
 */
export async function rotate({ SecretId, ClientRequestToken, Step }: RotationEvent, tools: RotationTools) {
  const { secrets } = tools;
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const stages = VersionIdsToStages[ClientRequestToken] ?? [];
  // Every step may be repeated. Once the new value is current, nothing is left to do.
  if (stages.includes('AWSCURRENT')) return;
  if (Step === 'createSecret') {
    // The label may exist before the value.
    if (await pendingValue(SecretId, ClientRequestToken, tools).catch(noneYet)) return;
    const random = await secrets.send(new GetRandomPasswordCommand({ PasswordLength: 64, ExcludePunctuation: true }));
    const SecretString = random.RandomPassword ?? '';
    const VersionStages = ['AWSPENDING'];
    await secrets.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }));
  }
  if (Step === 'setSecret') await tellCloudFront(await pendingValue(SecretId, ClientRequestToken, tools), tools);
  if (Step === 'finishSecret') {
    const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: ClientRequestToken,
        RemoveFromVersionId: current,
      }),
    );
  }
}

async function pendingValue(SecretId: string, VersionId: string, { secrets }: RotationTools): Promise<string> {
  const request = new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSPENDING' });
  const { SecretString } = await secrets.send(request);
  if (SecretString === undefined) throw new Error('the pending version has no value');
  return SecretString;
}

function noneYet(error: Error): undefined {
  if (error.name !== 'ResourceNotFoundException') throw error;
}

/** Replaces the header at every origin that has it. `IfMatch` prevents overwriting a concurrent change. */
async function tellCloudFront(value: string, { cloudFront, distributionId: Id }: RotationTools): Promise<void> {
  const { DistributionConfig, ETag } = await cloudFront.send(new GetDistributionConfigCommand({ Id }));
  const headers = (DistributionConfig?.Origins?.Items ?? []).flatMap(({ CustomHeaders }) => CustomHeaders?.Items ?? []);
  const ours = headers.filter(({ HeaderName }) => HeaderName?.toLowerCase() === header);
  if (ours.length === 0) throw new Error(`no origin of ${Id} sends ${header}`);
  for (const each of ours) each.HeaderValue = value;
  await cloudFront.send(new UpdateDistributionCommand({ Id, DistributionConfig, IfMatch: ETag }));
}

export async function handler(event: RotationEvent): Promise<void> {
  await rotate(event, {
    secrets: new SecretsManagerClient(),
    // CloudFront's API has one endpoint, in us-east-1.
    cloudFront: new CloudFrontClient({ region: 'us-east-1' }),
    distributionId: process.env.DISTRIBUTION_ID ?? '',
  });
}
