import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { SILENT } from '#test/engines/test-stores.ts';

/** A call as the SDK's command holds it. */
export type Call = { readonly name: string; readonly input: Record<string, unknown> };
/** What a call is answered with: an answer, or the error that it fails with. */
export type Reply = Readonly<Record<string, unknown>> | Error;

/** A table whose client answers call after call as it is told, for what no engine does on demand. */
export function scriptedTable(...replies: readonly (Reply | ((call: Call) => Reply))[]): {
  readonly table: Table;
  readonly calls: Call[];
} {
  const calls: Call[] = [];
  const send = async (command: { readonly input: Record<string, unknown> }) => {
    const call = { name: command.constructor.name, input: command.input };
    const reply = replies[calls.length];
    calls.push(call);
    const answer = typeof reply === 'function' ? reply(call) : reply;
    if (answer === undefined) throw new Error(`No reply to call ${calls.length}.`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    table: { client: { send } as unknown as DynamoDBDocumentClient, name: 'table', log: SILENT },
    calls,
  };
}

/** DynamoDB's refusal of a conditional write. */
export function conditionFailed(): Error {
  return Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
  });
}
