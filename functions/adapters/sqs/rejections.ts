import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';

/** Refusals that are about what is in a message, whoever sends it and whenever. */
const ABOUT_CONTENT = /InvalidMessageContents|BatchRequestTooLong|MessageTooLong|RequestEntityTooLarge/;
/** What SQS blames on the sender too, and another time may take: limits, rights, keys, a queue that is not there. */
const PASSES =
  /Throttl|TooMany|OverLimit|LimitExceeded|Unavailable|Internal|Timeout|Kms|Access|Auth|Token|NonExistent|NotExist/i;
/** A code is shown to operators: nothing else may get in with it. */
const CODE = /^[\w.]{1,100}$/;

/** Why the whole call was refused, where that is for the messages in it; undefined where it may pass another time. */
export function rejectionOfCall(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, Code, $metadata } = error as Error & {
    readonly Code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const known = [name, Code].find((code) => typeof code === 'string' && ABOUT_CONTENT.test(code));
  if (known !== undefined) return shown(known);
  return $metadata?.httpStatusCode === 413 ? 'RequestEntityTooLarge' : undefined;
}

/** Why one entry of a batch was refused, where it always will be; undefined where it may be taken another time. */
export function rejectionOfEntry({ SenderFault, Code }: BatchResultErrorEntry): string | undefined {
  const isForGood = SenderFault === true && !PASSES.test(Code ?? '');
  return isForGood ? shown(Code) : undefined;
}

function shown(code: unknown): string {
  return typeof code === 'string' && CODE.test(code) ? code : 'no reason given';
}
