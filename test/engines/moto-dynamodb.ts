import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { type Engine, engineAt } from './dynalite.ts';
import { startMoto } from './moto.ts';

/**
 * Starts moto's DynamoDB with the repairs that it needs; see docs/engines.md.
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

type Item = Readonly<Record<string, unknown>>;
type Update = {
  readonly TableName: string;
  readonly Key: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
};

/**
 * Makes a write what DynamoDB documents it to be, all or nothing and one after the other. moto serves requests in
 * threads and looks at the condition before it writes, without a lock: two writers at once can both find the
 * condition fulfilled. So only one write is under way at a time.
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
      const update = args.input as unknown as Update;
      const run = (input: Update) => next({ ...args, input: input as unknown as typeof args.input });
      return oneAtATime(() => updateWhole(plain, update, run));
    },
    { step: 'initialize', name: 'writeOneByOne' },
  );
}

/**
 * moto carries an UpdateItem out attribute by attribute, judges the size after each, and stays half-way when it is too
 * large. DynamoDB judges the item that comes out, and a refused update has changed nothing. So what is replaced is
 * taken away first, which leaves room, and the item is put back as it was when it does not fit all the same.
 */
async function updateWhole<T>(
  plain: DynamoDBDocumentClient,
  update: Update,
  run: (update: Update) => Promise<T>,
): Promise<T> {
  const { TableName, Key } = update;
  const { Item } = await plain.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  const put = (item: Item) => plain.send(new PutCommand({ TableName, Item: item }));
  try {
    return await run(update);
  } catch (error) {
    if (!isTooLarge(error) || Item === undefined) throw error;
    await put(withoutReplaced(Item, update));
    try {
      return await run(update);
    } catch {
      await put(Item);
      throw error;
    }
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.includes('maximum allowed size');
}

/** The item without what the update removes or sets, but for what its condition looks at. */
function withoutReplaced(item: Item, update: Update): Item {
  const { UpdateExpression = '', ConditionExpression = '', ExpressionAttributeNames = {} } = update;
  const judged = new Set(ConditionExpression.match(/#\w+/g));
  const [, removed = ''] = / ?REMOVE ((?:#\w+(?:, )?)*)/.exec(UpdateExpression) ?? [];
  const replaced = [...(UpdateExpression.match(/#\w+(?= = :)/g) ?? []), ...(removed.match(/#\w+/g) ?? [])];
  const names = replaced.filter((name) => !judged.has(name)).map((name) => ExpressionAttributeNames[name]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}
