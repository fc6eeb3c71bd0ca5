/** Where the emulated account is. */
export const REGION = 'us-east-1';

/** The account: the emulator takes an access key of twelve digits for its number. */
export const ACCOUNT = '123456789012';

/** Headers of a call that speaks JSON, for services without an SDK here. The emulator looks at no signature. */
export function emulatorHeaders(service: string, target: string): Record<string, string> {
  const scope = `${ACCOUNT}/20260101/${REGION}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': target,
  };
}
