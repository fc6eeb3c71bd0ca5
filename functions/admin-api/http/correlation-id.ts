/** What may stand in a header and in a log as it is. */
const HARMLESS = /^[\w=+/.-]{1,128}$/;

/**
 * What a request is called in our log and in the answer: API Gateway's own request id, which its access log
 * has as well, else the id of the invocation.
 */
export function correlationIdOf(event: unknown, invocationId: string): string {
  const { requestContext } = (event ?? {}) as { requestContext?: { requestId?: unknown } | null };
  const id = requestContext?.requestId;
  return typeof id === 'string' && HARMLESS.test(id) ? id : invocationId;
}
