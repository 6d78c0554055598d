import { safeMessage } from './safe-message.ts';

/** The members of CloudFormation's custom resource request that are used. */
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

/** Constant: with a different id, CloudFormation would delete the resource as replaced. */
const physicalResourceId = 'pawl-keys';

/** CloudFormation accepts 4,096 bytes in total. */
const reasonLimit = 1000;

/**
 * Handles the request and reports the result to CloudFormation, which otherwise waits for an hour.
 *
 * @param work for Create and Update: returns the resource's attributes
 * @param remove for Delete. The secrets are deleted or kept by their own removal policy
 * @param send - for tests
 * @throws when CloudFormation cannot be reached; Lambda then runs the function again
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
    // The URL is signed for an empty content type. A kept connection is closed while the function is frozen.
    headers: { 'content-type': '', connection: 'close' },
    body: Buffer.from(JSON.stringify(body)),
    signal: AbortSignal.timeout(10_000),
  });
  // Not the URL: its holder can send the response.
  if (!response.ok) throw new Error(`CloudFormation rejected the response with ${response.status}`);
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
