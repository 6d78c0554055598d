import { safeMessage } from './safe-message.ts';

/** The parts of CloudFormation's custom resource request that we use. */
export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

export type Outcome =
  | { readonly Status: 'SUCCESS'; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: 'FAILED'; readonly Reason: string };

/** Always the same: another id would make CloudFormation delete the resource that it thinks was replaced. */
const physicalResourceId = 'pawl-keys';

/** CloudFormation takes 4,096 bytes in all. */
const reasonLimit = 1000;

/**
 * Does what the request asks and tells CloudFormation, which waits for an hour when it hears nothing.
 *
 * @param work for Create and Update: what the resource's attributes are
 * @param remove for Delete. The secrets go or stay by their own removal policy
 * @param send - for tests
 * @throws when CloudFormation cannot be told; Lambda then runs the whole again
 */
export async function answerCloudFormation(
  request: CustomResourceRequest,
  work: () => Promise<Readonly<Record<string, string>>>,
  remove: () => Promise<void>,
  send: typeof fetch = fetch,
): Promise<Outcome> {
  const outcome = request.RequestType === 'Delete' ? await runRemoval(remove) : await run(work);
  const { StackId, RequestId, LogicalResourceId } = request;
  const body = { ...outcome, PhysicalResourceId: physicalResourceId, StackId, RequestId, LogicalResourceId };
  const response = await send(request.ResponseURL, {
    method: 'PUT',
    // The URL is signed for an empty content type.
    headers: { 'content-type': '' },
    body: Buffer.from(JSON.stringify(body)),
    signal: AbortSignal.timeout(10_000),
  });
  // Not the URL: whoever has it can answer in our place.
  if (!response.ok) throw new Error(`CloudFormation refused the answer with ${response.status}`);
  return outcome;
}

async function run(work: () => Promise<Readonly<Record<string, string>>>): Promise<Outcome> {
  try {
    return { Status: 'SUCCESS', Data: await work() };
  } catch (error) {
    return failed(`The keys could not be created: ${safeMessage(error)}`);
  }
}

async function runRemoval(remove: () => Promise<void>): Promise<Outcome> {
  try {
    await remove();
    return { Status: 'SUCCESS' };
  } catch (error) {
    return failed(`The published keys could not be deleted: ${safeMessage(error)}`);
  }
}

function failed(reason: string): Outcome {
  return { Status: 'FAILED', Reason: reason.slice(0, reasonLimit) };
}
