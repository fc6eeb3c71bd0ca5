import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { type Engine, engineAt } from './dynalite.ts';
import { startMoto } from './moto.ts';

/**
 * Starts moto's DynamoDB with the two repairs that it needs; see docs/engines.md.
 *
 * @throws Error where moto is not installed; see `motoIsMissing`
 */
export async function startMotoDynamodb(): Promise<Engine> {
  const moto = await startMoto();
  if (moto === undefined) throw new Error('moto is not installed');
  const plain = engineAt(moto.url, moto.close);
  const engine = engineAt(moto.url, () => plain.stop());
  writeOneByOne(engine.client, plain.client);
  return engine;
}

type Update = { readonly TableName?: string; readonly Key?: Record<string, unknown> };

/**
 * Makes a write what DynamoDB documents it to be, all or nothing and one after the other:
 *
 * - moto serves requests in threads and looks at the condition before it writes, without a lock: two writers at once
 *   can both find the condition fulfilled. So only one write is under way at a time.
 * - moto carries an UpdateItem out attribute by attribute and stays half-way when the item becomes too large. So the
 *   item is put back as it was.
 *
 * @param plain a client without these repairs, since the one that is repaired waits for itself
 */
function writeOneByOne(client: DynamoDBDocumentClient, plain: DynamoDBDocumentClient): void {
  const oneAtATime = pLimit(1);
  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      if (/^(Get|BatchGet|Query|Scan)/.test(operation)) return next(args);
      if (!operation.startsWith('Update')) return oneAtATime(() => next(args));
      return oneAtATime(async () => {
        const { TableName, Key } = args.input as Update;
        const { Item } = await plain.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
        try {
          return await next(args);
        } catch (error) {
          const isTooLarge = error instanceof Error && error.message.includes('maximum allowed size');
          if (isTooLarge && Item !== undefined) await plain.send(new PutCommand({ TableName, Item }));
          throw error;
        }
      });
    },
    { step: 'initialize', name: 'writeOneByOne' },
  );
}
