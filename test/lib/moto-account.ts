/** Where moto keeps what it is given unless told otherwise. */
export const MOTO_ACCOUNT = '123456789012';
export const MOTO_REGION = 'us-east-1';

/** What `ListStackResources` says of one resource. */
export type StackResource = { readonly type: string; readonly physicalId: string };

/** An account at moto, for the services whose SDK clients the project does not have. */
export type MotoAccount = {
  putObject(bucket: string, key: string, body: Uint8Array): Promise<void>;
  createStack(name: string, template: unknown): Promise<void>;
  updateStack(name: string, template: unknown): Promise<void>;
  /** Resources by their logical id. */
  resources(stack: string): Promise<Map<string, StackResource>>;
  outputs(stack: string): Promise<Map<string, string>>;
  /** Calls a service that speaks JSON, such as `logs` and its `Logs_20140328`. */
  callJson(service: string, target: string, input: unknown): Promise<Record<string, unknown>>;
};

/** Speaks to moto without an SDK: a few calls don't justify three more clients. */
export function openMotoAccount(url: string): MotoAccount {
  const send = async (service: string, path: string, init: RequestInit): Promise<string> => {
    // moto takes service and region from the signature's scope and looks at no signature.
    const scope = `Credential=test/20260101/${MOTO_REGION}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`;
    const host = `${service}.${MOTO_REGION}.amazonaws.com`;
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: { ...init.headers, authorization, 'x-amz-date': '20260101T000000Z', host },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`moto refused a call of ${service} (${response.status}): ${text}`);
    return text;
  };
  const query = (action: string, input: Record<string, string>) =>
    send('cloudformation', '/', {
      method: 'POST',
      body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...input }),
    });
  const deploy = async (action: string, StackName: string, template: unknown) => {
    const TemplateBody = JSON.stringify(template);
    await query(action, { StackName, TemplateBody, 'Capabilities.member.1': 'CAPABILITY_IAM' });
  };
  return {
    async putObject(bucket, key, body) {
      await send('s3', `/${bucket}`, { method: 'PUT' });
      await send('s3', `/${bucket}/${key}`, { method: 'PUT', body: new Uint8Array(body) });
    },
    createStack: (name, template) => deploy('CreateStack', name, template),
    updateStack: (name, template) => deploy('UpdateStack', name, template),
    async resources(StackName) {
      const members = membersOf(await query('ListStackResources', { StackName }));
      return new Map(
        members.map((xml) => [
          element(xml, 'LogicalResourceId'),
          { type: element(xml, 'ResourceType'), physicalId: element(xml, 'PhysicalResourceId') },
        ]),
      );
    },
    async outputs(StackName) {
      const answer = await query('DescribeStacks', { StackName });
      return new Map(
        membersOf(answer).map((xml) => [element(xml, 'OutputKey'), element(xml, 'OutputValue')]),
      );
    },
    async callJson(service, target, input) {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
      return JSON.parse(await send(service, '/', { method: 'POST', headers, body: JSON.stringify(input) }));
    },
  };
}

/** The innermost `<member>` elements of an answer. */
function membersOf(xml: string): string[] {
  return [...xml.matchAll(/<member>((?:(?!<member>)[\s\S])*?)<\/member>/g)].map(([, inner = '']) => inner);
}

function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}
